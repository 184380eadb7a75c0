import { expect, test } from 'vitest'
import type { KubeObject, ResourceType } from '../resource.ts'
import { deployment } from './deployments.ts'
import { pod } from './pods.ts'

/** What Kubernetes 1.21 refuses of a pod's spec beyond what recordings ask, in its words. */

function problems(type: ResourceType, body: object): string[] {
  const object = type.decode?.({ metadata: { name: 'x', namespace: 'default' }, ...body }) as KubeObject
  type.setDefaults?.(object)
  return (type.validate?.(object) ?? []).map(({ field, message }) => `${field}: ${message}`)
}

const container = (more = {}) => ({ name: 'c', image: 'i', ...more })
const probe = { exec: { command: ['true'] } }
const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }], containers: [container()] })
const withContainer = (more: object) => ({ containers: [container(more)] })
const withField = (more: object) => ({ containers: [container()], ...more })

test.each<[string, object, string[]]>([
  [
    'blanks around an image',
    withContainer({ image: ' i' }),
    ['spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace'],
  ],
  [
    'an init container that is looked after',
    { ...withContainer({}), initContainers: [container({ livenessProbe: probe })] },
    [
      'spec.initContainers[0].name: Duplicate value: "c"',
      'spec.initContainers[0].livenessProbe: Invalid value: core.Probe{…}: must not be set for init containers',
    ],
  ],
  [
    'a readiness probe with a grace of its own',
    withContainer({ readinessProbe: { ...probe, terminationGracePeriodSeconds: 3 } }),
    [
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set for readinessProbes',
    ],
  ],
  [
    'rights that contradict each other',
    withContainer({ securityContext: { allowPrivilegeEscalation: false, privileged: true, procMount: 'Odd' } }),
    [
      'spec.containers[0].securityContext.procMount: Unsupported value: "Odd": supported values: "Default", "Unmasked"',
      'spec.containers[0].securityContext: Invalid value: core.SecurityContext{…}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    'mounts that leave their volume',
    {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [
        container({
          volumeMounts: [
            { name: 'v', mountPath: '/a', subPath: '../x', subPathExpr: '/y', mountPropagation: 'Bidirectional' },
          ],
        }),
      ],
    },
    [
      'spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain \'..\'',
      'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "/y": subPathExpr and subPath are mutually exclusive',
      'spec.containers[0].volumeMounts.subPathExpr: Invalid value: "/y": must be a relative path',
      'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
    ],
  ],
  [
    'a device that is none',
    {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [container({ volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] })],
    },
    [
      'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim for block mode',
    ],
  ],
  [
    'a path on the node',
    volume({ hostPath: { path: '/a/../b', type: 'Odd' } }),
    [
      'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
      'spec.volumes[0].hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [
    'files of a secret',
    volume({ secret: { secretName: 's', defaultMode: 512, items: [{ key: 'k', path: '..x' }] } }),
    [
      'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[0].secret.items[0].path: Invalid value: "..x": must not start with \'..\'',
    ],
  ],
  [
    'what is projected twice',
    volume({
      projected: {
        sources: [
          { secret: { name: 's', items: [{ key: 'k', path: 'p' }] } },
          { configMap: { name: 'm', items: [{ key: 'k', path: 'p' }] } },
          { serviceAccountToken: { expirationSeconds: 5 } },
        ],
      },
    }),
    [
      'spec.volumes[0].projected: Invalid value: "m": conflicting duplicate paths',
      'spec.volumes[0].projected.sources[2].serviceAccountToken.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
      'spec.volumes[0].projected.path: Required value',
    ],
  ],
  [
    'a file about nothing',
    volume({ downwardAPI: { items: [{ path: 'a' }, { path: 'b', resourceFieldRef: { resource: 'limits.cpu' } }] } }),
    [
      'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
    ],
  ],
  [
    'what a resource cannot be divided by',
    withContainer({
      env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } }],
    }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
  ],
  [
    'resources that are shared with nobody',
    withContainer({ resources: { limits: { 'hugepages-2Mi': '3Mi' } } }),
    [
      'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      'spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
  ],
  [
    'names of servers',
    withField({ dnsConfig: { nameservers: ['x'], searches: ['A.'], options: [{}] } }),
    [
      'spec.dnsConfig.nameservers[0]: Invalid value: "x": must be valid IP address',
      "spec.dnsConfig.searches[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'spec.dnsConfig.options[0]: Required value: must not be empty',
    ],
  ],
  [
    'the context of a pod',
    withField({
      hostPID: true,
      shareProcessNamespace: true,
      securityContext: { seccompProfile: { type: 'Localhost' }, sysctls: [{ name: 'A' }], supplementalGroups: [-1] },
    }),
    [
      'spec.securityContext.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
      'spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ([a-z0-9]([-_a-z0-9]*[a-z0-9])?\\.)*[a-z0-9]([-_a-z0-9]*[a-z0-9])?',
      'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
    ],
  ],
  [
    'spreading twice',
    withField({
      topologySpreadConstraints: [1, 2].map((maxSkew) => ({
        maxSkew,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
      })),
    }),
    ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"'],
  ],
])('%s', (_what, spec, says) => {
  expect(problems(pod, { spec })).toEqual(says)
})

test('a template may have blanks around an image', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: withContainer({ image: ' i' }) }
  expect(problems(deployment, { spec: { selector: { matchLabels: { a: 'b' } }, template } })).toEqual([])
})

test('an init container that goes on is looked after', () => {
  const sidecar = { ...container({ livenessProbe: probe }), name: 's', restartPolicy: 'Always' }
  expect(problems(pod, { spec: { ...withContainer({}), initContainers: [sidecar] } })).toEqual([])
})
