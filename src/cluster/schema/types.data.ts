/** Derived by scripts/derive-schema.ts from Kubernetes' OpenAPI document; do not edit. */
export const typesText = `v1.Namespace
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.NamespaceSpec
 status v1.NamespaceStatus
v1.Node
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.NodeSpec
 status v1.NodeStatus
v1.Pod
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.PodSpec
 status v1.PodStatus
v1.Service
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.ServiceSpec
 status v1.ServiceStatus
v1.Endpoints
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 subsets []v1.EndpointSubset
v1.Secret
 apiVersion string
 data {}bytes
 immutable boolean
 kind string
 metadata meta/v1.ObjectMeta
 stringData {}string
 type string
v1.ConfigMap
 apiVersion string
 binaryData {}bytes
 data {}string
 immutable boolean
 kind string
 metadata meta/v1.ObjectMeta
v1.ServiceAccount
 apiVersion string
 automountServiceAccountToken boolean
 imagePullSecrets []v1.LocalObjectReference
 kind string
 metadata meta/v1.ObjectMeta
 secrets []v1.ObjectReference patch=merge key=name
v1.Event
 action string
 apiVersion string
 count int32
 eventTime time
 firstTimestamp time
 involvedObject v1.ObjectReference !
 kind string
 lastTimestamp time
 message string
 metadata meta/v1.ObjectMeta !
 reason string
 related v1.ObjectReference
 reportingComponent string
 reportingInstance string
 series v1.EventSeries
 source v1.EventSource
 type string
v1.PersistentVolumeClaim
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.PersistentVolumeClaimSpec
 status v1.PersistentVolumeClaimStatus
v1.PersistentVolume
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.PersistentVolumeSpec
 status v1.PersistentVolumeStatus
v1.ReplicationController
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.ReplicationControllerSpec
 status v1.ReplicationControllerStatus
v1.ResourceQuota
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.ResourceQuotaSpec
 status v1.ResourceQuotaStatus
v1.LimitRange
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec v1.LimitRangeSpec
v1.PodTemplate
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 template v1.PodTemplateSpec
v1.Binding
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 target v1.ObjectReference !
apps/v1.Deployment
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec apps/v1.DeploymentSpec
 status apps/v1.DeploymentStatus
apps/v1.ReplicaSet
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec apps/v1.ReplicaSetSpec
 status apps/v1.ReplicaSetStatus
apps/v1.StatefulSet
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec apps/v1.StatefulSetSpec
 status apps/v1.StatefulSetStatus
apps/v1.DaemonSet
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec apps/v1.DaemonSetSpec
 status apps/v1.DaemonSetStatus
apps/v1.ControllerRevision
 apiVersion string
 data any
 kind string
 metadata meta/v1.ObjectMeta
 revision int64 !
batch/v1.Job
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec batch/v1.JobSpec
 status batch/v1.JobStatus
batch/v1.CronJob
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec batch/v1.CronJobSpec
 status batch/v1.CronJobStatus
coordination.k8s.io/v1.Lease
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec coordination.k8s.io/v1.LeaseSpec
discovery.k8s.io/v1.EndpointSlice
 addressType string !
 apiVersion string
 endpoints []discovery.k8s.io/v1.Endpoint ! list=atomic
 kind string
 metadata meta/v1.ObjectMeta
 ports []discovery.k8s.io/v1.EndpointPort list=atomic
networking.k8s.io/v1.Ingress
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec networking.k8s.io/v1.IngressSpec
 status networking.k8s.io/v1.IngressStatus
networking.k8s.io/v1.IngressClass
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec networking.k8s.io/v1.IngressClassSpec
networking.k8s.io/v1.NetworkPolicy
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec networking.k8s.io/v1.NetworkPolicySpec
policy/v1.PodDisruptionBudget
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec policy/v1.PodDisruptionBudgetSpec
 status policy/v1.PodDisruptionBudgetStatus
policy/v1beta1.Eviction
 apiVersion string
 deleteOptions meta/v1.DeleteOptions
 kind string
 metadata meta/v1.ObjectMeta
rbac.authorization.k8s.io/v1.Role
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 rules []rbac.authorization.k8s.io/v1.PolicyRule
rbac.authorization.k8s.io/v1.RoleBinding
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 roleRef rbac.authorization.k8s.io/v1.RoleRef !
 subjects []rbac.authorization.k8s.io/v1.Subject
rbac.authorization.k8s.io/v1.ClusterRole
 aggregationRule rbac.authorization.k8s.io/v1.AggregationRule
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 rules []rbac.authorization.k8s.io/v1.PolicyRule
rbac.authorization.k8s.io/v1.ClusterRoleBinding
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 roleRef rbac.authorization.k8s.io/v1.RoleRef !
 subjects []rbac.authorization.k8s.io/v1.Subject
autoscaling/v1.Scale
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec autoscaling/v1.ScaleSpec
 status autoscaling/v1.ScaleStatus
autoscaling/v1.HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec autoscaling/v1.HorizontalPodAutoscalerSpec
 status autoscaling/v1.HorizontalPodAutoscalerStatus
storage.k8s.io/v1.StorageClass
 allowVolumeExpansion boolean
 allowedTopologies []v1.TopologySelectorTerm
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 mountOptions []string
 parameters {}string
 provisioner string !
 reclaimPolicy string
 volumeBindingMode string
scheduling.k8s.io/v1.PriorityClass
 apiVersion string
 description string
 globalDefault boolean
 kind string
 metadata meta/v1.ObjectMeta
 preemptionPolicy string
 value int32 !
events.k8s.io/v1.Event
 action string
 apiVersion string
 deprecatedCount int32
 deprecatedFirstTimestamp time
 deprecatedLastTimestamp time
 deprecatedSource v1.EventSource
 eventTime time !
 kind string
 metadata meta/v1.ObjectMeta
 note string
 reason string
 regarding v1.ObjectReference
 related v1.ObjectReference
 reportingController string
 reportingInstance string
 series events.k8s.io/v1.EventSeries
 type string
authentication.k8s.io/v1.TokenRequest
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec authentication.k8s.io/v1.TokenRequestSpec !
 status authentication.k8s.io/v1.TokenRequestStatus
authentication.k8s.io/v1.TokenReview
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec authentication.k8s.io/v1.TokenReviewSpec !
 status authentication.k8s.io/v1.TokenReviewStatus
authorization.k8s.io/v1.SelfSubjectAccessReview
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec authorization.k8s.io/v1.SelfSubjectAccessReviewSpec !
 status authorization.k8s.io/v1.SubjectAccessReviewStatus
authorization.k8s.io/v1.SelfSubjectRulesReview
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec authorization.k8s.io/v1.SelfSubjectRulesReviewSpec !
 status authorization.k8s.io/v1.SubjectRulesReviewStatus
apiextensions.k8s.io/v1.CustomResourceDefinition
 apiVersion string
 kind string
 metadata meta/v1.ObjectMeta
 spec apiextensions.k8s.io/v1.CustomResourceDefinitionSpec !
 status apiextensions.k8s.io/v1.CustomResourceDefinitionStatus
meta/v1.ObjectMeta
 annotations {}string
 clusterName string
 creationTimestamp time
 deletionGracePeriodSeconds int64
 deletionTimestamp time
 finalizers []string patch=merge
 generateName string
 generation int64
 labels {}string
 managedFields []meta/v1.ManagedFieldsEntry
 name string
 namespace string
 ownerReferences []meta/v1.OwnerReference patch=merge key=uid
 resourceVersion string
 selfLink string
 uid string
v1.NamespaceSpec
 finalizers []string
v1.NamespaceStatus
 conditions []v1.NamespaceCondition patch=merge key=type
 phase string
v1.NodeSpec
 configSource v1.NodeConfigSource
 externalID string
 podCIDR string
 podCIDRs []string patch=merge
 providerID string
 taints []v1.Taint
 unschedulable boolean
v1.NodeStatus
 addresses []v1.NodeAddress patch=merge key=type
 allocatable {}quantity
 capacity {}quantity
 conditions []v1.NodeCondition patch=merge key=type
 config v1.NodeConfigStatus
 daemonEndpoints v1.NodeDaemonEndpoints
 images []v1.ContainerImage
 nodeInfo v1.NodeSystemInfo
 phase string
 volumesAttached []v1.AttachedVolume
 volumesInUse []string
v1.PodSpec
 activeDeadlineSeconds int64
 affinity v1.Affinity
 automountServiceAccountToken boolean
 containers []v1.Container ! patch=merge key=name
 dnsConfig v1.PodDNSConfig
 dnsPolicy string
 enableServiceLinks boolean
 ephemeralContainers []v1.EphemeralContainer patch=merge key=name
 hostAliases []v1.HostAlias patch=merge key=ip
 hostIPC boolean
 hostNetwork boolean
 hostPID boolean
 hostname string
 imagePullSecrets []v1.LocalObjectReference patch=merge key=name
 initContainers []v1.Container patch=merge key=name
 nodeName string
 nodeSelector {}string
 overhead {}quantity
 preemptionPolicy string
 priority int32
 priorityClassName string
 readinessGates []v1.PodReadinessGate
 restartPolicy string
 runtimeClassName string
 schedulerName string
 securityContext v1.PodSecurityContext
 serviceAccount string
 serviceAccountName string
 setHostnameAsFQDN boolean
 shareProcessNamespace boolean
 subdomain string
 terminationGracePeriodSeconds int64
 tolerations []v1.Toleration
 topologySpreadConstraints []v1.TopologySpreadConstraint patch=merge key=topologyKey list=map keys=topologyKey,whenUnsatisfiable
 volumes []v1.Volume patch=merge,retainKeys key=name
v1.PodStatus
 conditions []v1.PodCondition patch=merge key=type
 containerStatuses []v1.ContainerStatus
 ephemeralContainerStatuses []v1.ContainerStatus
 hostIP string
 initContainerStatuses []v1.ContainerStatus
 message string
 nominatedNodeName string
 phase string
 podIP string
 podIPs []v1.PodIP patch=merge key=ip
 qosClass string
 reason string
 startTime time
v1.ServiceSpec
 allocateLoadBalancerNodePorts boolean
 clusterIP string
 clusterIPs []string list=atomic
 externalIPs []string
 externalName string
 externalTrafficPolicy string
 healthCheckNodePort int32
 internalTrafficPolicy string
 ipFamilies []string list=atomic
 ipFamilyPolicy string
 loadBalancerClass string
 loadBalancerIP string
 loadBalancerSourceRanges []string
 ports []v1.ServicePort patch=merge key=port list=map keys=port,protocol
 publishNotReadyAddresses boolean
 selector {}string
 sessionAffinity string
 sessionAffinityConfig v1.SessionAffinityConfig
 topologyKeys []string
 type string
v1.ServiceStatus
 conditions []meta/v1.Condition patch=merge key=type list=map keys=type
 loadBalancer v1.LoadBalancerStatus
v1.EndpointSubset
 addresses []v1.EndpointAddress
 notReadyAddresses []v1.EndpointAddress
 ports []v1.EndpointPort
v1.LocalObjectReference
 name string
v1.ObjectReference
 apiVersion string
 fieldPath string
 kind string
 name string
 namespace string
 resourceVersion string
 uid string
v1.EventSeries
 count int32
 lastObservedTime time
v1.EventSource
 component string
 host string
v1.PersistentVolumeClaimSpec
 accessModes []string
 dataSource v1.TypedLocalObjectReference
 resources v1.ResourceRequirements
 selector meta/v1.LabelSelector
 storageClassName string
 volumeMode string
 volumeName string
v1.PersistentVolumeClaimStatus
 accessModes []string
 capacity {}quantity
 conditions []v1.PersistentVolumeClaimCondition patch=merge key=type
 phase string
v1.PersistentVolumeSpec
 accessModes []string
 awsElasticBlockStore v1.AWSElasticBlockStoreVolumeSource
 azureDisk v1.AzureDiskVolumeSource
 azureFile v1.AzureFilePersistentVolumeSource
 capacity {}quantity
 cephfs v1.CephFSPersistentVolumeSource
 cinder v1.CinderPersistentVolumeSource
 claimRef v1.ObjectReference
 csi v1.CSIPersistentVolumeSource
 fc v1.FCVolumeSource
 flexVolume v1.FlexPersistentVolumeSource
 flocker v1.FlockerVolumeSource
 gcePersistentDisk v1.GCEPersistentDiskVolumeSource
 glusterfs v1.GlusterfsPersistentVolumeSource
 hostPath v1.HostPathVolumeSource
 iscsi v1.ISCSIPersistentVolumeSource
 local v1.LocalVolumeSource
 mountOptions []string
 nfs v1.NFSVolumeSource
 nodeAffinity v1.VolumeNodeAffinity
 persistentVolumeReclaimPolicy string
 photonPersistentDisk v1.PhotonPersistentDiskVolumeSource
 portworxVolume v1.PortworxVolumeSource
 quobyte v1.QuobyteVolumeSource
 rbd v1.RBDPersistentVolumeSource
 scaleIO v1.ScaleIOPersistentVolumeSource
 storageClassName string
 storageos v1.StorageOSPersistentVolumeSource
 volumeMode string
 vsphereVolume v1.VsphereVirtualDiskVolumeSource
v1.PersistentVolumeStatus
 message string
 phase string
 reason string
v1.ReplicationControllerSpec
 minReadySeconds int32
 replicas int32
 selector {}string
 template v1.PodTemplateSpec
v1.ReplicationControllerStatus
 availableReplicas int32
 conditions []v1.ReplicationControllerCondition patch=merge key=type
 fullyLabeledReplicas int32
 observedGeneration int64
 readyReplicas int32
 replicas int32 !
v1.ResourceQuotaSpec
 hard {}quantity
 scopeSelector v1.ScopeSelector
 scopes []string
v1.ResourceQuotaStatus
 hard {}quantity
 used {}quantity
v1.LimitRangeSpec
 limits []v1.LimitRangeItem !
v1.PodTemplateSpec
 metadata meta/v1.ObjectMeta
 spec v1.PodSpec
apps/v1.DeploymentSpec
 minReadySeconds int32
 paused boolean
 progressDeadlineSeconds int32
 replicas int32
 revisionHistoryLimit int32
 selector meta/v1.LabelSelector !
 strategy apps/v1.DeploymentStrategy patch=retainKeys
 template v1.PodTemplateSpec !
apps/v1.DeploymentStatus
 availableReplicas int32
 collisionCount int32
 conditions []apps/v1.DeploymentCondition patch=merge key=type
 observedGeneration int64
 readyReplicas int32
 replicas int32
 unavailableReplicas int32
 updatedReplicas int32
apps/v1.ReplicaSetSpec
 minReadySeconds int32
 replicas int32
 selector meta/v1.LabelSelector !
 template v1.PodTemplateSpec
apps/v1.ReplicaSetStatus
 availableReplicas int32
 conditions []apps/v1.ReplicaSetCondition patch=merge key=type
 fullyLabeledReplicas int32
 observedGeneration int64
 readyReplicas int32
 replicas int32 !
apps/v1.StatefulSetSpec
 podManagementPolicy string
 replicas int32
 revisionHistoryLimit int32
 selector meta/v1.LabelSelector !
 serviceName string !
 template v1.PodTemplateSpec !
 updateStrategy apps/v1.StatefulSetUpdateStrategy
 volumeClaimTemplates []v1.PersistentVolumeClaim
apps/v1.StatefulSetStatus
 collisionCount int32
 conditions []apps/v1.StatefulSetCondition patch=merge key=type
 currentReplicas int32
 currentRevision string
 observedGeneration int64
 readyReplicas int32
 replicas int32 !
 updateRevision string
 updatedReplicas int32
apps/v1.DaemonSetSpec
 minReadySeconds int32
 revisionHistoryLimit int32
 selector meta/v1.LabelSelector !
 template v1.PodTemplateSpec !
 updateStrategy apps/v1.DaemonSetUpdateStrategy
apps/v1.DaemonSetStatus
 collisionCount int32
 conditions []apps/v1.DaemonSetCondition patch=merge key=type
 currentNumberScheduled int32 !
 desiredNumberScheduled int32 !
 numberAvailable int32
 numberMisscheduled int32 !
 numberReady int32 !
 numberUnavailable int32
 observedGeneration int64
 updatedNumberScheduled int32
batch/v1.JobSpec
 activeDeadlineSeconds int64
 backoffLimit int32
 completionMode string
 completions int32
 manualSelector boolean
 parallelism int32
 selector meta/v1.LabelSelector
 suspend boolean
 template v1.PodTemplateSpec !
 ttlSecondsAfterFinished int32
batch/v1.JobStatus
 active int32
 completedIndexes string
 completionTime time
 conditions []batch/v1.JobCondition patch=merge key=type list=atomic
 failed int32
 startTime time
 succeeded int32
batch/v1.CronJobSpec
 concurrencyPolicy string
 failedJobsHistoryLimit int32
 jobTemplate batch/v1.JobTemplateSpec !
 schedule string !
 startingDeadlineSeconds int64
 successfulJobsHistoryLimit int32
 suspend boolean
batch/v1.CronJobStatus
 active []v1.ObjectReference list=atomic
 lastScheduleTime time
 lastSuccessfulTime time
coordination.k8s.io/v1.LeaseSpec
 acquireTime time
 holderIdentity string
 leaseDurationSeconds int32
 leaseTransitions int32
 renewTime time
discovery.k8s.io/v1.Endpoint
 addresses []string ! list=set
 conditions discovery.k8s.io/v1.EndpointConditions
 deprecatedTopology {}string
 hints discovery.k8s.io/v1.EndpointHints
 hostname string
 nodeName string
 targetRef v1.ObjectReference
 zone string
discovery.k8s.io/v1.EndpointPort
 appProtocol string
 name string
 port int32
 protocol string
networking.k8s.io/v1.IngressSpec
 defaultBackend networking.k8s.io/v1.IngressBackend
 ingressClassName string
 rules []networking.k8s.io/v1.IngressRule list=atomic
 tls []networking.k8s.io/v1.IngressTLS list=atomic
networking.k8s.io/v1.IngressStatus
 loadBalancer v1.LoadBalancerStatus
networking.k8s.io/v1.IngressClassSpec
 controller string
 parameters networking.k8s.io/v1.IngressClassParametersReference
networking.k8s.io/v1.NetworkPolicySpec
 egress []networking.k8s.io/v1.NetworkPolicyEgressRule
 ingress []networking.k8s.io/v1.NetworkPolicyIngressRule
 podSelector meta/v1.LabelSelector !
 policyTypes []string
policy/v1.PodDisruptionBudgetSpec
 maxUnavailable int-or-string
 minAvailable int-or-string
 selector meta/v1.LabelSelector patch=replace
policy/v1.PodDisruptionBudgetStatus
 conditions []meta/v1.Condition patch=merge key=type list=map keys=type
 currentHealthy int32 !
 desiredHealthy int32 !
 disruptedPods {}time
 disruptionsAllowed int32 !
 expectedPods int32 !
 observedGeneration int64
meta/v1.DeleteOptions
 apiVersion string
 dryRun []string
 gracePeriodSeconds int64
 kind string
 orphanDependents boolean
 preconditions meta/v1.Preconditions
 propagationPolicy string
rbac.authorization.k8s.io/v1.PolicyRule
 apiGroups []string
 nonResourceURLs []string
 resourceNames []string
 resources []string
 verbs []string !
rbac.authorization.k8s.io/v1.RoleRef
 apiGroup string !
 kind string !
 name string !
rbac.authorization.k8s.io/v1.Subject
 apiGroup string
 kind string !
 name string !
 namespace string
rbac.authorization.k8s.io/v1.AggregationRule
 clusterRoleSelectors []meta/v1.LabelSelector
autoscaling/v1.ScaleSpec
 replicas int32
autoscaling/v1.ScaleStatus
 replicas int32 !
 selector string
autoscaling/v1.HorizontalPodAutoscalerSpec
 maxReplicas int32 !
 minReplicas int32
 scaleTargetRef autoscaling/v1.CrossVersionObjectReference !
 targetCPUUtilizationPercentage int32
autoscaling/v1.HorizontalPodAutoscalerStatus
 currentCPUUtilizationPercentage int32
 currentReplicas int32 !
 desiredReplicas int32 !
 lastScaleTime time
 observedGeneration int64
v1.TopologySelectorTerm
 matchLabelExpressions []v1.TopologySelectorLabelRequirement
events.k8s.io/v1.EventSeries
 count int32 !
 lastObservedTime time !
authentication.k8s.io/v1.TokenRequestSpec
 audiences []string !
 boundObjectRef authentication.k8s.io/v1.BoundObjectReference
 expirationSeconds int64
authentication.k8s.io/v1.TokenRequestStatus
 expirationTimestamp time !
 token string !
authentication.k8s.io/v1.TokenReviewSpec
 audiences []string
 token string
authentication.k8s.io/v1.TokenReviewStatus
 audiences []string
 authenticated boolean
 error string
 user authentication.k8s.io/v1.UserInfo
authorization.k8s.io/v1.SelfSubjectAccessReviewSpec
 nonResourceAttributes authorization.k8s.io/v1.NonResourceAttributes
 resourceAttributes authorization.k8s.io/v1.ResourceAttributes
authorization.k8s.io/v1.SubjectAccessReviewStatus
 allowed boolean !
 denied boolean
 evaluationError string
 reason string
authorization.k8s.io/v1.SelfSubjectRulesReviewSpec
 namespace string
authorization.k8s.io/v1.SubjectRulesReviewStatus
 evaluationError string
 incomplete boolean !
 nonResourceRules []authorization.k8s.io/v1.NonResourceRule !
 resourceRules []authorization.k8s.io/v1.ResourceRule !
apiextensions.k8s.io/v1.CustomResourceDefinitionSpec
 conversion apiextensions.k8s.io/v1.CustomResourceConversion
 group string !
 names apiextensions.k8s.io/v1.CustomResourceDefinitionNames !
 preserveUnknownFields boolean
 scope string !
 versions []apiextensions.k8s.io/v1.CustomResourceDefinitionVersion !
apiextensions.k8s.io/v1.CustomResourceDefinitionStatus
 acceptedNames apiextensions.k8s.io/v1.CustomResourceDefinitionNames
 conditions []apiextensions.k8s.io/v1.CustomResourceDefinitionCondition list=map keys=type
 storedVersions []string
meta/v1.ManagedFieldsEntry
 apiVersion string
 fieldsType string
 fieldsV1 any
 manager string
 operation string
 time time
meta/v1.OwnerReference
 apiVersion string !
 blockOwnerDeletion boolean
 controller boolean
 kind string !
 name string !
 uid string !
v1.NamespaceCondition
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
v1.NodeConfigSource
 configMap v1.ConfigMapNodeConfigSource
v1.Taint
 effect string !
 key string !
 timeAdded time
 value string
v1.NodeAddress
 address string !
 type string !
v1.NodeCondition
 lastHeartbeatTime time
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
v1.NodeConfigStatus
 active v1.NodeConfigSource
 assigned v1.NodeConfigSource
 error string
 lastKnownGood v1.NodeConfigSource
v1.NodeDaemonEndpoints
 kubeletEndpoint v1.DaemonEndpoint
v1.ContainerImage
 names []string !
 sizeBytes int64
v1.NodeSystemInfo
 architecture string !
 bootID string !
 containerRuntimeVersion string !
 kernelVersion string !
 kubeProxyVersion string !
 kubeletVersion string !
 machineID string !
 operatingSystem string !
 osImage string !
 systemUUID string !
v1.AttachedVolume
 devicePath string !
 name string !
v1.Affinity
 nodeAffinity v1.NodeAffinity
 podAffinity v1.PodAffinity
 podAntiAffinity v1.PodAntiAffinity
v1.Container
 args []string
 command []string
 env []v1.EnvVar patch=merge key=name
 envFrom []v1.EnvFromSource
 image string
 imagePullPolicy string
 lifecycle v1.Lifecycle
 livenessProbe v1.Probe
 name string !
 ports []v1.ContainerPort patch=merge key=containerPort list=map keys=containerPort,protocol
 readinessProbe v1.Probe
 resources v1.ResourceRequirements
 securityContext v1.SecurityContext
 startupProbe v1.Probe
 stdin boolean
 stdinOnce boolean
 terminationMessagePath string
 terminationMessagePolicy string
 tty boolean
 volumeDevices []v1.VolumeDevice patch=merge key=devicePath
 volumeMounts []v1.VolumeMount patch=merge key=mountPath
 workingDir string
v1.PodDNSConfig
 nameservers []string
 options []v1.PodDNSConfigOption
 searches []string
v1.EphemeralContainer
 args []string
 command []string
 env []v1.EnvVar patch=merge key=name
 envFrom []v1.EnvFromSource
 image string
 imagePullPolicy string
 lifecycle v1.Lifecycle
 livenessProbe v1.Probe
 name string !
 ports []v1.ContainerPort
 readinessProbe v1.Probe
 resources v1.ResourceRequirements
 securityContext v1.SecurityContext
 startupProbe v1.Probe
 stdin boolean
 stdinOnce boolean
 targetContainerName string
 terminationMessagePath string
 terminationMessagePolicy string
 tty boolean
 volumeDevices []v1.VolumeDevice patch=merge key=devicePath
 volumeMounts []v1.VolumeMount patch=merge key=mountPath
 workingDir string
v1.HostAlias
 hostnames []string
 ip string
v1.PodReadinessGate
 conditionType string !
v1.PodSecurityContext
 fsGroup int64
 fsGroupChangePolicy string
 runAsGroup int64
 runAsNonRoot boolean
 runAsUser int64
 seLinuxOptions v1.SELinuxOptions
 seccompProfile v1.SeccompProfile
 supplementalGroups []int64
 sysctls []v1.Sysctl
 windowsOptions v1.WindowsSecurityContextOptions
v1.Toleration
 effect string
 key string
 operator string
 tolerationSeconds int64
 value string
v1.TopologySpreadConstraint
 labelSelector meta/v1.LabelSelector
 maxSkew int32 !
 topologyKey string !
 whenUnsatisfiable string !
v1.Volume
 awsElasticBlockStore v1.AWSElasticBlockStoreVolumeSource
 azureDisk v1.AzureDiskVolumeSource
 azureFile v1.AzureFileVolumeSource
 cephfs v1.CephFSVolumeSource
 cinder v1.CinderVolumeSource
 configMap v1.ConfigMapVolumeSource
 csi v1.CSIVolumeSource
 downwardAPI v1.DownwardAPIVolumeSource
 emptyDir v1.EmptyDirVolumeSource
 ephemeral v1.EphemeralVolumeSource
 fc v1.FCVolumeSource
 flexVolume v1.FlexVolumeSource
 flocker v1.FlockerVolumeSource
 gcePersistentDisk v1.GCEPersistentDiskVolumeSource
 gitRepo v1.GitRepoVolumeSource
 glusterfs v1.GlusterfsVolumeSource
 hostPath v1.HostPathVolumeSource
 iscsi v1.ISCSIVolumeSource
 name string !
 nfs v1.NFSVolumeSource
 persistentVolumeClaim v1.PersistentVolumeClaimVolumeSource
 photonPersistentDisk v1.PhotonPersistentDiskVolumeSource
 portworxVolume v1.PortworxVolumeSource
 projected v1.ProjectedVolumeSource
 quobyte v1.QuobyteVolumeSource
 rbd v1.RBDVolumeSource
 scaleIO v1.ScaleIOVolumeSource
 secret v1.SecretVolumeSource
 storageos v1.StorageOSVolumeSource
 vsphereVolume v1.VsphereVirtualDiskVolumeSource
v1.PodCondition
 lastProbeTime time
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
v1.ContainerStatus
 containerID string
 image string !
 imageID string !
 lastState v1.ContainerState
 name string !
 ready boolean !
 restartCount int32 !
 started boolean
 state v1.ContainerState
v1.PodIP
 ip string
v1.ServicePort
 appProtocol string
 name string
 nodePort int32
 port int32 !
 protocol string
 targetPort int-or-string
v1.SessionAffinityConfig
 clientIP v1.ClientIPConfig
meta/v1.Condition
 lastTransitionTime time !
 message string !
 observedGeneration int64
 reason string !
 status string !
 type string !
v1.LoadBalancerStatus
 ingress []v1.LoadBalancerIngress
v1.EndpointAddress
 hostname string
 ip string !
 nodeName string
 targetRef v1.ObjectReference
v1.EndpointPort
 appProtocol string
 name string
 port int32 !
 protocol string
v1.TypedLocalObjectReference
 apiGroup string
 kind string !
 name string !
v1.ResourceRequirements
 limits {}quantity
 requests {}quantity
meta/v1.LabelSelector atomic
 matchExpressions []meta/v1.LabelSelectorRequirement
 matchLabels {}string
v1.PersistentVolumeClaimCondition
 lastProbeTime time
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
v1.AWSElasticBlockStoreVolumeSource
 fsType string
 partition int32
 readOnly boolean
 volumeID string !
v1.AzureDiskVolumeSource
 cachingMode string
 diskName string !
 diskURI string !
 fsType string
 kind string
 readOnly boolean
v1.AzureFilePersistentVolumeSource
 readOnly boolean
 secretName string !
 secretNamespace string
 shareName string !
v1.CephFSPersistentVolumeSource
 monitors []string !
 path string
 readOnly boolean
 secretFile string
 secretRef v1.SecretReference
 user string
v1.CinderPersistentVolumeSource
 fsType string
 readOnly boolean
 secretRef v1.SecretReference
 volumeID string !
v1.CSIPersistentVolumeSource
 controllerExpandSecretRef v1.SecretReference
 controllerPublishSecretRef v1.SecretReference
 driver string !
 fsType string
 nodePublishSecretRef v1.SecretReference
 nodeStageSecretRef v1.SecretReference
 readOnly boolean
 volumeAttributes {}string
 volumeHandle string !
v1.FCVolumeSource
 fsType string
 lun int32
 readOnly boolean
 targetWWNs []string
 wwids []string
v1.FlexPersistentVolumeSource
 driver string !
 fsType string
 options {}string
 readOnly boolean
 secretRef v1.SecretReference
v1.FlockerVolumeSource
 datasetName string
 datasetUUID string
v1.GCEPersistentDiskVolumeSource
 fsType string
 partition int32
 pdName string !
 readOnly boolean
v1.GlusterfsPersistentVolumeSource
 endpoints string !
 endpointsNamespace string
 path string !
 readOnly boolean
v1.HostPathVolumeSource
 path string !
 type string
v1.ISCSIPersistentVolumeSource
 chapAuthDiscovery boolean
 chapAuthSession boolean
 fsType string
 initiatorName string
 iqn string !
 iscsiInterface string
 lun int32 !
 portals []string
 readOnly boolean
 secretRef v1.SecretReference
 targetPortal string !
v1.LocalVolumeSource
 fsType string
 path string !
v1.NFSVolumeSource
 path string !
 readOnly boolean
 server string !
v1.VolumeNodeAffinity
 required v1.NodeSelector
v1.PhotonPersistentDiskVolumeSource
 fsType string
 pdID string !
v1.PortworxVolumeSource
 fsType string
 readOnly boolean
 volumeID string !
v1.QuobyteVolumeSource
 group string
 readOnly boolean
 registry string !
 tenant string
 user string
 volume string !
v1.RBDPersistentVolumeSource
 fsType string
 image string !
 keyring string
 monitors []string !
 pool string
 readOnly boolean
 secretRef v1.SecretReference
 user string
v1.ScaleIOPersistentVolumeSource
 fsType string
 gateway string !
 protectionDomain string
 readOnly boolean
 secretRef v1.SecretReference !
 sslEnabled boolean
 storageMode string
 storagePool string
 system string !
 volumeName string
v1.StorageOSPersistentVolumeSource
 fsType string
 readOnly boolean
 secretRef v1.ObjectReference
 volumeName string
 volumeNamespace string
v1.VsphereVirtualDiskVolumeSource
 fsType string
 storagePolicyID string
 storagePolicyName string
 volumePath string !
v1.ReplicationControllerCondition
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
v1.ScopeSelector
 matchExpressions []v1.ScopedResourceSelectorRequirement
v1.LimitRangeItem
 default {}quantity
 defaultRequest {}quantity
 max {}quantity
 maxLimitRequestRatio {}quantity
 min {}quantity
 type string !
apps/v1.DeploymentStrategy
 rollingUpdate apps/v1.RollingUpdateDeployment
 type string
apps/v1.DeploymentCondition
 lastTransitionTime time
 lastUpdateTime time
 message string
 reason string
 status string !
 type string !
apps/v1.ReplicaSetCondition
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
apps/v1.StatefulSetUpdateStrategy
 rollingUpdate apps/v1.RollingUpdateStatefulSetStrategy
 type string
apps/v1.StatefulSetCondition
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
apps/v1.DaemonSetUpdateStrategy
 rollingUpdate apps/v1.RollingUpdateDaemonSet
 type string
apps/v1.DaemonSetCondition
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
batch/v1.JobCondition
 lastProbeTime time
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
batch/v1.JobTemplateSpec
 metadata meta/v1.ObjectMeta
 spec batch/v1.JobSpec
discovery.k8s.io/v1.EndpointConditions
 ready boolean
 serving boolean
 terminating boolean
discovery.k8s.io/v1.EndpointHints
 forZones []discovery.k8s.io/v1.ForZone list=atomic
networking.k8s.io/v1.IngressBackend
 resource v1.TypedLocalObjectReference
 service networking.k8s.io/v1.IngressServiceBackend
networking.k8s.io/v1.IngressRule
 host string
 http networking.k8s.io/v1.HTTPIngressRuleValue
networking.k8s.io/v1.IngressTLS
 hosts []string list=atomic
 secretName string
networking.k8s.io/v1.IngressClassParametersReference
 apiGroup string
 kind string !
 name string !
 namespace string
 scope string
networking.k8s.io/v1.NetworkPolicyEgressRule
 ports []networking.k8s.io/v1.NetworkPolicyPort
 to []networking.k8s.io/v1.NetworkPolicyPeer
networking.k8s.io/v1.NetworkPolicyIngressRule
 from []networking.k8s.io/v1.NetworkPolicyPeer
 ports []networking.k8s.io/v1.NetworkPolicyPort
meta/v1.Preconditions
 resourceVersion string
 uid string
autoscaling/v1.CrossVersionObjectReference
 apiVersion string
 kind string !
 name string !
v1.TopologySelectorLabelRequirement
 key string !
 values []string !
authentication.k8s.io/v1.BoundObjectReference
 apiVersion string
 kind string
 name string
 uid string
authentication.k8s.io/v1.UserInfo
 extra {}[]string
 groups []string
 uid string
 username string
authorization.k8s.io/v1.NonResourceAttributes
 path string
 verb string
authorization.k8s.io/v1.ResourceAttributes
 group string
 name string
 namespace string
 resource string
 subresource string
 verb string
 version string
authorization.k8s.io/v1.NonResourceRule
 nonResourceURLs []string
 verbs []string !
authorization.k8s.io/v1.ResourceRule
 apiGroups []string
 resourceNames []string
 resources []string
 verbs []string !
apiextensions.k8s.io/v1.CustomResourceConversion
 strategy string !
 webhook apiextensions.k8s.io/v1.WebhookConversion
apiextensions.k8s.io/v1.CustomResourceDefinitionNames
 categories []string
 kind string !
 listKind string
 plural string !
 shortNames []string
 singular string
apiextensions.k8s.io/v1.CustomResourceDefinitionVersion
 additionalPrinterColumns []apiextensions.k8s.io/v1.CustomResourceColumnDefinition
 deprecated boolean
 deprecationWarning string
 name string !
 schema apiextensions.k8s.io/v1.CustomResourceValidation
 served boolean !
 storage boolean !
 subresources apiextensions.k8s.io/v1.CustomResourceSubresources
apiextensions.k8s.io/v1.CustomResourceDefinitionCondition
 lastTransitionTime time
 message string
 reason string
 status string !
 type string !
v1.ConfigMapNodeConfigSource
 kubeletConfigKey string !
 name string !
 namespace string !
 resourceVersion string
 uid string
v1.DaemonEndpoint
 Port int32 !
v1.NodeAffinity
 preferredDuringSchedulingIgnoredDuringExecution []v1.PreferredSchedulingTerm
 requiredDuringSchedulingIgnoredDuringExecution v1.NodeSelector
v1.PodAffinity
 preferredDuringSchedulingIgnoredDuringExecution []v1.WeightedPodAffinityTerm
 requiredDuringSchedulingIgnoredDuringExecution []v1.PodAffinityTerm
v1.PodAntiAffinity
 preferredDuringSchedulingIgnoredDuringExecution []v1.WeightedPodAffinityTerm
 requiredDuringSchedulingIgnoredDuringExecution []v1.PodAffinityTerm
v1.EnvVar
 name string !
 value string
 valueFrom v1.EnvVarSource
v1.EnvFromSource
 configMapRef v1.ConfigMapEnvSource
 prefix string
 secretRef v1.SecretEnvSource
v1.Lifecycle
 postStart v1.Handler
 preStop v1.Handler
v1.Probe
 exec v1.ExecAction
 failureThreshold int32
 httpGet v1.HTTPGetAction
 initialDelaySeconds int32
 periodSeconds int32
 successThreshold int32
 tcpSocket v1.TCPSocketAction
 terminationGracePeriodSeconds int64
 timeoutSeconds int32
v1.ContainerPort
 containerPort int32 !
 hostIP string
 hostPort int32
 name string
 protocol string
v1.SecurityContext
 allowPrivilegeEscalation boolean
 capabilities v1.Capabilities
 privileged boolean
 procMount string
 readOnlyRootFilesystem boolean
 runAsGroup int64
 runAsNonRoot boolean
 runAsUser int64
 seLinuxOptions v1.SELinuxOptions
 seccompProfile v1.SeccompProfile
 windowsOptions v1.WindowsSecurityContextOptions
v1.VolumeDevice
 devicePath string !
 name string !
v1.VolumeMount
 mountPath string !
 mountPropagation string
 name string !
 readOnly boolean
 subPath string
 subPathExpr string
v1.PodDNSConfigOption
 name string
 value string
v1.SELinuxOptions
 level string
 role string
 type string
 user string
v1.SeccompProfile
 localhostProfile string
 type string !
v1.Sysctl
 name string !
 value string !
v1.WindowsSecurityContextOptions
 gmsaCredentialSpec string
 gmsaCredentialSpecName string
 runAsUserName string
v1.AzureFileVolumeSource
 readOnly boolean
 secretName string !
 shareName string !
v1.CephFSVolumeSource
 monitors []string !
 path string
 readOnly boolean
 secretFile string
 secretRef v1.LocalObjectReference
 user string
v1.CinderVolumeSource
 fsType string
 readOnly boolean
 secretRef v1.LocalObjectReference
 volumeID string !
v1.ConfigMapVolumeSource
 defaultMode int32
 items []v1.KeyToPath
 name string
 optional boolean
v1.CSIVolumeSource
 driver string !
 fsType string
 nodePublishSecretRef v1.LocalObjectReference
 readOnly boolean
 volumeAttributes {}string
v1.DownwardAPIVolumeSource
 defaultMode int32
 items []v1.DownwardAPIVolumeFile
v1.EmptyDirVolumeSource
 medium string
 sizeLimit quantity
v1.EphemeralVolumeSource
 volumeClaimTemplate v1.PersistentVolumeClaimTemplate
v1.FlexVolumeSource
 driver string !
 fsType string
 options {}string
 readOnly boolean
 secretRef v1.LocalObjectReference
v1.GitRepoVolumeSource
 directory string
 repository string !
 revision string
v1.GlusterfsVolumeSource
 endpoints string !
 path string !
 readOnly boolean
v1.ISCSIVolumeSource
 chapAuthDiscovery boolean
 chapAuthSession boolean
 fsType string
 initiatorName string
 iqn string !
 iscsiInterface string
 lun int32 !
 portals []string
 readOnly boolean
 secretRef v1.LocalObjectReference
 targetPortal string !
v1.PersistentVolumeClaimVolumeSource
 claimName string !
 readOnly boolean
v1.ProjectedVolumeSource
 defaultMode int32
 sources []v1.VolumeProjection
v1.RBDVolumeSource
 fsType string
 image string !
 keyring string
 monitors []string !
 pool string
 readOnly boolean
 secretRef v1.LocalObjectReference
 user string
v1.ScaleIOVolumeSource
 fsType string
 gateway string !
 protectionDomain string
 readOnly boolean
 secretRef v1.LocalObjectReference !
 sslEnabled boolean
 storageMode string
 storagePool string
 system string !
 volumeName string
v1.SecretVolumeSource
 defaultMode int32
 items []v1.KeyToPath
 optional boolean
 secretName string
v1.StorageOSVolumeSource
 fsType string
 readOnly boolean
 secretRef v1.LocalObjectReference
 volumeName string
 volumeNamespace string
v1.ContainerState
 running v1.ContainerStateRunning
 terminated v1.ContainerStateTerminated
 waiting v1.ContainerStateWaiting
v1.ClientIPConfig
 timeoutSeconds int32
v1.LoadBalancerIngress
 hostname string
 ip string
 ports []v1.PortStatus list=atomic
meta/v1.LabelSelectorRequirement
 key string ! patch=merge key=key
 operator string !
 values []string
v1.SecretReference
 name string
 namespace string
v1.NodeSelector
 nodeSelectorTerms []v1.NodeSelectorTerm !
v1.ScopedResourceSelectorRequirement
 operator string !
 scopeName string !
 values []string
apps/v1.RollingUpdateDeployment
 maxSurge int-or-string
 maxUnavailable int-or-string
apps/v1.RollingUpdateStatefulSetStrategy
 partition int32
apps/v1.RollingUpdateDaemonSet
 maxSurge int-or-string
 maxUnavailable int-or-string
discovery.k8s.io/v1.ForZone
 name string !
networking.k8s.io/v1.IngressServiceBackend
 name string !
 port networking.k8s.io/v1.ServiceBackendPort
networking.k8s.io/v1.HTTPIngressRuleValue
 paths []networking.k8s.io/v1.HTTPIngressPath ! list=atomic
networking.k8s.io/v1.NetworkPolicyPort
 endPort int32
 port int-or-string
 protocol string
networking.k8s.io/v1.NetworkPolicyPeer
 ipBlock networking.k8s.io/v1.IPBlock
 namespaceSelector meta/v1.LabelSelector
 podSelector meta/v1.LabelSelector
apiextensions.k8s.io/v1.WebhookConversion
 clientConfig apiextensions.k8s.io/v1.WebhookClientConfig
 conversionReviewVersions []string !
apiextensions.k8s.io/v1.CustomResourceColumnDefinition
 description string
 format string
 jsonPath string !
 name string !
 priority int32
 type string !
apiextensions.k8s.io/v1.CustomResourceValidation
 openAPIV3Schema apiextensions.k8s.io/v1.JSONSchemaProps
apiextensions.k8s.io/v1.CustomResourceSubresources
 scale apiextensions.k8s.io/v1.CustomResourceSubresourceScale
 status any
v1.PreferredSchedulingTerm
 preference v1.NodeSelectorTerm !
 weight int32 !
v1.WeightedPodAffinityTerm
 podAffinityTerm v1.PodAffinityTerm !
 weight int32 !
v1.PodAffinityTerm
 labelSelector meta/v1.LabelSelector
 namespaceSelector meta/v1.LabelSelector
 namespaces []string
 topologyKey string !
v1.EnvVarSource
 configMapKeyRef v1.ConfigMapKeySelector
 fieldRef v1.ObjectFieldSelector
 resourceFieldRef v1.ResourceFieldSelector
 secretKeyRef v1.SecretKeySelector
v1.ConfigMapEnvSource
 name string
 optional boolean
v1.SecretEnvSource
 name string
 optional boolean
v1.Handler
 exec v1.ExecAction
 httpGet v1.HTTPGetAction
 tcpSocket v1.TCPSocketAction
v1.ExecAction
 command []string
v1.HTTPGetAction
 host string
 httpHeaders []v1.HTTPHeader
 path string
 port int-or-string !
 scheme string
v1.TCPSocketAction
 host string
 port int-or-string !
v1.Capabilities
 add []string
 drop []string
v1.KeyToPath
 key string !
 mode int32
 path string !
v1.DownwardAPIVolumeFile
 fieldRef v1.ObjectFieldSelector
 mode int32
 path string !
 resourceFieldRef v1.ResourceFieldSelector
v1.PersistentVolumeClaimTemplate
 metadata meta/v1.ObjectMeta
 spec v1.PersistentVolumeClaimSpec !
v1.VolumeProjection
 configMap v1.ConfigMapProjection
 downwardAPI v1.DownwardAPIProjection
 secret v1.SecretProjection
 serviceAccountToken v1.ServiceAccountTokenProjection
v1.ContainerStateRunning
 startedAt time
v1.ContainerStateTerminated
 containerID string
 exitCode int32 !
 finishedAt time
 message string
 reason string
 signal int32
 startedAt time
v1.ContainerStateWaiting
 message string
 reason string
v1.PortStatus
 error string
 port int32 !
 protocol string !
v1.NodeSelectorTerm
 matchExpressions []v1.NodeSelectorRequirement
 matchFields []v1.NodeSelectorRequirement
networking.k8s.io/v1.ServiceBackendPort
 name string
 number int32
networking.k8s.io/v1.HTTPIngressPath
 backend networking.k8s.io/v1.IngressBackend !
 path string
 pathType string
networking.k8s.io/v1.IPBlock
 cidr string !
 except []string
apiextensions.k8s.io/v1.WebhookClientConfig
 caBundle bytes
 service apiextensions.k8s.io/v1.ServiceReference
 url string
apiextensions.k8s.io/v1.JSONSchemaProps
 $ref string
 $schema string
 additionalItems any
 additionalProperties any
 allOf []apiextensions.k8s.io/v1.JSONSchemaProps
 anyOf []apiextensions.k8s.io/v1.JSONSchemaProps
 default any
 definitions {}apiextensions.k8s.io/v1.JSONSchemaProps
 dependencies {}any
 description string
 enum []any
 example any
 exclusiveMaximum boolean
 exclusiveMinimum boolean
 externalDocs apiextensions.k8s.io/v1.ExternalDocumentation
 format string
 id string
 items any
 maxItems int64
 maxLength int64
 maxProperties int64
 maximum number
 minItems int64
 minLength int64
 minProperties int64
 minimum number
 multipleOf number
 not apiextensions.k8s.io/v1.JSONSchemaProps
 nullable boolean
 oneOf []apiextensions.k8s.io/v1.JSONSchemaProps
 pattern string
 patternProperties {}apiextensions.k8s.io/v1.JSONSchemaProps
 properties {}apiextensions.k8s.io/v1.JSONSchemaProps
 required []string
 title string
 type string
 uniqueItems boolean
 x-kubernetes-embedded-resource boolean
 x-kubernetes-int-or-string boolean
 x-kubernetes-list-map-keys []string
 x-kubernetes-list-type string
 x-kubernetes-map-type string
 x-kubernetes-preserve-unknown-fields boolean
apiextensions.k8s.io/v1.CustomResourceSubresourceScale
 labelSelectorPath string
 specReplicasPath string !
 statusReplicasPath string !
v1.ConfigMapKeySelector
 key string !
 name string
 optional boolean
v1.ObjectFieldSelector
 apiVersion string
 fieldPath string !
v1.ResourceFieldSelector
 containerName string
 divisor quantity
 resource string !
v1.SecretKeySelector
 key string !
 name string
 optional boolean
v1.HTTPHeader
 name string !
 value string !
v1.ConfigMapProjection
 items []v1.KeyToPath
 name string
 optional boolean
v1.DownwardAPIProjection
 items []v1.DownwardAPIVolumeFile
v1.SecretProjection
 items []v1.KeyToPath
 name string
 optional boolean
v1.ServiceAccountTokenProjection
 audience string
 expirationSeconds int64
 path string !
v1.NodeSelectorRequirement
 key string !
 operator string !
 values []string
apiextensions.k8s.io/v1.ServiceReference
 name string !
 namespace string !
 path string
 port int32
apiextensions.k8s.io/v1.ExternalDocumentation
 description string
 url string
`
