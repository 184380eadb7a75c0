import { expect, test } from 'vitest'
import type { KubeObject, ResourceType } from '../resource.ts'
import { resourceTypes } from './index.ts'

/** What Kubernetes 1.21 refuses of the kinds that no recording asks about, in its words. */

function typeOf(apiVersion: string, kind: string): ResourceType {
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  const found = resourceTypes.find((type) => type.kind === kind && type.version === version && type.group === group)
  if (!found) throw new Error(`no ${kind} in ${apiVersion}`)
  return found
}

function problems(apiVersion: string, kind: string, body: object, old?: object): string[] {
  const type = typeOf(apiVersion, kind)
  const [object, before] = [body, old].map((one) => {
    if (one === undefined) return undefined
    const metadata = { name: 'x', ...(type.namespaced && { namespace: 'default' }) }
    const decoded = type.decode?.({ ...one, metadata: { ...metadata, ...(one as KubeObject).metadata } })
    if (decoded) type.setDefaults?.(decoded)
    return decoded
  })
  return (type.validate?.(object as KubeObject, before) ?? []).map(({ field, message }) => `${field}: ${message}`)
}

const selector = { matchLabels: { a: 'b' } }
const rbac = 'rbac.authorization.k8s.io'
const reader = { apiGroup: rbac, kind: 'Role', name: 'reader' }
const backend = { service: { name: 'web', port: { number: 80 } } }
const withPaths = (...paths: object[]) => ({ spec: { rules: [{ http: { paths } }] } })
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const target = { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3 }

interface Refusal {
  what: [apiVersion: string, kind: string]
  of: object
  instead?: object
  says: string[]
}

const refusals: Refusal[] = [
  {
    what: [`${rbac}/v1`, 'Role'],
    of: { rules: [{ verbs: [], nonResourceURLs: ['/x'], apiGroups: [''] }, { verbs: ['get'] }] },
    says: [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
      'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: rules cannot apply to both regular resources and non-resource URLs',
      'rules[1].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[1].resources: Required value: resource rules must supply at least one resource',
    ],
  },
  {
    what: [`${rbac}/v1`, 'ClusterRole'],
    of: { aggregationRule: {} },
    says: [
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ],
  },
  {
    what: [`${rbac}/v1`, 'ClusterRoleBinding'],
    of: { roleRef: reader, subjects: [{ kind: 'ServiceAccount', name: 'a' }, { kind: 'Robot' }] },
    says: [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      'subjects[0].namespace: Required value',
      'subjects[1].name: Required value',
      'subjects[1].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    ],
  },
  {
    what: [`${rbac}/v1`, 'RoleBinding'],
    of: { roleRef: { ...reader, name: 'writer' } },
    instead: { roleRef: reader },
    says: [
      `roleRef: Invalid value: rbac.RoleRef{APIGroup:"${rbac}", Kind:"Role", Name:"writer"}: cannot change roleRef`,
    ],
  },
  {
    what: ['policy/v1', 'PodDisruptionBudget'],
    of: { metadata: { resourceVersion: '1' }, spec: { minAvailable: '200%', maxUnavailable: -1, selector } },
    says: [
      'spec: Invalid value: policy.PodDisruptionBudgetSpec{…}: minAvailable and maxUnavailable cannot be both set',
      'spec.minAvailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"200%"}: must not be greater than 100%',
      'spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0',
    ],
  },
  {
    what: ['v1', 'ResourceQuota'],
    of: { spec: { hard: { pods: '1.5', gold: '1' }, scopes: ['BestEffort', 'NotBestEffort', 'Odd'] } },
    says: [
      'spec.hard[pods]: Invalid value: resource.Quantity{i:resource.int64Amount{value:15, scale:-1}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"DecimalSI"}: must be an integer',
      'spec.hard[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
      'spec.hard[gold]: Invalid value: "gold": must be a standard resource for quota',
      'spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort", "NotBestEffort", "Odd"}: unsupported scope',
      'spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort", "NotBestEffort", "Odd"}: conflicting scopes',
    ],
  },
  {
    what: ['v1', 'ResourceQuota'],
    of: { spec: { hard: { pods: '1' }, scopes: ['BestEffort'] } },
    instead: { spec: { hard: { pods: '1' } } },
    says: ['spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort"}: field is immutable'],
  },
  {
    what: ['v1', 'LimitRange'],
    of: { spec: { limits: [{ type: 'Pod', max: { cpu: '1' }, min: { cpu: '2' }, default: { cpu: '1' } }] } },
    says: [
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[0].min[cpu]: Invalid value: resource.Quantity{i:resource.int64Amount{value:2, scale:0}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"DecimalSI"}: min value 2 is greater than max value 1',
    ],
  },
  {
    what: ['v1', 'LimitRange'],
    of: { spec: { limits: [{ type: 'PersistentVolumeClaim' }] } },
    says: [
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ],
  },
  {
    what: ['coordination.k8s.io/v1', 'Lease'],
    of: { spec: { leaseDurationSeconds: 0 } },
    says: ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
  },
  {
    what: ['scheduling.k8s.io/v1', 'PriorityClass'],
    of: { metadata: { name: 'system-odd' }, value: 1 },
    says: [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-odd is not a known system priority class",
    ],
  },
  {
    what: ['scheduling.k8s.io/v1', 'PriorityClass'],
    of: { value: 2 },
    instead: { value: 1 },
    says: ['Value: Forbidden: may not be changed in an update.'],
  },
  {
    what: ['networking.k8s.io/v1', 'Ingress'],
    of: withPaths(
      { path: 'x', pathType: 'Prefix', backend },
      { path: '/a//b', pathType: 'Exact', backend: { service: { port: { name: 'p', number: 1 } } } },
      { pathType: 'Glob', backend: {} },
    ),
    says: [
      'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
      'spec.rules[0].http.paths[1].path: Invalid value: "/a//b": must not contain \'//\'',
      'spec.rules[0].http.paths[1].backend.service.name: Required value',
      'spec.rules[0].http.paths[1].backend: Invalid value: "": cannot set both port name & port number',
      'spec.rules[0].http.paths[2].pathType: Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      'spec.rules[0].http.paths[2].backend: Invalid value: "": resource or service backend is required',
    ],
  },
  {
    what: ['networking.k8s.io/v1', 'Ingress'],
    of: {
      metadata: { annotations: { 'kubernetes.io/ingress.class': 'a' } },
      spec: { ingressClassName: 'b', defaultBackend: backend, rules: [{ host: '10.0.0.1' }] },
    },
    says: [
      'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
      'annotations.kubernetes.io/ingress.class: Invalid value: "a": can not be set when the class field is also set',
    ],
  },
  {
    what: ['networking.k8s.io/v1', 'IngressClass'],
    of: { spec: { controller: 'nginx', parameters: { kind: 'Config', name: 'c', scope: 'Namespace' } } },
    says: [
      'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ],
  },
  {
    what: ['networking.k8s.io/v1', 'NetworkPolicy'],
    of: {
      spec: {
        podSelector: {},
        ingress: [
          {
            ports: [{ port: 'http', endPort: 3 }, { protocol: 'ICMP' }],
            from: [{}, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '11.0.0.0/16'] } }],
          },
        ],
        policyTypes: ['Both'],
      },
    },
    says: [
      'spec.ingress[0].ports[0].endPort: Invalid value: 3: may not be specified when `port` is non-numeric',
      'spec.ingress[0].ports[1].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
      'spec.ingress[0].from[0]: Required value: must specify a peer',
      'spec.ingress[0].from[1].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
    ],
  },
  {
    what: ['v1', 'Endpoints'],
    of: { subsets: [{}, { addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 0 }, { port: 1, name: 'b' }] }] },
    says: [
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
      'subsets[1].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8)',
      'subsets[1].ports[0].name: Required value',
      'subsets[1].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  },
  {
    what: ['discovery.k8s.io/v1', 'EndpointSlice'],
    of: { addressType: 'IPv6', endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: [] }], ports: [{}, {}] },
    instead: { addressType: 'IPv4', endpoints: [] },
    says: [
      'endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be a valid IPv6 address',
      'endpoints[1].addresses: Required value: must contain at least 1 address',
      'ports[1].name: Duplicate value: ""',
      'addressType: Invalid value: "IPv6": field is immutable',
    ],
  },
  {
    what: ['autoscaling/v1', 'HorizontalPodAutoscaler'],
    of: { spec: { scaleTargetRef: { kind: 'Deployment' }, minReplicas: 4, maxReplicas: 3 } },
    says: [
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
      'spec.scaleTargetRef.name: Required value',
    ],
  },
  {
    what: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    of: {
      spec: {
        ...target,
        metrics: [{ type: 'Resource' }, { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'Value' } } }],
        behavior: { scaleUp: { policies: [{ type: 'Pods', value: 0, periodSeconds: 1801 }] } },
      },
    },
    says: [
      'spec.metrics[0].resource: Required value: must populate information for the given metric source',
      'spec.metrics[1].pods.target.averageValue: Required value: must specify a positive target averageValue',
      'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
      'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
    ],
  },
  {
    what: ['v1', 'PersistentVolumeClaim'],
    of: { spec: { ...claim, accessModes: ['Some'], volumeMode: 'Tape', resources: { requests: { storage: '0' } } } },
    says: [
      'spec.accessModes: Unsupported value: "Some": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce"',
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
      'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
    ],
  },
  {
    what: ['v1', 'PersistentVolumeClaim'],
    of: { spec: { ...claim, resources: { requests: { storage: '1Mi' } } } },
    instead: { spec: claim },
    says: [
      'spec: Forbidden: spec is immutable after creation except resources.requests for bound claims',
      'spec.resources.requests.storage: Forbidden: field can not be less than previous value',
    ],
  },
  {
    what: ['v1', 'PersistentVolume'],
    of: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/b' } } },
    instead: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } } },
    says: ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
  },
  {
    what: ['v1', 'PersistentVolume'],
    of: { spec: {} },
    says: [
      'spec.accessModes: Required value',
      'spec.capacity: Required value',
      'spec.capacity: Unsupported value: core.ResourceList(nil): supported values: "storage"',
      'spec: Required value: must specify a volume type',
    ],
  },
  {
    what: ['v1', 'Node'],
    of: {
      spec: {
        taints: [
          { key: 'a', effect: 'Odd' },
          { key: 'b', effect: 'NoSchedule' },
          { key: 'b', effect: 'NoSchedule', value: 'x' },
        ],
        podCIDRs: ['10.0.0.0/33'],
      },
    },
    says: [
      'metadata.taints[0].effect: Unsupported value: "Odd": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      'metadata.taints[2]: Duplicate value: core.Taint{Key:"b", Value:"x", Effect:"NoSchedule", TimeAdded:(*v1.Time)(nil)}: taints must be unique by key and effect pair',
      'spec.podCIDRs[0]: Invalid value: []string{"10.0.0.0/33"}: must be valid CIDR',
    ],
  },
  {
    what: ['v1', 'PersistentVolume'],
    of: { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], local: { path: '/a' } } },
    says: ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
  },
  {
    what: ['v1', 'ConfigMap'],
    of: { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'e', uid: 'u' }] } },
    says: [
      'metadata.ownerReferences: Invalid value: v1.OwnerReference{APIVersion:"v1", Kind:"Event", Name:"e", UID:"u"}: /v1, Kind=Event is disallowed from being an owner',
    ],
  },
  {
    what: ['batch/v1', 'CronJob'],
    of: {
      metadata: { name: 'c'.repeat(53) },
      spec: {
        schedule: 'L * * * *',
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
        },
      },
    },
    says: [
      'spec.schedule: Invalid value: "L * * * *": Failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax',
      `metadata.name: Invalid value: "${'c'.repeat(53)}": must be no more than 52 characters`,
    ],
  },
  {
    what: ['v1', 'Service'],
    of: {
      spec: {
        type: 'LoadBalancer',
        ports: [{ port: 10250, appProtocol: '/' }],
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
        clusterIP: '10.43.0.9',
        clusterIPs: ['10.43.0.8'],
        externalIPs: ['127.0.0.1'],
        loadBalancerSourceRanges: ['10.0.0.0'],
        healthCheckNodePort: 30000,
      },
    },
    says: [
      'spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet',
      'spec.ports[0].appProtocol: Invalid value: "/": prefix part must be non-empty',
      'spec.ports[0].appProtocol: Invalid value: "/": name part must be non-empty',
      "spec.ports[0].appProtocol: Invalid value: \"/\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'spec.sessionAffinityConfig: Forbidden: must not be set when session affinity is None',
      'spec.clusterIPs: Invalid value: []string{"10.43.0.8"}: element [0] must match clusterIP',
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8)',
      'spec.LoadBalancerSourceRanges: Invalid value: "[10.0.0.0]": must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ',
      'spec.healthCheckNodePort: Invalid value: 30000: HealthCheckNodePort can only be set on LoadBalancer service with ExternalTrafficPolicy=Local',
    ],
  },
  {
    what: ['v1', 'Service'],
    of: {
      spec: {
        ports: [
          { name: 'a', port: 1, nodePort: 30000 },
          { name: 'b', port: 2, nodePort: 30000 },
        ],
        ipFamilies: ['IPv5'],
        internalTrafficPolicy: 'Odd',
      },
    },
    says: [
      'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
      "spec.ports[1].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
      'spec.ports[1].nodePort: Duplicate value: 30000',
      'spec.internalTrafficPolicy: Unsupported value: "Odd": supported values: "Cluster", "Local"',
    ],
  },
  {
    what: ['batch/v1', 'Job'],
    of: {
      spec: {
        selector,
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
        },
      },
    },
    says: [
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` not auto-generated',
    ],
  },
  {
    what: ['storage.k8s.io/v1', 'StorageClass'],
    of: { provisioner: 'b', parameters: { a: 'b' }, volumeBindingMode: 'WaitForFirstConsumer' },
    instead: { provisioner: 'a' },
    says: [
      'parameters: Forbidden: updates to parameters are forbidden.',
      'provisioner: Forbidden: updates to provisioner are forbidden.',
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ],
  },
]

test.each(refusals)('$what.1 $of', ({ what, of, instead, says }) => {
  expect(problems(...what, of, instead)).toEqual(says)
})

test('a network policy is for what comes in, and for what goes out where it says something of that', () => {
  const type = typeOf('networking.k8s.io/v1', 'NetworkPolicy')
  const defaulted = (spec: object) => {
    const object = { metadata: {}, spec } as KubeObject
    type.setDefaults?.(object)
    return object.spec?.['policyTypes']
  }
  expect(defaulted({ podSelector: {} })).toEqual(['Ingress'])
  expect(defaulted({ podSelector: {}, egress: [{}] })).toEqual(['Ingress', 'Egress'])
})

test('storage on the node has a type, in a pod and in a volume', () => {
  const defaulted = (apiVersion: string, kind: string, spec: object) => {
    const object = { metadata: {}, spec: structuredClone(spec) } as KubeObject
    typeOf(apiVersion, kind).setDefaults?.(object)
    return object.spec
  }
  const hostPath = { hostPath: { path: '/a' } }
  expect(defaulted('v1', 'PersistentVolume', hostPath)).toMatchObject({ hostPath: { path: '/a', type: '' } })
  expect(defaulted('v1', 'Pod', { volumes: [{ name: 'v', ...hostPath }] })).toMatchObject({
    volumes: [{ name: 'v', hostPath: { path: '/a', type: '' } }],
  })
})
