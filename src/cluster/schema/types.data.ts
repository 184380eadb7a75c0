/** Derived by scripts/derive-schema.ts; do not edit. */
export const typesText = `v1.Namespace
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.NamespaceSpec ? 2
 status v1.NamespaceStatus ? 3
v1.Node
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.NodeSpec ? 2
 status v1.NodeStatus ? 3
v1.Pod
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.PodSpec ? 2
 status v1.PodStatus ? 3
v1.Service
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.ServiceSpec ? 2
 status v1.ServiceStatus ? 3
v1.Endpoints
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 subsets []v1.EndpointSubset ? 2
v1.Secret
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 immutable boolean * 5
 data {}bytes ? 2
 stringData {}string ? 4
 type string ? 3
v1.ConfigMap
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 immutable boolean * 4
 data {}string ? 2
 binaryData {}bytes ? 3
v1.ServiceAccount
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 secrets []v1.ObjectReference ? 2 patch=merge key=name
 imagePullSecrets []v1.LocalObjectReference ? 3
 automountServiceAccountToken boolean * 4
v1.Event
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ! 1 go=ObjectMeta
 involvedObject v1.ObjectReference ! 2
 reason string ? 3
 message string ? 4
 source v1.EventSource ? 5
 firstTimestamp time ? 6
 lastTimestamp time ? 7
 count int32 ? 8
 type string ? 9
 eventTime micro-time ? 10
 series v1.EventSeries * 11
 action string ? 12
 related v1.ObjectReference * 13
 reportingComponent string 14 go=ReportingController
 reportingInstance string 15
v1.PersistentVolumeClaim
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.PersistentVolumeClaimSpec ? 2
 status v1.PersistentVolumeClaimStatus ? 3
v1.PersistentVolume
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.PersistentVolumeSpec ? 2
 status v1.PersistentVolumeStatus ? 3
v1.ReplicationController
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.ReplicationControllerSpec ? 2
 status v1.ReplicationControllerStatus ? 3
v1.ResourceQuota
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.ResourceQuotaSpec ? 2
 status v1.ResourceQuotaStatus ? 3
v1.LimitRange
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.LimitRangeSpec ? 2
v1.PodTemplate
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 template v1.PodTemplateSpec ? 2
v1.Binding
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 target v1.ObjectReference ! 2
apps/v1.Deployment
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec apps/v1.DeploymentSpec ? 2
 status apps/v1.DeploymentStatus ? 3
apps/v1.ReplicaSet
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec apps/v1.ReplicaSetSpec ? 2
 status apps/v1.ReplicaSetStatus ? 3
apps/v1.StatefulSet
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec apps/v1.StatefulSetSpec ? 2
 status apps/v1.StatefulSetStatus ? 3
apps/v1.DaemonSet
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec apps/v1.DaemonSetSpec ? 2
 status apps/v1.DaemonSetStatus ? 3
apps/v1.ControllerRevision
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 data any ? 2
 revision int64 ! 3
batch/v1.Job
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec batch/v1.JobSpec ? 2
 status batch/v1.JobStatus ? 3
batch/v1.CronJob
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec batch/v1.CronJobSpec ? 2
 status batch/v1.CronJobStatus ? 3
coordination.k8s.io/v1.Lease
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec coordination.k8s.io/v1.LeaseSpec ? 2
discovery.k8s.io/v1.EndpointSlice
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 addressType string ! 4
 endpoints []discovery.k8s.io/v1.Endpoint ! 2 list=atomic
 ports []discovery.k8s.io/v1.EndpointPort 3 list=atomic
networking.k8s.io/v1.Ingress
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec networking.k8s.io/v1.IngressSpec ? 2
 status networking.k8s.io/v1.IngressStatus ? 3
networking.k8s.io/v1.IngressClass
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec networking.k8s.io/v1.IngressClassSpec ? 2
networking.k8s.io/v1.NetworkPolicy
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec networking.k8s.io/v1.NetworkPolicySpec ? 2
policy/v1.PodDisruptionBudget
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec policy/v1.PodDisruptionBudgetSpec ? 2
 status policy/v1.PodDisruptionBudgetStatus ? 3
policy/v1beta1.Eviction
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 deleteOptions meta/v1.DeleteOptions * 2
rbac.authorization.k8s.io/v1.Role
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 rules []rbac.authorization.k8s.io/v1.PolicyRule 2
rbac.authorization.k8s.io/v1.RoleBinding
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 subjects []rbac.authorization.k8s.io/v1.Subject ? 2
 roleRef rbac.authorization.k8s.io/v1.RoleRef ! 3
rbac.authorization.k8s.io/v1.ClusterRole
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 rules []rbac.authorization.k8s.io/v1.PolicyRule 2
 aggregationRule rbac.authorization.k8s.io/v1.AggregationRule * 3
rbac.authorization.k8s.io/v1.ClusterRoleBinding
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 subjects []rbac.authorization.k8s.io/v1.Subject ? 2
 roleRef rbac.authorization.k8s.io/v1.RoleRef ! 3
autoscaling/v1.Scale
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec autoscaling/v1.ScaleSpec ? 2
 status autoscaling/v1.ScaleStatus ? 3
autoscaling/v1.HorizontalPodAutoscaler
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec autoscaling/v1.HorizontalPodAutoscalerSpec ? 2
 status autoscaling/v1.HorizontalPodAutoscalerStatus ? 3
storage.k8s.io/v1.StorageClass
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 provisioner string ! 2
 parameters {}string ? 3
 reclaimPolicy string * 4
 mountOptions []string ? 5
 allowVolumeExpansion boolean * 6
 volumeBindingMode string * 7
 allowedTopologies []v1.TopologySelectorTerm ? 8
scheduling.k8s.io/v1.PriorityClass
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 value int32 ! 2
 globalDefault boolean ? 3
 description string ? 4
 preemptionPolicy string * 5
events.k8s.io/v1.Event
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta 1 go=ObjectMeta
 eventTime micro-time ! 2
 series events.k8s.io/v1.EventSeries * 3
 reportingController string ? 4
 reportingInstance string ? 5
 action string ? 6
 reason string ? 7
 regarding v1.ObjectReference ? 8
 related v1.ObjectReference * 9
 note string ? 10
 type string ? 11
 deprecatedSource v1.EventSource ? 12
 deprecatedFirstTimestamp time ? 13
 deprecatedLastTimestamp time ? 14
 deprecatedCount int32 ? 15
authentication.k8s.io/v1.TokenRequest
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec authentication.k8s.io/v1.TokenRequestSpec ! 2
 status authentication.k8s.io/v1.TokenRequestStatus ? 3
authentication.k8s.io/v1.TokenReview
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec authentication.k8s.io/v1.TokenReviewSpec ! 2
 status authentication.k8s.io/v1.TokenReviewStatus ? 3
authorization.k8s.io/v1.SelfSubjectAccessReview
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec authorization.k8s.io/v1.SelfSubjectAccessReviewSpec ! 2
 status authorization.k8s.io/v1.SubjectAccessReviewStatus ? 3
authorization.k8s.io/v1.SelfSubjectRulesReview
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec authorization.k8s.io/v1.SelfSubjectRulesReviewSpec ! 2
 status authorization.k8s.io/v1.SubjectRulesReviewStatus ? 3
apiextensions.k8s.io/v1.CustomResourceDefinition
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec apiextensions.k8s.io/v1.CustomResourceDefinitionSpec ! 2
 status apiextensions.k8s.io/v1.CustomResourceDefinitionStatus ? 3
meta/v1.ObjectMeta
 name string ? 1
 generateName string ? 2
 namespace string ? 3
 selfLink string ? 4
 uid string ? 5 go=UID
 resourceVersion string ? 6
 generation int64 ? 7
 creationTimestamp time ? 8
 deletionTimestamp time * 9
 deletionGracePeriodSeconds int64 * 10
 labels {}string ? 11
 annotations {}string ? 12
 ownerReferences []meta/v1.OwnerReference ? 13 patch=merge key=uid
 finalizers []string ? 14 patch=merge
 clusterName string ? 15
 managedFields []meta/v1.ManagedFieldsEntry ? 17
v1.NamespaceSpec
 finalizers []string ? 1
v1.NamespaceStatus
 phase string ? 1
 conditions []v1.NamespaceCondition ? 2 patch=merge key=type
v1.NodeSpec
 podCIDR string ? 1
 podCIDRs []string ? 7 patch=merge
 providerID string ? 3
 unschedulable boolean ? 4
 taints []v1.Taint ? 5
 configSource v1.NodeConfigSource * 6
 externalID string ? 2 go=DoNotUseExternalID
 podPreemptionPolicy v1.NodePodPreemptionPolicy * 8
v1.NodeStatus
 capacity {}quantity ? 1
 allocatable {}quantity ? 2
 phase string ? 3
 conditions []v1.NodeCondition ? 4 patch=merge key=type
 addresses []v1.NodeAddress ? 5 patch=merge key=type
 daemonEndpoints v1.NodeDaemonEndpoints ? 6
 nodeInfo v1.NodeSystemInfo ? 7
 images []v1.ContainerImage ? 8
 volumesInUse []string ? 9
 volumesAttached []v1.AttachedVolume ? 10
 config v1.NodeConfigStatus * 11
 runtimeHandlers []v1.NodeRuntimeHandler ? 12 list=atomic
 features v1.NodeFeatures * 13
 declaredFeatures []string ? 14 list=atomic
v1.PodSpec
 volumes []v1.Volume ? 1 patch=merge,retainKeys key=name
 initContainers []v1.Container ? 20 patch=merge key=name
 containers []v1.Container ! 2 patch=merge key=name
 ephemeralContainers []v1.EphemeralContainer ? 34 patch=merge key=name
 restartPolicy string ? 3
 terminationGracePeriodSeconds int64 * 4
 activeDeadlineSeconds int64 * 5
 dnsPolicy string ? 6 go=DNSPolicy
 nodeSelector {}string ? 7
 serviceAccountName string ? 8
 serviceAccount string ? 9 go=DeprecatedServiceAccount
 automountServiceAccountToken boolean * 21
 nodeName string ? 10
 hostNetwork boolean ? 11
 hostPID boolean ? 12
 hostIPC boolean ? 13
 shareProcessNamespace boolean * 27
 securityContext v1.PodSecurityContext * 14
 imagePullSecrets []v1.LocalObjectReference ? 15 patch=merge key=name
 hostname string ? 16
 subdomain string ? 17
 affinity v1.Affinity * 18
 schedulerName string ? 19
 tolerations []v1.Toleration ? 22
 hostAliases []v1.HostAlias ? 23 patch=merge key=ip
 priorityClassName string ? 24
 priority int32 * 25
 dnsConfig v1.PodDNSConfig * 26 go=DNSConfig
 readinessGates []v1.PodReadinessGate ? 28
 runtimeClassName string * 29
 enableServiceLinks boolean * 30
 preemptionPolicy string * 31
 overhead {}quantity ? 32
 topologySpreadConstraints []v1.TopologySpreadConstraint ? 33 patch=merge key=topologyKey list=map keys=topologyKey,whenUnsatisfiable
 setHostnameAsFQDN boolean * 35
 os v1.PodOS * 36 go=OS
 hostUsers boolean * 37
 schedulingGates []v1.PodSchedulingGate ? 38 patch=merge key=name list=map keys=name
 resourceClaims []v1.PodResourceClaim ? 39 patch=merge,retainKeys key=name list=map keys=name
 resources v1.ResourceRequirements * 40
 hostnameOverride string * 41
 schedulingGroup v1.PodSchedulingGroup * 43
 evictionResponders []v1.EvictionResponder ? 44 patch=merge key=name list=map keys=name
v1.PodStatus
 observedGeneration int64 ? 17
 phase string ? 1
 conditions []v1.PodCondition ? 2 patch=merge key=type
 message string ? 3
 reason string ? 4
 nominatedNodeName string ? 11
 hostIP string ? 5
 hostIPs []v1.HostIP ? 16 patch=merge key=ip list=atomic
 podIP string ? 6
 podIPs []v1.PodIP ? 12 patch=merge key=ip
 startTime time * 7
 initContainerStatuses []v1.ContainerStatus ? 10
 containerStatuses []v1.ContainerStatus ? 8
 qosClass string ? 9 go=QOSClass
 ephemeralContainerStatuses []v1.ContainerStatus ? 13
 resize string ? 14
 resourceClaimStatuses []v1.PodResourceClaimStatus ? 15 patch=merge,retainKeys key=name list=map keys=name
 extendedResourceClaimStatus v1.PodExtendedResourceClaimStatus * 18
 allocatedResources {}quantity ? 19
 resources v1.ResourceRequirements * 20
 nodeAllocatableResourceClaimStatuses []v1.NodeAllocatableResourceClaimStatus ? 21 patch=merge key=resourceClaimName list=map keys=resourceClaimName
 volumeHealth []v1.PodVolumeHealth ? 22 list=map keys=name
v1.ServiceSpec
 ports []v1.ServicePort ? 1 patch=merge key=port list=map keys=port,protocol
 selector {}string ? 2
 clusterIP string ? 3
 clusterIPs []string ? 18 list=atomic
 type string ? 4
 externalIPs []string ? 5
 sessionAffinity string ? 7
 loadBalancerIP string ? 8
 loadBalancerSourceRanges []string ? 9
 externalName string ? 10
 externalTrafficPolicy string ? 11
 healthCheckNodePort int32 ? 12
 publishNotReadyAddresses boolean ? 13
 sessionAffinityConfig v1.SessionAffinityConfig * 14
 topologyKeys []string ? 16
 ipFamilies []string ? 19 go=IPFamilies list=atomic
 ipFamilyPolicy string * 17 go=IPFamilyPolicy
 allocateLoadBalancerNodePorts boolean * 20
 loadBalancerClass string * 21
 internalTrafficPolicy string * 22
 trafficDistribution string * 23
v1.ServiceStatus
 loadBalancer v1.LoadBalancerStatus ? 1
 conditions []meta/v1.Condition ? 2 patch=merge key=type list=map keys=type
v1.EndpointSubset
 addresses []v1.EndpointAddress ? 1
 notReadyAddresses []v1.EndpointAddress ? 2
 ports []v1.EndpointPort ? 3
v1.ObjectReference
 kind string ? 1
 namespace string ? 2
 name string ? 3
 uid string ? 4 go=UID
 apiVersion string ? 5 go=APIVersion
 resourceVersion string ? 6
 fieldPath string ? 7
v1.LocalObjectReference
 name string ? 1
v1.EventSource
 component string ? 1
 host string ? 2
v1.EventSeries
 count int32 ? 1
 lastObservedTime micro-time ? 2
v1.PersistentVolumeClaimSpec
 accessModes []string ? 1
 selector meta/v1.LabelSelector * 4
 resources v1.ResourceRequirements ? 2
 volumeName string ? 3
 storageClassName string * 5
 volumeMode string * 6
 dataSource v1.TypedLocalObjectReference * 7
 dataSourceRef v1.TypedObjectReference * 8
 volumeAttributesClassName string * 9
v1.PersistentVolumeClaimStatus
 phase string ? 1
 accessModes []string ? 2
 capacity {}quantity ? 3
 conditions []v1.PersistentVolumeClaimCondition ? 4 patch=merge key=type
 allocatedResources {}quantity ? 5
 allocatedResourceStatuses {}string ? 7
 currentVolumeAttributesClassName string * 8
 modifyVolumeStatus v1.ModifyVolumeStatus * 9
 healthStatus v1.VolumeHealthStatus * 10
v1.PersistentVolumeSpec
 capacity {}quantity ? 1
 gcePersistentDisk v1.GCEPersistentDiskVolumeSource * 2.1 go=PersistentVolumeSource.GCEPersistentDisk
 awsElasticBlockStore v1.AWSElasticBlockStoreVolumeSource * 2.2 go=PersistentVolumeSource.AWSElasticBlockStore
 hostPath v1.HostPathVolumeSource * 2.3 go=PersistentVolumeSource.HostPath
 glusterfs v1.GlusterfsPersistentVolumeSource * 2.4 go=PersistentVolumeSource.Glusterfs
 nfs v1.NFSVolumeSource * 2.5 go=PersistentVolumeSource.NFS
 rbd v1.RBDPersistentVolumeSource * 2.6 go=PersistentVolumeSource.RBD
 iscsi v1.ISCSIPersistentVolumeSource * 2.7 go=PersistentVolumeSource.ISCSI
 cinder v1.CinderPersistentVolumeSource * 2.8 go=PersistentVolumeSource.Cinder
 cephfs v1.CephFSPersistentVolumeSource * 2.9 go=PersistentVolumeSource.CephFS
 fc v1.FCVolumeSource * 2.10 go=PersistentVolumeSource.FC
 flocker v1.FlockerVolumeSource * 2.11 go=PersistentVolumeSource.Flocker
 flexVolume v1.FlexPersistentVolumeSource * 2.12 go=PersistentVolumeSource.FlexVolume
 azureFile v1.AzureFilePersistentVolumeSource * 2.13 go=PersistentVolumeSource.AzureFile
 vsphereVolume v1.VsphereVirtualDiskVolumeSource * 2.14 go=PersistentVolumeSource.VsphereVolume
 quobyte v1.QuobyteVolumeSource * 2.15 go=PersistentVolumeSource.Quobyte
 azureDisk v1.AzureDiskVolumeSource * 2.16 go=PersistentVolumeSource.AzureDisk
 photonPersistentDisk v1.PhotonPersistentDiskVolumeSource * 2.17 go=PersistentVolumeSource.PhotonPersistentDisk
 portworxVolume v1.PortworxVolumeSource * 2.18 go=PersistentVolumeSource.PortworxVolume
 scaleIO v1.ScaleIOPersistentVolumeSource * 2.19 go=PersistentVolumeSource.ScaleIO
 local v1.LocalVolumeSource * 2.20 go=PersistentVolumeSource.Local
 storageos v1.StorageOSPersistentVolumeSource * 2.21 go=PersistentVolumeSource.StorageOS
 csi v1.CSIPersistentVolumeSource * 2.22 go=PersistentVolumeSource.CSI
 accessModes []string ? 3
 claimRef v1.ObjectReference * 4
 persistentVolumeReclaimPolicy string ? 5
 storageClassName string ? 6
 mountOptions []string ? 7
 volumeMode string * 8
 nodeAffinity v1.VolumeNodeAffinity * 9
 volumeAttributesClassName string * 10
v1.PersistentVolumeStatus
 phase string ? 1
 message string ? 2
 reason string ? 3
 lastPhaseTransitionTime time * 4
v1.ReplicationControllerSpec
 replicas int32 * 1
 minReadySeconds int32 ? 4
 selector {}string ? 2
 template v1.PodTemplateSpec * 3
v1.ReplicationControllerStatus
 replicas int32 ! 1
 fullyLabeledReplicas int32 ? 2
 readyReplicas int32 ? 4
 availableReplicas int32 ? 5
 observedGeneration int64 ? 3
 conditions []v1.ReplicationControllerCondition ? 6 patch=merge key=type
v1.ResourceQuotaSpec
 hard {}quantity ? 1
 scopes []string ? 2
 scopeSelector v1.ScopeSelector * 3
v1.ResourceQuotaStatus
 hard {}quantity ? 1
 used {}quantity ? 2
v1.LimitRangeSpec
 limits []v1.LimitRangeItem ! 1
v1.PodTemplateSpec
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.PodSpec ? 2
apps/v1.DeploymentSpec
 replicas int32 * 1
 selector meta/v1.LabelSelector ! * 2
 template v1.PodTemplateSpec ! 3
 strategy apps/v1.DeploymentStrategy ? 4 patch=retainKeys
 minReadySeconds int32 ? 5
 revisionHistoryLimit int32 * 6
 paused boolean ? 7
 progressDeadlineSeconds int32 * 9
apps/v1.DeploymentStatus
 observedGeneration int64 ? 1
 replicas int32 ? 2
 updatedReplicas int32 ? 3
 readyReplicas int32 ? 7
 availableReplicas int32 ? 4
 unavailableReplicas int32 ? 5
 terminatingReplicas int32 * 9
 conditions []apps/v1.DeploymentCondition ? 6 patch=merge key=type
 collisionCount int32 * 8
apps/v1.ReplicaSetSpec
 replicas int32 * 1
 minReadySeconds int32 ? 4
 selector meta/v1.LabelSelector ! * 2
 template v1.PodTemplateSpec ? 3
apps/v1.ReplicaSetStatus
 replicas int32 ! 1
 fullyLabeledReplicas int32 ? 2
 readyReplicas int32 ? 4
 availableReplicas int32 ? 5
 terminatingReplicas int32 * 7
 observedGeneration int64 ? 3
 conditions []apps/v1.ReplicaSetCondition ? 6 patch=merge key=type
apps/v1.StatefulSetSpec
 replicas int32 * 1
 selector meta/v1.LabelSelector ! * 2
 template v1.PodTemplateSpec ! 3
 volumeClaimTemplates []v1.PersistentVolumeClaim ? 4
 serviceName string ! 5
 podManagementPolicy string ? 6
 updateStrategy apps/v1.StatefulSetUpdateStrategy ? 7
 revisionHistoryLimit int32 * 8
 minReadySeconds int32 ? 9
 persistentVolumeClaimRetentionPolicy apps/v1.StatefulSetPersistentVolumeClaimRetentionPolicy * 10
 ordinals apps/v1.StatefulSetOrdinals * 11
apps/v1.StatefulSetStatus
 observedGeneration int64 ? 1
 replicas int32 ! 2
 readyReplicas int32 ? 3
 currentReplicas int32 ? 4
 updatedReplicas int32 ? 5
 currentRevision string ? 6
 updateRevision string ? 7
 collisionCount int32 * 9
 conditions []apps/v1.StatefulSetCondition ? 10 patch=merge key=type
 availableReplicas int32 ? 11
apps/v1.DaemonSetSpec
 selector meta/v1.LabelSelector ! * 1
 template v1.PodTemplateSpec ! 2
 updateStrategy apps/v1.DaemonSetUpdateStrategy ? 3
 minReadySeconds int32 ? 4
 revisionHistoryLimit int32 * 6
apps/v1.DaemonSetStatus
 currentNumberScheduled int32 ! 1
 numberMisscheduled int32 ! 2
 desiredNumberScheduled int32 ! 3
 numberReady int32 ! 4
 observedGeneration int64 ? 5
 updatedNumberScheduled int32 ? 6
 numberAvailable int32 ? 7
 numberUnavailable int32 ? 8
 collisionCount int32 * 9
 conditions []apps/v1.DaemonSetCondition ? 10 patch=merge key=type
batch/v1.JobSpec
 parallelism int32 * 1
 completions int32 * 2
 activeDeadlineSeconds int64 * 3
 podFailurePolicy batch/v1.PodFailurePolicy * 11
 successPolicy batch/v1.SuccessPolicy * 16
 backoffLimit int32 * 7
 backoffLimitPerIndex int32 * 12
 maxFailedIndexes int32 * 13
 selector meta/v1.LabelSelector * 4
 manualSelector boolean * 5
 template v1.PodTemplateSpec ! 6
 ttlSecondsAfterFinished int32 * 8 go=TTLSecondsAfterFinished
 completionMode string * 9
 suspend boolean * 10
 podReplacementPolicy string * 14
 managedBy string * 15
 scheduling batch/v1.JobSchedulingConfiguration * 17
batch/v1.JobStatus
 conditions []batch/v1.JobCondition ? 1 patch=merge key=type list=atomic
 startTime time * 2
 completionTime time * 3
 active int32 ? 4
 succeeded int32 ? 5
 failed int32 ? 6
 terminating int32 * 11
 completedIndexes string ? 7
 failedIndexes string * 10
 uncountedTerminatedPods batch/v1.UncountedTerminatedPods * 8
 ready int32 * 9
batch/v1.CronJobSpec
 schedule string ! 1
 timeZone string * 8
 startingDeadlineSeconds int64 * 2
 concurrencyPolicy string ? 3
 suspend boolean * 4
 jobTemplate batch/v1.JobTemplateSpec ! 5
 successfulJobsHistoryLimit int32 * 6
 failedJobsHistoryLimit int32 * 7
batch/v1.CronJobStatus
 active []v1.ObjectReference ? 1 list=atomic
 lastScheduleTime time * 4
 lastSuccessfulTime time * 5
coordination.k8s.io/v1.LeaseSpec
 holderIdentity string * 1
 leaseDurationSeconds int32 * 2
 acquireTime micro-time * 3
 renewTime micro-time * 4
 leaseTransitions int32 * 5
 strategy string * 6
 preferredHolder string * 7
discovery.k8s.io/v1.Endpoint
 addresses []string ! 1 list=set
 conditions discovery.k8s.io/v1.EndpointConditions ? 2
 hostname string * 3
 targetRef v1.ObjectReference * 4
 deprecatedTopology {}string ? 5
 nodeName string * 6
 zone string * 7
 hints discovery.k8s.io/v1.EndpointHints * 8
discovery.k8s.io/v1.EndpointPort
 name string * 1
 protocol string * 2
 port int32 * 3
 appProtocol string * 4
networking.k8s.io/v1.IngressSpec
 ingressClassName string * 4
 defaultBackend networking.k8s.io/v1.IngressBackend * 1
 tls []networking.k8s.io/v1.IngressTLS ? 2 go=TLS list=atomic
 rules []networking.k8s.io/v1.IngressRule ? 3 list=atomic
networking.k8s.io/v1.IngressStatus
 loadBalancer v1.LoadBalancerStatus ? 1
networking.k8s.io/v1.IngressClassSpec
 controller string ? 1
 parameters networking.k8s.io/v1.IngressClassParametersReference * 2
networking.k8s.io/v1.NetworkPolicySpec
 podSelector meta/v1.LabelSelector ! 1
 ingress []networking.k8s.io/v1.NetworkPolicyIngressRule ? 2
 egress []networking.k8s.io/v1.NetworkPolicyEgressRule ? 3
 policyTypes []string ? 4
policy/v1.PodDisruptionBudgetSpec
 minAvailable int-or-string * 1
 selector meta/v1.LabelSelector * 2 patch=replace
 maxUnavailable int-or-string * 3
 unhealthyPodEvictionPolicy string * 4
policy/v1.PodDisruptionBudgetStatus
 observedGeneration int64 ? 1
 disruptedPods {}time ? 2
 disruptionsAllowed int32 ! 3
 currentHealthy int32 ! 4
 desiredHealthy int32 ! 5
 expectedPods int32 ! 6
 conditions []meta/v1.Condition ? 7 patch=merge key=type list=map keys=type
meta/v1.DeleteOptions
 apiVersion string ?
 kind string ?
 gracePeriodSeconds int64 * 1
 preconditions meta/v1.Preconditions * 2
 orphanDependents boolean * 3
 propagationPolicy string * 4
 dryRun []string ? 5
rbac.authorization.k8s.io/v1.PolicyRule
 verbs []string ! 1
 apiGroups []string ? 2 go=APIGroups
 resources []string ? 3
 resourceNames []string ? 4
 nonResourceURLs []string ? 5
rbac.authorization.k8s.io/v1.Subject
 kind string ! 1
 apiGroup string ? 2 go=APIGroup
 name string ! 3
 namespace string ? 4
rbac.authorization.k8s.io/v1.RoleRef
 apiGroup string ! 1 go=APIGroup
 kind string ! 2
 name string ! 3
rbac.authorization.k8s.io/v1.AggregationRule
 clusterRoleSelectors []meta/v1.LabelSelector ? 1
autoscaling/v1.ScaleSpec
 replicas int32 ? 1
autoscaling/v1.ScaleStatus
 replicas int32 ! 1
 selector string ? 2
autoscaling/v1.HorizontalPodAutoscalerSpec
 scaleTargetRef autoscaling/v1.CrossVersionObjectReference ! 1
 minReplicas int32 * 2
 maxReplicas int32 ! 3
 targetCPUUtilizationPercentage int32 * 4
autoscaling/v1.HorizontalPodAutoscalerStatus
 observedGeneration int64 * 1
 lastScaleTime time * 2
 currentReplicas int32 ! 3
 desiredReplicas int32 ! 4
 currentCPUUtilizationPercentage int32 * 5
v1.TopologySelectorTerm
 matchLabelExpressions []v1.TopologySelectorLabelRequirement ? 1
events.k8s.io/v1.EventSeries
 count int32 ! 1
 lastObservedTime micro-time ! 2
authentication.k8s.io/v1.TokenRequestSpec
 audiences []string ! 1
 expirationSeconds int64 * 4
 boundObjectRef authentication.k8s.io/v1.BoundObjectReference * 3
 attestations {}[]string ? 5
authentication.k8s.io/v1.TokenRequestStatus
 token string ! 1
 expirationTimestamp time ! 2
authentication.k8s.io/v1.TokenReviewSpec
 token string ? 1
 audiences []string ? 2
authentication.k8s.io/v1.TokenReviewStatus
 authenticated boolean ? 1
 user authentication.k8s.io/v1.UserInfo ? 2
 audiences []string ? 4
 error string ? 3
authorization.k8s.io/v1.SelfSubjectAccessReviewSpec
 resourceAttributes authorization.k8s.io/v1.ResourceAttributes * 1
 nonResourceAttributes authorization.k8s.io/v1.NonResourceAttributes * 2
authorization.k8s.io/v1.SubjectAccessReviewStatus
 allowed boolean ! 1
 denied boolean ? 4
 reason string ? 2
 evaluationError string ? 3
authorization.k8s.io/v1.SelfSubjectRulesReviewSpec
 namespace string ? 1
authorization.k8s.io/v1.SubjectRulesReviewStatus
 resourceRules []authorization.k8s.io/v1.ResourceRule ! 1
 nonResourceRules []authorization.k8s.io/v1.NonResourceRule ! 2
 incomplete boolean ! 3
 evaluationError string ? 4
apiextensions.k8s.io/v1.CustomResourceDefinitionSpec
 group string ! 1
 names apiextensions.k8s.io/v1.CustomResourceDefinitionNames ! 3
 scope string ! 4
 versions []apiextensions.k8s.io/v1.CustomResourceDefinitionVersion ! 7
 conversion apiextensions.k8s.io/v1.CustomResourceConversion * 9
 preserveUnknownFields boolean ? 10
apiextensions.k8s.io/v1.CustomResourceDefinitionStatus
 conditions []apiextensions.k8s.io/v1.CustomResourceDefinitionCondition 1 list=map keys=type
 acceptedNames apiextensions.k8s.io/v1.CustomResourceDefinitionNames 2
 storedVersions []string 3
 observedGeneration int64 ? 4
meta/v1.OwnerReference
 apiVersion string ! 5 go=APIVersion
 kind string ! 1
 name string ! 3
 uid string ! 4 go=UID
 controller boolean * 6
 blockOwnerDeletion boolean * 7
meta/v1.ManagedFieldsEntry
 manager string ? 1
 operation string ? 2
 apiVersion string ? 3 go=APIVersion
 time time * 4
 fieldsType string ? 6
 fieldsV1 any * 7
 subresource string ? 8
v1.NamespaceCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 4
 reason string ? 5
 message string ? 6
v1.Taint
 key string ! 1
 value string ? 2
 effect string ! 3
 timeAdded time * 4
v1.NodeConfigSource
 configMap v1.ConfigMapNodeConfigSource * 2
v1.NodeCondition
 type string ! 1
 status string ! 2
 lastHeartbeatTime time ? 3
 lastTransitionTime time ? 4
 reason string ? 5
 message string ? 6
v1.NodeAddress
 type string ! 1
 address string ! 2
v1.NodeDaemonEndpoints
 kubeletEndpoint v1.DaemonEndpoint ? 1
v1.NodeSystemInfo
 machineID string ! 1
 systemUUID string ! 2
 bootID string ! 3
 kernelVersion string ! 4
 osImage string ! 5 go=OSImage
 containerRuntimeVersion string ! 6
 kubeletVersion string ! 7
 kubeProxyVersion string ! 8
 operatingSystem string ! 9
 architecture string ! 10
 swap v1.NodeSwapStatus * 11
 runningInUserNamespace boolean * 12
v1.ContainerImage
 names []string ! 1
 sizeBytes int64 ? 2
v1.AttachedVolume
 name string ! 1
 devicePath string ! 2
v1.NodeConfigStatus
 assigned v1.NodeConfigSource * 1
 active v1.NodeConfigSource * 2
 lastKnownGood v1.NodeConfigSource * 3
 error string ? 4
v1.Volume
 name string ! 1
 hostPath v1.HostPathVolumeSource * 2.1 go=VolumeSource.HostPath
 emptyDir v1.EmptyDirVolumeSource * 2.2 go=VolumeSource.EmptyDir
 gcePersistentDisk v1.GCEPersistentDiskVolumeSource * 2.3 go=VolumeSource.GCEPersistentDisk
 awsElasticBlockStore v1.AWSElasticBlockStoreVolumeSource * 2.4 go=VolumeSource.AWSElasticBlockStore
 gitRepo v1.GitRepoVolumeSource * 2.5 go=VolumeSource.GitRepo
 secret v1.SecretVolumeSource * 2.6 go=VolumeSource.Secret
 nfs v1.NFSVolumeSource * 2.7 go=VolumeSource.NFS
 iscsi v1.ISCSIVolumeSource * 2.8 go=VolumeSource.ISCSI
 glusterfs v1.GlusterfsVolumeSource * 2.9 go=VolumeSource.Glusterfs
 persistentVolumeClaim v1.PersistentVolumeClaimVolumeSource * 2.10 go=VolumeSource.PersistentVolumeClaim
 rbd v1.RBDVolumeSource * 2.11 go=VolumeSource.RBD
 flexVolume v1.FlexVolumeSource * 2.12 go=VolumeSource.FlexVolume
 cinder v1.CinderVolumeSource * 2.13 go=VolumeSource.Cinder
 cephfs v1.CephFSVolumeSource * 2.14 go=VolumeSource.CephFS
 flocker v1.FlockerVolumeSource * 2.15 go=VolumeSource.Flocker
 downwardAPI v1.DownwardAPIVolumeSource * 2.16 go=VolumeSource.DownwardAPI
 fc v1.FCVolumeSource * 2.17 go=VolumeSource.FC
 azureFile v1.AzureFileVolumeSource * 2.18 go=VolumeSource.AzureFile
 configMap v1.ConfigMapVolumeSource * 2.19 go=VolumeSource.ConfigMap
 vsphereVolume v1.VsphereVirtualDiskVolumeSource * 2.20 go=VolumeSource.VsphereVolume
 quobyte v1.QuobyteVolumeSource * 2.21 go=VolumeSource.Quobyte
 azureDisk v1.AzureDiskVolumeSource * 2.22 go=VolumeSource.AzureDisk
 photonPersistentDisk v1.PhotonPersistentDiskVolumeSource * 2.23 go=VolumeSource.PhotonPersistentDisk
 projected v1.ProjectedVolumeSource * 2.26 go=VolumeSource.Projected
 portworxVolume v1.PortworxVolumeSource * 2.24 go=VolumeSource.PortworxVolume
 scaleIO v1.ScaleIOVolumeSource * 2.25 go=VolumeSource.ScaleIO
 storageos v1.StorageOSVolumeSource * 2.27 go=VolumeSource.StorageOS
 csi v1.CSIVolumeSource * 2.28 go=VolumeSource.CSI
 ephemeral v1.EphemeralVolumeSource * 2.29 go=VolumeSource.Ephemeral
 image v1.ImageVolumeSource * 2.30 go=VolumeSource.Image
v1.Container
 name string ! 1
 image string ? 2
 command []string ? 3
 args []string ? 4
 workingDir string ? 5
 ports []v1.ContainerPort ? 6 patch=merge key=containerPort list=map keys=containerPort,protocol
 envFrom []v1.EnvFromSource ? 19
 env []v1.EnvVar ? 7 patch=merge key=name
 resources v1.ResourceRequirements ? 8
 resizePolicy []v1.ContainerResizePolicy ? 23 list=atomic
 restartPolicy string * 24
 restartPolicyRules []v1.ContainerRestartRule ? 25 list=atomic
 volumeMounts []v1.VolumeMount ? 9 patch=merge key=mountPath
 volumeDevices []v1.VolumeDevice ? 21 patch=merge key=devicePath
 livenessProbe v1.Probe * 10
 readinessProbe v1.Probe * 11
 startupProbe v1.Probe * 22
 lifecycle v1.Lifecycle * 12
 terminationMessagePath string ? 13
 terminationMessagePolicy string ? 20
 imagePullPolicy string ? 14
 securityContext v1.SecurityContext * 15
 stdin boolean ? 16
 stdinOnce boolean ? 17
 tty boolean ? 18 go=TTY
v1.EphemeralContainer
 name string ! 1.1 go=EphemeralContainerCommon.Name
 image string ? 1.2 go=EphemeralContainerCommon.Image
 command []string ? 1.3 go=EphemeralContainerCommon.Command
 args []string ? 1.4 go=EphemeralContainerCommon.Args
 workingDir string ? 1.5 go=EphemeralContainerCommon.WorkingDir
 ports []v1.ContainerPort ? 1.6 go=EphemeralContainerCommon.Ports
 envFrom []v1.EnvFromSource ? 1.19 go=EphemeralContainerCommon.EnvFrom
 env []v1.EnvVar ? 1.7 go=EphemeralContainerCommon.Env patch=merge key=name
 resources v1.ResourceRequirements ? 1.8 go=EphemeralContainerCommon.Resources
 resizePolicy []v1.ContainerResizePolicy ? 1.23 go=EphemeralContainerCommon.ResizePolicy list=atomic
 restartPolicy string * 1.24 go=EphemeralContainerCommon.RestartPolicy
 restartPolicyRules []v1.ContainerRestartRule ? 1.25 go=EphemeralContainerCommon.RestartPolicyRules list=atomic
 volumeMounts []v1.VolumeMount ? 1.9 go=EphemeralContainerCommon.VolumeMounts patch=merge key=mountPath
 volumeDevices []v1.VolumeDevice ? 1.21 go=EphemeralContainerCommon.VolumeDevices patch=merge key=devicePath
 livenessProbe v1.Probe * 1.10 go=EphemeralContainerCommon.LivenessProbe
 readinessProbe v1.Probe * 1.11 go=EphemeralContainerCommon.ReadinessProbe
 startupProbe v1.Probe * 1.22 go=EphemeralContainerCommon.StartupProbe
 lifecycle v1.Lifecycle * 1.12 go=EphemeralContainerCommon.Lifecycle
 terminationMessagePath string ? 1.13 go=EphemeralContainerCommon.TerminationMessagePath
 terminationMessagePolicy string ? 1.20 go=EphemeralContainerCommon.TerminationMessagePolicy
 imagePullPolicy string ? 1.14 go=EphemeralContainerCommon.ImagePullPolicy
 securityContext v1.SecurityContext * 1.15 go=EphemeralContainerCommon.SecurityContext
 stdin boolean ? 1.16 go=EphemeralContainerCommon.Stdin
 stdinOnce boolean ? 1.17 go=EphemeralContainerCommon.StdinOnce
 tty boolean ? 1.18 go=EphemeralContainerCommon.TTY
 targetContainerName string ? 2
v1.PodSecurityContext
 seLinuxOptions v1.SELinuxOptions * 1 go=SELinuxOptions
 windowsOptions v1.WindowsSecurityContextOptions * 8
 runAsUser int64 * 2
 runAsGroup int64 * 6
 runAsNonRoot boolean * 3
 supplementalGroups []int64 ? 4
 supplementalGroupsPolicy string * 12
 fsGroup int64 * 5 go=FSGroup
 sysctls []v1.Sysctl ? 7
 fsGroupChangePolicy string * 9 go=FSGroupChangePolicy
 seccompProfile v1.SeccompProfile * 10
 appArmorProfile v1.AppArmorProfile * 11
 seLinuxChangePolicy string * 13 go=SELinuxChangePolicy
v1.Affinity
 nodeAffinity v1.NodeAffinity * 1
 podAffinity v1.PodAffinity * 2
 podAntiAffinity v1.PodAntiAffinity * 3
v1.Toleration
 key string ? 1
 operator string ? 2
 value string ? 3
 effect string ? 4
 tolerationSeconds int64 * 5
v1.HostAlias
 ip string ? 1 go=IP
 hostnames []string ? 2
v1.PodDNSConfig
 nameservers []string ? 1
 searches []string ? 2
 options []v1.PodDNSConfigOption ? 3
v1.PodReadinessGate
 conditionType string ! 1
v1.TopologySpreadConstraint
 maxSkew int32 ! 1
 topologyKey string ! 2
 whenUnsatisfiable string ! 3
 labelSelector meta/v1.LabelSelector * 4
 minDomains int32 * 5
 nodeAffinityPolicy string * 6
 nodeTaintsPolicy string * 7
 matchLabelKeys []string ? 8 list=atomic
v1.PodCondition
 type string ! 1
 observedGeneration int64 ? 7
 status string ! 2
 lastProbeTime time ? 3
 lastTransitionTime time ? 4
 reason string ? 5
 message string ? 6
v1.PodIP
 ip string ? 1 go=IP
v1.ContainerStatus
 name string ! 1
 state v1.ContainerState ? 2
 lastState v1.ContainerState ? 3 go=LastTerminationState
 ready boolean ! 4
 restartCount int32 ! 5
 image string ! 6
 imageID string ! 7
 containerID string ? 8
 started boolean * 9
 allocatedResources {}quantity ? 10
 resources v1.ResourceRequirements * 11
 volumeMounts []v1.VolumeMountStatus ? 12 patch=merge key=mountPath list=map keys=mountPath
 user v1.ContainerUser * 13
 allocatedResourcesStatus []v1.ResourceStatus ? 14 patch=merge key=name list=map keys=name
 stopSignal string * 15
v1.ServicePort
 name string ? 1
 protocol string ? 2
 appProtocol string * 6
 port int32 ! 3
 targetPort int-or-string ? 4
 nodePort int32 ? 5
v1.SessionAffinityConfig
 clientIP v1.ClientIPConfig * 1
v1.LoadBalancerStatus
 ingress []v1.LoadBalancerIngress ? 1
meta/v1.Condition
 type string ! 1
 status string ! 2
 observedGeneration int64 ? 3
 lastTransitionTime time ! 4
 reason string ! 5
 message string ! 6
v1.EndpointAddress
 ip string ! 1 go=IP
 hostname string ? 3
 nodeName string * 4
 targetRef v1.ObjectReference * 2
v1.EndpointPort
 name string ? 1
 port int32 ! 2
 protocol string ? 3
 appProtocol string * 4
meta/v1.LabelSelector atomic
 matchLabels {}string ? 1
 matchExpressions []meta/v1.LabelSelectorRequirement ? 2
v1.ResourceRequirements
 limits {}quantity ? 1
 requests {}quantity ? 2
 claims []v1.ResourceClaim ? 3 list=map keys=name
v1.TypedLocalObjectReference
 apiGroup string * 1 go=APIGroup
 kind string ! 2
 name string ! 3
v1.PersistentVolumeClaimCondition
 type string ! 1
 status string ! 2
 lastProbeTime time ? 3
 lastTransitionTime time ? 4
 reason string ? 5
 message string ? 6
v1.GCEPersistentDiskVolumeSource
 pdName string ! 1 go=PDName
 fsType string ? 2 go=FSType
 partition int32 ? 3
 readOnly boolean ? 4
v1.AWSElasticBlockStoreVolumeSource
 volumeID string ! 1
 fsType string ? 2 go=FSType
 partition int32 ? 3
 readOnly boolean ? 4
v1.HostPathVolumeSource
 path string ! 1
 type string * 2
v1.GlusterfsPersistentVolumeSource
 endpoints string ! 1 go=EndpointsName
 path string ! 2
 readOnly boolean ? 3
 endpointsNamespace string * 4
v1.NFSVolumeSource
 server string ! 1
 path string ! 2
 readOnly boolean ? 3
v1.RBDPersistentVolumeSource
 monitors []string ! 1 go=CephMonitors
 image string ! 2 go=RBDImage
 fsType string ? 3 go=FSType
 pool string ? 4 go=RBDPool
 user string ? 5 go=RadosUser
 keyring string ? 6
 secretRef v1.SecretReference * 7
 readOnly boolean ? 8
v1.ISCSIPersistentVolumeSource
 targetPortal string ! 1
 iqn string ! 2 go=IQN
 lun int32 ! 3
 iscsiInterface string ? 4 go=ISCSIInterface
 fsType string ? 5 go=FSType
 readOnly boolean ? 6
 portals []string ? 7
 chapAuthDiscovery boolean ? 8 go=DiscoveryCHAPAuth
 chapAuthSession boolean ? 11 go=SessionCHAPAuth
 secretRef v1.SecretReference * 10
 initiatorName string * 12
v1.CinderPersistentVolumeSource
 volumeID string ! 1
 fsType string ? 2 go=FSType
 readOnly boolean ? 3
 secretRef v1.SecretReference * 4
v1.CephFSPersistentVolumeSource
 monitors []string ! 1
 path string ? 2
 user string ? 3
 secretFile string ? 4
 secretRef v1.SecretReference * 5
 readOnly boolean ? 6
v1.FCVolumeSource
 targetWWNs []string ? 1
 lun int32 * 2
 fsType string ? 3 go=FSType
 readOnly boolean ? 4
 wwids []string ? 5 go=WWIDs
v1.FlockerVolumeSource
 datasetName string ? 1
 datasetUUID string ? 2
v1.FlexPersistentVolumeSource
 driver string ! 1
 fsType string ? 2 go=FSType
 secretRef v1.SecretReference * 3
 readOnly boolean ? 4
 options {}string ? 5
v1.AzureFilePersistentVolumeSource
 secretName string ! 1
 shareName string ! 2
 readOnly boolean ? 3
 secretNamespace string * 4
v1.VsphereVirtualDiskVolumeSource
 volumePath string ! 1
 fsType string ? 2 go=FSType
 storagePolicyName string ? 3
 storagePolicyID string ? 4
v1.QuobyteVolumeSource
 registry string ! 1
 volume string ! 2
 readOnly boolean ? 3
 user string ? 4
 group string ? 5
 tenant string ? 6
v1.AzureDiskVolumeSource
 diskName string ! 1
 diskURI string ! 2 go=DataDiskURI
 cachingMode string * 3
 fsType string * 4 go=FSType
 readOnly boolean * 5
 kind string * 6
v1.PhotonPersistentDiskVolumeSource
 pdID string ! 1
 fsType string ? 2 go=FSType
v1.PortworxVolumeSource
 volumeID string ! 1
 fsType string ? 2 go=FSType
 readOnly boolean ? 3
v1.ScaleIOPersistentVolumeSource
 gateway string ! 1
 system string ! 2
 secretRef v1.SecretReference ! * 3
 sslEnabled boolean ? 4 go=SSLEnabled
 protectionDomain string ? 5
 storagePool string ? 6
 storageMode string ? 7
 volumeName string ? 8
 fsType string ? 9 go=FSType
 readOnly boolean ? 10
v1.LocalVolumeSource
 path string ! 1
 fsType string * 2 go=FSType
v1.StorageOSPersistentVolumeSource
 volumeName string ? 1
 volumeNamespace string ? 2
 fsType string ? 3 go=FSType
 readOnly boolean ? 4
 secretRef v1.ObjectReference * 5
v1.CSIPersistentVolumeSource
 driver string ! 1
 volumeHandle string ! 2
 readOnly boolean ? 3
 fsType string ? 4 go=FSType
 volumeAttributes {}string ? 5
 controllerPublishSecretRef v1.SecretReference * 6
 nodeStageSecretRef v1.SecretReference * 7
 nodePublishSecretRef v1.SecretReference * 8
 controllerExpandSecretRef v1.SecretReference * 9
 nodeExpandSecretRef v1.SecretReference * 10
v1.VolumeNodeAffinity
 required v1.NodeSelector * 1
v1.ReplicationControllerCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 3
 reason string ? 4
 message string ? 5
v1.ScopeSelector
 matchExpressions []v1.ScopedResourceSelectorRequirement ? 1
v1.LimitRangeItem
 type string ! 1
 max {}quantity ? 2
 min {}quantity ? 3
 default {}quantity ? 4
 defaultRequest {}quantity ? 5
 maxLimitRequestRatio {}quantity ? 6
apps/v1.DeploymentStrategy
 type string ? 1
 rollingUpdate apps/v1.RollingUpdateDeployment * 2
apps/v1.DeploymentCondition
 type string ! 1
 status string ! 2
 lastUpdateTime time ? 6
 lastTransitionTime time ? 7
 reason string ? 4
 message string ? 5
apps/v1.ReplicaSetCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 3
 reason string ? 4
 message string ? 5
apps/v1.StatefulSetUpdateStrategy
 type string ? 1
 rollingUpdate apps/v1.RollingUpdateStatefulSetStrategy * 2
apps/v1.StatefulSetCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 3
 reason string ? 4
 message string ? 5
apps/v1.DaemonSetUpdateStrategy
 type string ? 1
 rollingUpdate apps/v1.RollingUpdateDaemonSet * 2
apps/v1.DaemonSetCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 3
 reason string ? 4
 message string ? 5
batch/v1.JobCondition
 type string ! 1
 status string ! 2
 lastProbeTime time ? 3
 lastTransitionTime time ? 4
 reason string ? 5
 message string ? 6
batch/v1.JobTemplateSpec
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec batch/v1.JobSpec ? 2
discovery.k8s.io/v1.EndpointConditions
 ready boolean * 1
 serving boolean * 2
 terminating boolean * 3
discovery.k8s.io/v1.EndpointHints
 forZones []discovery.k8s.io/v1.ForZone ? 1 list=atomic
 forNodes []discovery.k8s.io/v1.ForNode ? 2 list=atomic
networking.k8s.io/v1.IngressBackend
 service networking.k8s.io/v1.IngressServiceBackend * 4
 resource v1.TypedLocalObjectReference * 3
networking.k8s.io/v1.IngressTLS
 hosts []string ? 1 list=atomic
 secretName string ? 2
networking.k8s.io/v1.IngressRule
 host string ? 1
 http networking.k8s.io/v1.HTTPIngressRuleValue * 2.1 go=IngressRuleValue.HTTP
networking.k8s.io/v1.IngressClassParametersReference
 apiGroup string * 1 go=APIGroup
 kind string ! 2
 name string ! 3
 scope string * 4
 namespace string * 5
networking.k8s.io/v1.NetworkPolicyIngressRule
 ports []networking.k8s.io/v1.NetworkPolicyPort ? 1
 from []networking.k8s.io/v1.NetworkPolicyPeer ? 2
networking.k8s.io/v1.NetworkPolicyEgressRule
 ports []networking.k8s.io/v1.NetworkPolicyPort ? 1
 to []networking.k8s.io/v1.NetworkPolicyPeer ? 2
meta/v1.Preconditions
 uid string * 1 go=UID
 resourceVersion string * 2
autoscaling/v1.CrossVersionObjectReference
 kind string ! 1
 name string ! 2
 apiVersion string ? 3 go=APIVersion
v1.TopologySelectorLabelRequirement
 key string ! 1
 values []string ! 2
authentication.k8s.io/v1.BoundObjectReference
 kind string ? 1
 apiVersion string ? 2 go=APIVersion
 name string ? 3
 uid string ? 4 go=UID
authentication.k8s.io/v1.UserInfo
 username string ? 1
 uid string ? 2 go=UID
 groups []string ? 3
 extra {}[]string ? 4
authorization.k8s.io/v1.ResourceAttributes
 namespace string ? 1
 verb string ? 2
 group string ? 3
 version string ? 4
 resource string ? 5
 subresource string ? 6
 name string ? 7
 fieldSelector authorization.k8s.io/v1.FieldSelectorAttributes * 8
 labelSelector authorization.k8s.io/v1.LabelSelectorAttributes * 9
authorization.k8s.io/v1.NonResourceAttributes
 path string ? 1
 verb string ? 2
authorization.k8s.io/v1.ResourceRule
 verbs []string ! 1
 apiGroups []string ? 2 go=APIGroups
 resources []string ? 3
 resourceNames []string ? 4
authorization.k8s.io/v1.NonResourceRule
 verbs []string ! 1
 nonResourceURLs []string ? 2
apiextensions.k8s.io/v1.CustomResourceDefinitionNames
 plural string ! 1
 singular string ? 2
 shortNames []string ? 3
 kind string ! 4
 listKind string ? 5
 categories []string ? 6
apiextensions.k8s.io/v1.CustomResourceDefinitionVersion
 name string ! 1
 served boolean ! 2
 storage boolean ! 3
 deprecated boolean ? 7
 deprecationWarning string * 8
 schema apiextensions.k8s.io/v1.CustomResourceValidation * 4
 subresources apiextensions.k8s.io/v1.CustomResourceSubresources * 5
 additionalPrinterColumns []apiextensions.k8s.io/v1.CustomResourceColumnDefinition ? 6
 selectableFields []apiextensions.k8s.io/v1.SelectableField ? 9 list=atomic
apiextensions.k8s.io/v1.CustomResourceConversion
 strategy string ! 1
 webhook apiextensions.k8s.io/v1.WebhookConversion * 2
apiextensions.k8s.io/v1.CustomResourceDefinitionCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 3
 reason string ? 4
 message string ? 5
 observedGeneration int64 ? 6
v1.ConfigMapNodeConfigSource
 namespace string ! 1
 name string ! 2
 uid string ? 3 go=UID
 resourceVersion string ? 4
 kubeletConfigKey string ! 5
v1.DaemonEndpoint
 Port int32 ! 1
v1.EmptyDirVolumeSource
 medium string ? 1
 sizeLimit quantity * 2
 mode int32 * 3
v1.GitRepoVolumeSource
 repository string ! 1
 revision string ? 2
 directory string ? 3
v1.SecretVolumeSource
 secretName string ? 1
 items []v1.KeyToPath ? 2
 defaultMode int32 * 3
 optional boolean * 4
 defaultUser int64 * 5
v1.ISCSIVolumeSource
 targetPortal string ! 1
 iqn string ! 2 go=IQN
 lun int32 ! 3
 iscsiInterface string ? 4 go=ISCSIInterface
 fsType string ? 5 go=FSType
 readOnly boolean ? 6
 portals []string ? 7
 chapAuthDiscovery boolean ? 8 go=DiscoveryCHAPAuth
 chapAuthSession boolean ? 11 go=SessionCHAPAuth
 secretRef v1.LocalObjectReference * 10
 initiatorName string * 12
v1.GlusterfsVolumeSource
 endpoints string ! 1 go=EndpointsName
 path string ! 2
 readOnly boolean ? 3
v1.PersistentVolumeClaimVolumeSource
 claimName string ! 1
 readOnly boolean ? 2
v1.RBDVolumeSource
 monitors []string ! 1 go=CephMonitors
 image string ! 2 go=RBDImage
 fsType string ? 3 go=FSType
 pool string ? 4 go=RBDPool
 user string ? 5 go=RadosUser
 keyring string ? 6
 secretRef v1.LocalObjectReference * 7
 readOnly boolean ? 8
v1.FlexVolumeSource
 driver string ! 1
 fsType string ? 2 go=FSType
 secretRef v1.LocalObjectReference * 3
 readOnly boolean ? 4
 options {}string ? 5
v1.CinderVolumeSource
 volumeID string ! 1
 fsType string ? 2 go=FSType
 readOnly boolean ? 3
 secretRef v1.LocalObjectReference * 4
v1.CephFSVolumeSource
 monitors []string ! 1
 path string ? 2
 user string ? 3
 secretFile string ? 4
 secretRef v1.LocalObjectReference * 5
 readOnly boolean ? 6
v1.DownwardAPIVolumeSource
 items []v1.DownwardAPIVolumeFile ? 1
 defaultMode int32 * 2
 defaultUser int64 * 3
v1.AzureFileVolumeSource
 secretName string ! 1
 shareName string ! 2
 readOnly boolean ? 3
v1.ConfigMapVolumeSource
 name string ? 1.1 go=LocalObjectReference.Name
 items []v1.KeyToPath ? 2
 defaultMode int32 * 3
 optional boolean * 4
 defaultUser int64 * 5
v1.ProjectedVolumeSource
 sources []v1.VolumeProjection 1
 defaultMode int32 * 2
 defaultUser int64 * 3
v1.ScaleIOVolumeSource
 gateway string ! 1
 system string ! 2
 secretRef v1.LocalObjectReference ! * 3
 sslEnabled boolean ? 4 go=SSLEnabled
 protectionDomain string ? 5
 storagePool string ? 6
 storageMode string ? 7
 volumeName string ? 8
 fsType string ? 9 go=FSType
 readOnly boolean ? 10
v1.StorageOSVolumeSource
 volumeName string ? 1
 volumeNamespace string ? 2
 fsType string ? 3 go=FSType
 readOnly boolean ? 4
 secretRef v1.LocalObjectReference * 5
v1.CSIVolumeSource
 driver string ! 1
 readOnly boolean * 2
 fsType string * 3 go=FSType
 volumeAttributes {}string ? 4
 nodePublishSecretRef v1.LocalObjectReference * 5
v1.EphemeralVolumeSource
 volumeClaimTemplate v1.PersistentVolumeClaimTemplate * 1
v1.ContainerPort
 name string ? 1
 hostPort int32 ? 2
 containerPort int32 ! 3
 protocol string ? 4
 hostIP string ? 5
v1.EnvFromSource
 prefix string ? 1
 configMapRef v1.ConfigMapEnvSource * 2
 secretRef v1.SecretEnvSource * 3
v1.EnvVar
 name string ! 1
 value string ? 2
 valueFrom v1.EnvVarSource * 3
v1.VolumeMount
 name string ! 1
 readOnly boolean ? 2
 recursiveReadOnly string * 7
 mountPath string ! 3
 subPath string ? 4
 mountPropagation string * 5
 subPathExpr string ? 6
 bindMountOptions []string ? 8 list=set
v1.VolumeDevice
 name string ! 1
 devicePath string ! 2
v1.Probe
 exec v1.ExecAction * 1.1 go=Handler.Exec
 httpGet v1.HTTPGetAction * 1.2 go=Handler.HTTPGet
 tcpSocket v1.TCPSocketAction * 1.3 go=Handler.TCPSocket
 grpc v1.GRPCAction * 1.4 go=ProbeHandler.GRPC
 initialDelaySeconds int32 ? 2
 timeoutSeconds int32 ? 3
 periodSeconds int32 ? 4
 successThreshold int32 ? 5
 failureThreshold int32 ? 6
 terminationGracePeriodSeconds int64 * 7
v1.Lifecycle
 postStart v1.Handler * 1
 preStop v1.Handler * 2
 stopSignal string * 3
v1.SecurityContext
 capabilities v1.Capabilities * 1
 privileged boolean * 2
 seLinuxOptions v1.SELinuxOptions * 3 go=SELinuxOptions
 windowsOptions v1.WindowsSecurityContextOptions * 10
 runAsUser int64 * 4
 runAsGroup int64 * 8
 runAsNonRoot boolean * 5
 readOnlyRootFilesystem boolean * 6
 allowPrivilegeEscalation boolean * 7
 procMount string * 9
 seccompProfile v1.SeccompProfile * 11
 appArmorProfile v1.AppArmorProfile * 12
v1.SELinuxOptions
 user string ? 1
 role string ? 2
 type string ? 3
 level string ? 4
v1.WindowsSecurityContextOptions
 gmsaCredentialSpecName string * 1 go=GMSACredentialSpecName
 gmsaCredentialSpec string * 2 go=GMSACredentialSpec
 runAsUserName string * 3
 hostProcess boolean * 4
v1.Sysctl
 name string ! 1
 value string ! 2
v1.SeccompProfile
 type string ! 1
 localhostProfile string * 2
v1.NodeAffinity
 requiredDuringSchedulingIgnoredDuringExecution v1.NodeSelector * 1
 preferredDuringSchedulingIgnoredDuringExecution []v1.PreferredSchedulingTerm ? 2
v1.PodAffinity
 requiredDuringSchedulingIgnoredDuringExecution []v1.PodAffinityTerm ? 1
 preferredDuringSchedulingIgnoredDuringExecution []v1.WeightedPodAffinityTerm ? 2
v1.PodAntiAffinity
 requiredDuringSchedulingIgnoredDuringExecution []v1.PodAffinityTerm ? 1
 preferredDuringSchedulingIgnoredDuringExecution []v1.WeightedPodAffinityTerm ? 2
v1.PodDNSConfigOption
 name string ? 1
 value string * 2
v1.ContainerState
 waiting v1.ContainerStateWaiting * 1
 running v1.ContainerStateRunning * 2
 terminated v1.ContainerStateTerminated * 3
v1.ClientIPConfig
 timeoutSeconds int32 * 1
v1.LoadBalancerIngress
 ip string ? 1 go=IP
 hostname string ? 2
 ipMode string * 3 go=IPMode
 ports []v1.PortStatus ? 4 list=atomic
meta/v1.LabelSelectorRequirement
 key string ! 1 patch=merge key=key
 operator string ! 2
 values []string ? 3
v1.SecretReference
 name string ? 1
 namespace string ? 2
v1.NodeSelector
 nodeSelectorTerms []v1.NodeSelectorTerm ! 1
v1.ScopedResourceSelectorRequirement
 scopeName string ! 1
 operator string ! 2
 values []string ? 3
apps/v1.RollingUpdateDeployment
 maxUnavailable int-or-string * 1
 maxSurge int-or-string * 2
apps/v1.RollingUpdateStatefulSetStrategy
 partition int32 * 1
 maxUnavailable int-or-string * 2
apps/v1.RollingUpdateDaemonSet
 maxUnavailable int-or-string * 1
 maxSurge int-or-string * 2
discovery.k8s.io/v1.ForZone
 name string ! 1
networking.k8s.io/v1.IngressServiceBackend
 name string ! 1
 port networking.k8s.io/v1.ServiceBackendPort ? 2
networking.k8s.io/v1.HTTPIngressRuleValue
 paths []networking.k8s.io/v1.HTTPIngressPath ! 1 list=atomic
networking.k8s.io/v1.NetworkPolicyPort
 protocol string * 1
 port int-or-string * 2
 endPort int32 * 3
networking.k8s.io/v1.NetworkPolicyPeer
 podSelector meta/v1.LabelSelector * 1
 namespaceSelector meta/v1.LabelSelector * 2
 ipBlock networking.k8s.io/v1.IPBlock * 3 go=IPBlock
apiextensions.k8s.io/v1.CustomResourceValidation
 openAPIV3Schema apiextensions.k8s.io/v1.JSONSchemaProps * 1
apiextensions.k8s.io/v1.CustomResourceSubresources
 status any * 1
 scale apiextensions.k8s.io/v1.CustomResourceSubresourceScale * 2
apiextensions.k8s.io/v1.CustomResourceColumnDefinition
 name string ! 1
 type string ! 2
 format string ? 3
 description string ? 4
 priority int32 ? 5
 jsonPath string ! 6 go=JSONPath
apiextensions.k8s.io/v1.WebhookConversion
 clientConfig apiextensions.k8s.io/v1.WebhookClientConfig * 2
 conversionReviewVersions []string ! 3
v1.KeyToPath
 key string ! 1
 path string ! 2
 mode int32 * 3
 user int64 * 4
v1.DownwardAPIVolumeFile
 path string ! 1
 fieldRef v1.ObjectFieldSelector * 2
 resourceFieldRef v1.ResourceFieldSelector * 3
 mode int32 * 4
 user int64 * 5
v1.VolumeProjection
 secret v1.SecretProjection * 1
 downwardAPI v1.DownwardAPIProjection * 2
 configMap v1.ConfigMapProjection * 3
 serviceAccountToken v1.ServiceAccountTokenProjection * 4
 clusterTrustBundle v1.ClusterTrustBundleProjection * 5
 podCertificate v1.PodCertificateProjection * 6
v1.PersistentVolumeClaimTemplate
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec v1.PersistentVolumeClaimSpec ! 2
v1.ConfigMapEnvSource
 name string ? 1.1 go=LocalObjectReference.Name
 optional boolean * 2
v1.SecretEnvSource
 name string ? 1.1 go=LocalObjectReference.Name
 optional boolean * 2
v1.EnvVarSource
 fieldRef v1.ObjectFieldSelector * 1
 resourceFieldRef v1.ResourceFieldSelector * 2
 configMapKeyRef v1.ConfigMapKeySelector * 3
 secretKeyRef v1.SecretKeySelector * 4
 fileKeyRef v1.FileKeySelector * 5
v1.ExecAction
 command []string ? 1
v1.HTTPGetAction
 path string ? 1
 port int-or-string ! 2
 host string ? 3
 scheme string ? 4
 httpHeaders []v1.HTTPHeader ? 5 go=HTTPHeaders
 protocol string * 6
v1.TCPSocketAction
 port int-or-string ! 1
 host string ? 2
v1.Handler
 exec v1.ExecAction * 1
 httpGet v1.HTTPGetAction * 2 go=HTTPGet
 tcpSocket v1.TCPSocketAction * 3 go=TCPSocket
 sleep v1.SleepAction * 4
v1.Capabilities
 add []string ? 1
 drop []string ? 2
v1.PreferredSchedulingTerm
 weight int32 ! 1
 preference v1.NodeSelectorTerm ! 2
v1.PodAffinityTerm
 labelSelector meta/v1.LabelSelector * 1
 namespaces []string ? 2
 topologyKey string ! 3
 namespaceSelector meta/v1.LabelSelector * 4
 matchLabelKeys []string ? 5 list=atomic
 mismatchLabelKeys []string ? 6 list=atomic
v1.WeightedPodAffinityTerm
 weight int32 ! 1
 podAffinityTerm v1.PodAffinityTerm ! 2
v1.ContainerStateWaiting
 reason string ? 1
 message string ? 2
v1.ContainerStateRunning
 startedAt time ? 1
v1.ContainerStateTerminated
 exitCode int32 ! 1
 signal int32 ? 2
 reason string ? 3
 message string ? 4
 startedAt time ? 5
 finishedAt time ? 6
 containerID string ? 7
v1.PortStatus
 port int32 ! 1
 protocol string ! 2
 error string * 3
v1.NodeSelectorTerm
 matchExpressions []v1.NodeSelectorRequirement ? 1
 matchFields []v1.NodeSelectorRequirement ? 2
networking.k8s.io/v1.ServiceBackendPort
 name string ? 1
 number int32 ? 2
networking.k8s.io/v1.HTTPIngressPath
 path string ? 1
 pathType string * 3
 backend networking.k8s.io/v1.IngressBackend ! 2
networking.k8s.io/v1.IPBlock
 cidr string ! 1 go=CIDR
 except []string ? 2
apiextensions.k8s.io/v1.JSONSchemaProps
 id string ? 1 go=ID
 $schema string ? 2 go=Schema
 $ref string * 3 go=Ref
 description string ? 4
 type string ? 5
 format string ? 6
 title string ? 7
 default any * 8
 maximum number * 9
 exclusiveMaximum boolean ? 10
 minimum number * 11
 exclusiveMinimum boolean ? 12
 maxLength int64 * 13
 minLength int64 * 14
 pattern string ? 15
 maxItems int64 * 16
 minItems int64 * 17
 uniqueItems boolean ? 18
 multipleOf number * 19
 enum []any ? 20
 maxProperties int64 * 21
 minProperties int64 * 22
 required []string ? 23
 items any * 24
 allOf []apiextensions.k8s.io/v1.JSONSchemaProps ? 25
 oneOf []apiextensions.k8s.io/v1.JSONSchemaProps ? 26
 anyOf []apiextensions.k8s.io/v1.JSONSchemaProps ? 27
 not apiextensions.k8s.io/v1.JSONSchemaProps * 28
 properties {}apiextensions.k8s.io/v1.JSONSchemaProps ? 29
 additionalProperties any * 30
 patternProperties {}apiextensions.k8s.io/v1.JSONSchemaProps ? 31
 dependencies {}any ? 32
 additionalItems any * 33
 definitions {}apiextensions.k8s.io/v1.JSONSchemaProps ? 34
 externalDocs apiextensions.k8s.io/v1.ExternalDocumentation * 35
 example any * 36
 nullable boolean ? 37
 x-kubernetes-preserve-unknown-fields boolean * 38 go=XPreserveUnknownFields
 x-kubernetes-embedded-resource boolean ? 39 go=XEmbeddedResource
 x-kubernetes-int-or-string boolean ? 40 go=XIntOrString
 x-kubernetes-list-map-keys []string ? 41 go=XListMapKeys
 x-kubernetes-list-type string * 42 go=XListType
 x-kubernetes-map-type string * 43 go=XMapType
 x-kubernetes-validations []apiextensions.k8s.io/v1.ValidationRule ? 44 go=XValidations patch=merge key=rule list=map keys=rule
apiextensions.k8s.io/v1.CustomResourceSubresourceScale
 specReplicasPath string ! 1
 statusReplicasPath string ! 2
 labelSelectorPath string * 3
apiextensions.k8s.io/v1.WebhookClientConfig
 url string * 3 go=URL
 service apiextensions.k8s.io/v1.ServiceReference * 1
 caBundle bytes ? 2 go=CABundle
v1.ObjectFieldSelector
 apiVersion string ? 1 go=APIVersion
 fieldPath string ! 2
v1.ResourceFieldSelector
 containerName string ? 1
 resource string ! 2
 divisor quantity ? 3
v1.SecretProjection
 name string ? 1.1 go=LocalObjectReference.Name
 items []v1.KeyToPath ? 2
 optional boolean * 4
v1.DownwardAPIProjection
 items []v1.DownwardAPIVolumeFile ? 1
v1.ConfigMapProjection
 name string ? 1.1 go=LocalObjectReference.Name
 items []v1.KeyToPath ? 2
 optional boolean * 4
v1.ServiceAccountTokenProjection
 audience string ? 1
 expirationSeconds int64 * 2
 path string ! 3
 user int64 * 4
v1.ConfigMapKeySelector
 name string ? 1.1 go=LocalObjectReference.Name
 key string ! 2
 optional boolean * 3
v1.SecretKeySelector
 name string ? 1.1 go=LocalObjectReference.Name
 key string ! 2
 optional boolean * 3
v1.HTTPHeader
 name string ! 1
 value string ! 2
v1.NodeSelectorRequirement
 key string ! 1
 operator string ! 2
 values []string ? 3
apiextensions.k8s.io/v1.ExternalDocumentation
 description string ? 1
 url string ? 2 go=URL
apiextensions.k8s.io/v1.ServiceReference
 namespace string ! 1
 name string ! 2
 path string * 3
 port int32 * 4
v1.NodePodPreemptionPolicy
 disableResizePreemption []string ? 1 list=set
v1.NodeRuntimeHandler
 name string 1
 features v1.NodeRuntimeHandlerFeatures * 2
v1.NodeFeatures
 supplementalGroupsPolicy boolean * 1
v1.PodOS
 name string ! 1
v1.PodSchedulingGate
 name string ! 1
v1.PodResourceClaim
 name string ! 1
 resourceClaimName string * 3
 resourceClaimTemplateName string * 4
v1.PodSchedulingGroup
 podGroupName string * 1
v1.EvictionResponder atomic
 name string ! 1
 priority int32 ! * 2
v1.HostIP
 ip string ! 1 go=IP
v1.PodResourceClaimStatus
 name string ! 1
 resourceClaimName string * 2
v1.PodExtendedResourceClaimStatus
 requestMappings []v1.ContainerExtendedResourceRequest ! 1 list=atomic
 resourceClaimName string ! 2
v1.NodeAllocatableResourceClaimStatus
 resourceClaimName string ! 1
 containers []string ? 2 list=set
 mapping []v1.NodeAllocatableMappedResources ? 4 patch=merge key=name list=map keys=name
 overhead []v1.NodeAllocatableOverheadResources ? 5 patch=merge key=name list=map keys=name
v1.PodVolumeHealth
 name string ! 1
 healthConditions []v1.VolumeHealthCondition ? 2 patch=merge key=status list=map keys=status,reason
 lastTransitionTime time ? 3
v1.VolumeResourceRequirements
 limits {}quantity ? 1
 requests {}quantity ? 2
v1.TypedObjectReference
 apiGroup string * 1 go=APIGroup
 kind string ! 2
 name string ! 3
 namespace string * 4
v1.ModifyVolumeStatus
 targetVolumeAttributesClassName string ? 1
 status string ! 2
v1.VolumeHealthStatus
 healthConditions []v1.VolumeHealthCondition ? 1 patch=merge key=status list=map keys=status,reason
 lastTransitionTime time ? 2
apps/v1.StatefulSetPersistentVolumeClaimRetentionPolicy
 whenDeleted string ? 1
 whenScaled string ? 2
apps/v1.StatefulSetOrdinals
 start int32 1
batch/v1.PodFailurePolicy
 rules []batch/v1.PodFailurePolicyRule ! 1 list=atomic
batch/v1.SuccessPolicy
 rules []batch/v1.SuccessPolicyRule ! 1 list=atomic
batch/v1.JobSchedulingConfiguration
 schedulingPolicy scheduling.k8s.io/v1alpha3.WorkloadPodGroupSchedulingPolicy * 1
 schedulingConstraints scheduling.k8s.io/v1alpha3.WorkloadPodGroupSchedulingConstraints * 2
 disruptionMode scheduling.k8s.io/v1alpha3.WorkloadPodGroupDisruptionMode * 3
 resourceClaims []scheduling.k8s.io/v1alpha3.WorkloadPodGroupResourceClaim ? 4 patch=merge key=name list=map keys=name
batch/v1.UncountedTerminatedPods
 succeeded []string ? 1 list=set
 failed []string ? 2 list=set
networking.k8s.io/v1.IngressLoadBalancerStatus
 ingress []networking.k8s.io/v1.IngressLoadBalancerIngress ? 1 list=atomic
v1.NodeSwapStatus
 capacity int64 * 1
v1.NodeRuntimeHandlerFeatures
 recursiveReadOnlyMounts boolean * 1
 userNamespaces boolean * 2
v1.ImageVolumeSource
 reference string ? 1
 pullPolicy string ? 2
v1.ContainerResizePolicy
 resourceName string ! 1
 restartPolicy string ! 2
v1.ContainerRestartRule
 action string ! ? 1
 exitCodes v1.ContainerRestartRuleOnExitCodes * 2
v1.AppArmorProfile
 type string ! 1
 localhostProfile string * 2
v1.ResourceClaim
 name string ! 1
 request string ? 2
v1.VolumeMountStatus
 name string ! 1
 mountPath string ! 2
 readOnly boolean ? 3
 recursiveReadOnly string * 4
 volumeStatus v1.VolumeStatus * 5
v1.ContainerUser
 linux v1.LinuxContainerUser * 1
v1.ResourceStatus
 name string ! 1
 resources []v1.ResourceHealth ? 2 list=map keys=resourceID
v1.ContainerExtendedResourceRequest
 containerName string ! 1
 resourceName string ! 2
 requestName string ! 3
v1.NodeAllocatableMappedResources
 name string ! 1
 quantity quantity ! * 2
v1.NodeAllocatableOverheadResources
 name string ! 1
 perPod quantity * 2
 perContainer quantity * 3
v1.VolumeHealthCondition
 status string ! 1
 reason string ! 2
 message string ? 3
batch/v1.PodFailurePolicyRule
 action string ! 1
 onExitCodes batch/v1.PodFailurePolicyOnExitCodesRequirement * 2
 onPodConditions []batch/v1.PodFailurePolicyOnPodConditionsPattern ? 3 list=atomic
batch/v1.SuccessPolicyRule
 succeededIndexes string * 1
 succeededCount int32 * 2
scheduling.k8s.io/v1alpha3.WorkloadPodGroupSchedulingPolicy
 basic any * 1
 gang scheduling.k8s.io/v1alpha3.WorkloadPodGroupGangSchedulingPolicy * 2
scheduling.k8s.io/v1alpha3.WorkloadPodGroupSchedulingConstraints
 topology []scheduling.k8s.io/v1alpha3.TopologyConstraint ? 1 list=atomic
scheduling.k8s.io/v1alpha3.WorkloadPodGroupDisruptionMode
 single any * 1
 all any * 2
scheduling.k8s.io/v1alpha3.WorkloadPodGroupResourceClaim
 name string ! 1
 resourceClaimName string * 2
 resourceClaimTemplateName string * 3
discovery.k8s.io/v1.ForNode
 name string ! 1
networking.k8s.io/v1.IngressLoadBalancerIngress
 ip string ? 1 go=IP
 hostname string ? 2
 ports []networking.k8s.io/v1.IngressPortStatus ? 4 list=atomic
authorization.k8s.io/v1.FieldSelectorAttributes
 rawSelector string ? 1
 requirements []meta/v1.FieldSelectorRequirement ? 2 list=atomic
authorization.k8s.io/v1.LabelSelectorAttributes
 rawSelector string ? 1
 requirements []meta/v1.LabelSelectorRequirement ? 2 list=atomic
apiextensions.k8s.io/v1.SelectableField
 jsonPath string ! 1 go=JSONPath
v1.ContainerRestartRuleOnExitCodes
 operator string ! ? 1
 values []int32 ? 2 list=set
v1.GRPCAction
 port int32 ! 1
 service string * 2
 mode string * 3
v1.LifecycleHandler
 exec v1.ExecAction * 1
 httpGet v1.HTTPGetAction * 2 go=HTTPGet
 tcpSocket v1.TCPSocketAction * 3 go=TCPSocket
 sleep v1.SleepAction * 4
v1.VolumeStatus
 image v1.ImageVolumeStatus * 1
v1.LinuxContainerUser
 uid int64 ! 1 go=UID
 gid int64 ! 2 go=GID
 supplementalGroups []int64 ? 3 list=atomic
v1.ResourceHealth
 resourceID string ! 1
 health string ? 2
 message string * 6
batch/v1.PodFailurePolicyOnExitCodesRequirement
 containerName string * 1
 operator string ! 2
 values []int32 ! 3 list=set
batch/v1.PodFailurePolicyOnPodConditionsPattern
 type string ! 1
 status string 2
scheduling.k8s.io/v1alpha3.WorkloadPodGroupGangSchedulingPolicy
 minCount int32 * 1
scheduling.k8s.io/v1alpha3.TopologyConstraint
 key string ! 1
networking.k8s.io/v1.IngressPortStatus
 port int32 ! 1
 protocol string ! 2
 error string * 3
meta/v1.FieldSelectorRequirement
 key string ! 1
 operator string ! 2
 values []string ? 3 list=atomic
v1.ClusterTrustBundleProjection
 name string * 1
 signerName string * 2
 labelSelector meta/v1.LabelSelector * 3
 optional boolean * 5
 path string ! 4
 user int64 * 6
v1.PodCertificateProjection
 signerName string ! ? 1
 keyType string ! ? 2
 maxExpirationSeconds int32 * 3
 credentialBundlePath string ? 4
 keyPath string ? 5
 certificateChainPath string ? 6
 userAnnotations {}string ? 7
 user int64 * 8
v1.FileKeySelector atomic
 volumeName string ! 1
 path string ! 2
 key string ! 3
 optional boolean * 4
v1.SleepAction
 seconds int64 ! 1
v1.ImageVolumeStatus
 imageRef string ! ? 1
apiextensions.k8s.io/v1.ValidationRule
 rule string ! 1
 message string ? 2
 messageExpression string ? 3
 reason string * 4
 fieldPath string ? 5
 optionalOldSelf boolean * 6
autoscaling/v2.HorizontalPodAutoscaler
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec autoscaling/v2.HorizontalPodAutoscalerSpec ! ? 2
 status autoscaling/v2.HorizontalPodAutoscalerStatus ? 3
storage.k8s.io/v1.CSIDriver
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec storage.k8s.io/v1.CSIDriverSpec ! 2
storage.k8s.io/v1.CSINode
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec storage.k8s.io/v1.CSINodeSpec ! 2
 status storage.k8s.io/v1.CSINodeStatus ? 3
storage.k8s.io/v1.VolumeAttachment
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec storage.k8s.io/v1.VolumeAttachmentSpec ! 2
 status storage.k8s.io/v1.VolumeAttachmentStatus ? 3
authorization.k8s.io/v1.SubjectAccessReview
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec authorization.k8s.io/v1.SubjectAccessReviewSpec ! 2
 status authorization.k8s.io/v1.SubjectAccessReviewStatus ? 3
authorization.k8s.io/v1.LocalSubjectAccessReview
 apiVersion string ?
 kind string ?
 metadata meta/v1.ObjectMeta ? 1 go=ObjectMeta
 spec authorization.k8s.io/v1.SubjectAccessReviewSpec ! 2
 status authorization.k8s.io/v1.SubjectAccessReviewStatus ? 3
autoscaling/v2.HorizontalPodAutoscalerSpec
 scaleTargetRef autoscaling/v2.CrossVersionObjectReference ! 1
 minReplicas int32 * 2
 maxReplicas int32 ! 3
 metrics []autoscaling/v2.MetricSpec ? 4 list=atomic
 behavior autoscaling/v2.HorizontalPodAutoscalerBehavior * 5
autoscaling/v2.HorizontalPodAutoscalerStatus
 observedGeneration int64 * 1
 lastScaleTime time * 2
 currentReplicas int32 ? 3
 desiredReplicas int32 ! 4
 currentMetrics []autoscaling/v2.MetricStatus 5 list=atomic
 conditions []autoscaling/v2.HorizontalPodAutoscalerCondition ? 6 patch=merge key=type list=map keys=type
storage.k8s.io/v1.CSIDriverSpec
 attachRequired boolean * 1
 podInfoOnMount boolean * 2
 volumeLifecycleModes []string ? 3 list=set
 storageCapacity boolean * 4
 fsGroupPolicy string * 5 go=FSGroupPolicy
 tokenRequests []storage.k8s.io/v1.TokenRequest ? 6 list=atomic
 requiresRepublish boolean * 7
 seLinuxMount boolean * 8 go=SELinuxMount
 nodeAllocatableUpdatePeriodSeconds int64 * 9
 serviceAccountTokenInSecrets boolean * 10
 preventPodSchedulingIfMissing boolean * 11
storage.k8s.io/v1.CSINodeSpec
 drivers []storage.k8s.io/v1.CSINodeDriver ! 1 patch=merge key=name list=map keys=name
storage.k8s.io/v1.CSINodeStatus
 storageHealth []storage.k8s.io/v1.StorageHealth ? 1 patch=merge key=name list=map keys=name
storage.k8s.io/v1.VolumeAttachmentSpec
 attacher string ! 1
 source storage.k8s.io/v1.VolumeAttachmentSource ! 2
 nodeName string ! 3
storage.k8s.io/v1.VolumeAttachmentStatus
 attached boolean ! 1
 attachmentMetadata {}string ? 2
 attachError storage.k8s.io/v1.VolumeError * 3
 detachError storage.k8s.io/v1.VolumeError * 4
authorization.k8s.io/v1.SubjectAccessReviewSpec
 resourceAttributes authorization.k8s.io/v1.ResourceAttributes * 1
 nonResourceAttributes authorization.k8s.io/v1.NonResourceAttributes * 2
 user string ? 3
 groups []string ? 4 list=atomic
 extra {}[]string ? 5
 uid string ? 6 go=UID
autoscaling/v2.CrossVersionObjectReference
 kind string ! 1
 name string ! 2
 apiVersion string ? 3 go=APIVersion
autoscaling/v2.MetricSpec
 type string ! 1
 object autoscaling/v2.ObjectMetricSource * 2
 pods autoscaling/v2.PodsMetricSource * 3
 resource autoscaling/v2.ResourceMetricSource * 4
 containerResource autoscaling/v2.ContainerResourceMetricSource * 7
 external autoscaling/v2.ExternalMetricSource * 5
autoscaling/v2.HorizontalPodAutoscalerBehavior
 scaleUp autoscaling/v2.HPAScalingRules * 1
 scaleDown autoscaling/v2.HPAScalingRules * 2
autoscaling/v2.MetricStatus
 type string ! 1
 object autoscaling/v2.ObjectMetricStatus * 2
 pods autoscaling/v2.PodsMetricStatus * 3
 resource autoscaling/v2.ResourceMetricStatus * 4
 containerResource autoscaling/v2.ContainerResourceMetricStatus * 7
 external autoscaling/v2.ExternalMetricStatus * 5
autoscaling/v2.HorizontalPodAutoscalerCondition
 type string ! 1
 status string ! 2
 lastTransitionTime time ? 3
 reason string ? 4
 message string ? 5
 observedGeneration int64 * 6
storage.k8s.io/v1.TokenRequest
 audience string ! 1
 expirationSeconds int64 * 2
storage.k8s.io/v1.CSINodeDriver
 name string ! 1
 nodeID string ! 2
 topologyKeys []string 3 list=atomic
 allocatable storage.k8s.io/v1.VolumeNodeResources * 4
storage.k8s.io/v1.StorageHealth
 name string ! 1
 healthConditions []storage.k8s.io/v1.StorageHealthCondition ? 2 list=atomic
storage.k8s.io/v1.VolumeAttachmentSource
 persistentVolumeName string * 1
 inlineVolumeSpec v1.PersistentVolumeSpec * 2
storage.k8s.io/v1.VolumeError
 time time ? 1
 message string ? 2
 errorCode int32 * 3
autoscaling/v2.ObjectMetricSource
 describedObject autoscaling/v2.CrossVersionObjectReference ! 1
 target autoscaling/v2.MetricTarget ! 2
 metric autoscaling/v2.MetricIdentifier ! 3
autoscaling/v2.PodsMetricSource
 metric autoscaling/v2.MetricIdentifier ! 1
 target autoscaling/v2.MetricTarget ! 2
autoscaling/v2.ResourceMetricSource
 name string ! 1
 target autoscaling/v2.MetricTarget ! 2
autoscaling/v2.ContainerResourceMetricSource
 name string ! 1
 target autoscaling/v2.MetricTarget ! 2
 container string ! 3
autoscaling/v2.ExternalMetricSource
 metric autoscaling/v2.MetricIdentifier ! 1
 target autoscaling/v2.MetricTarget ! 2
autoscaling/v2.HPAScalingRules
 stabilizationWindowSeconds int32 * 3
 selectPolicy string * 1
 policies []autoscaling/v2.HPAScalingPolicy ? 2 list=atomic
 tolerance quantity * 4
autoscaling/v2.ObjectMetricStatus
 metric autoscaling/v2.MetricIdentifier ! 1
 current autoscaling/v2.MetricValueStatus ! 2
 describedObject autoscaling/v2.CrossVersionObjectReference ! 3
autoscaling/v2.PodsMetricStatus
 metric autoscaling/v2.MetricIdentifier ! 1
 current autoscaling/v2.MetricValueStatus ! 2
autoscaling/v2.ResourceMetricStatus
 name string ! 1
 current autoscaling/v2.MetricValueStatus ! 2
autoscaling/v2.ContainerResourceMetricStatus
 name string ! 1
 current autoscaling/v2.MetricValueStatus ! 2
 container string ! 3
autoscaling/v2.ExternalMetricStatus
 metric autoscaling/v2.MetricIdentifier ! 1
 current autoscaling/v2.MetricValueStatus ! 2
storage.k8s.io/v1.VolumeNodeResources
 count int32 * 1
storage.k8s.io/v1.StorageHealthCondition
 status string ! 1
 reason string ! 2
 message string ? 3
 accessMode string * 4
 volumeMode string * 5
 lastTransitionTime time ? 6
autoscaling/v2.MetricTarget
 type string ! 1
 value quantity * 2
 averageValue quantity * 3
 averageUtilization int32 * 4
autoscaling/v2.MetricIdentifier
 name string ! 1
 selector meta/v1.LabelSelector * 2
autoscaling/v2.HPAScalingPolicy
 type string ! 1
 value int32 ! 2
 periodSeconds int32 ! 3
autoscaling/v2.MetricValueStatus
 value quantity * 1
 averageValue quantity * 2
 averageUtilization int32 * 3
`
