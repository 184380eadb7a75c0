/**
 * The life of pods and nodes on a control plane without machines, as stages for kwok
 * (https://kwok.sigs.k8s.io/docs/user/stages-configuration). Words in the last part of an image select a life, as on
 * the embedded cluster (src/cluster/pods/lives.ts).
 */

/** Regular expressions for an image's last part, valid in Go and jq. */
const lives = {
  missing: 'missing',
  denied: '(^|[-._:])denied([-._:]|$)',
  crash: '(^|[-._:])(crash|exit1|broken)([-._:]|$)',
  oom: '(^|[-._:])oom([-._:]|$)',
  unready: '(^|[-._:])(never-ready|unready|crash)([-._:]|$)',
  slow: '(^|[-._:])slow([-._:]|$)',
  task: '^(busybox|alpine|perl|debian|ubuntu|curl|hello-world|bash)([:@]|$)|(^|[-._:])exit0([-._:]|$)',
} as const

type Life = keyof typeof lives

/** Go template: whether the current container (`$item`) has one of these lives. */
const is = (...any: Life[]) => `(regexMatch ${JSON.stringify(pattern(any))} (regexFind "[^/]*$" $item.image))`

/** jq: one result per container with one of these lives. */
const containersThat = (...any: Life[]) =>
  `.spec.containers[] | select(.image | split("/") | last | test(${JSON.stringify(pattern(any))}))`

const pattern = (any: readonly Life[]) => any.map((life) => `(${lives[life]})`).join('|')

interface Requirement {
  key: string
  operator: 'Exists' | 'DoesNotExist'
}

const exists = (key: string): Requirement => ({ key, operator: 'Exists' })
const absent = (key: string): Requirement => ({ key, operator: 'DoesNotExist' })

const waitsFor = (reason: string) =>
  exists(`.status.containerStatuses[]? | select(.state.waiting.reason == "${reason}")`)
const runs = exists('.status.containerStatuses[]? | select(.state.running)')
const imagesDiffer =
  'select(.status.containerStatuses) | select([.spec.containers[].image] != [.status.containerStatuses[].image])'

interface PodStage {
  name: string
  when: readonly Requirement[]
  /** Milliseconds. */
  after: number
  /** Go template selecting the affected containers. */
  happensTo: string
  /** Go template of the new container status, a `dict`; `$item` is the container, `$was` its previous status. */
  becomes: string
  event: { type: 'Normal' | 'Warning'; reason: string; message: string }
}

const waiting = (reason: string, message?: string) =>
  `(dict "waiting" (dict "reason" "${reason}"${message ? ` "message" ${message}` : ''}))`
const status = (fields: string) =>
  `(merge (dict "name" $item.name "image" $item.image ${fields}) (dict "lastState" (default dict $was.lastState) ` +
  `"restartCount" (default 0 $was.restartCount) "ready" false "started" false "imageID" ""))`
const running = (restarts: string) =>
  status(
    `"ready" (not ${is('unready')}) "started" true "restartCount" ${restarts} ` +
      '"imageID" (printf "%s@sha256:%s" (regexReplaceAll "[:@][^/]*$" $item.image "") (sha256sum $item.image)) ' +
      '"containerID" (printf "containerd://%s" (sha256sum (printf "%s/%s/%v" $pod.metadata.uid $item.name $now))) ' +
      '"state" (dict "running" (dict "startedAt" $now))',
  )
const ended = `(dict "terminated" (dict "exitCode" $code "reason" $why "startedAt" $was.state.running.startedAt "finishedAt" $now))`

/** As containerd words it. */
const pullError =
  '(printf "failed to pull and unpack image \\"%s\\": failed to resolve reference \\"%s\\": %s" $item.image $item.image ' +
  `(ternary (printf "%s: not found" $item.image) "pull access denied, repository does not exist or may require authorization: ` +
  `server message: insufficient_scope: authorization failed" ${is('missing')}))`
const rpcError = `(printf "rpc error: code = %s desc = %s" (ternary "NotFound" "Unknown" ${is('missing')}) ${pullError})`
const reasonIs = (reason: string) => `(eq (dig "state" "waiting" "reason" "" $was) "${reason}")`
const crashed =
  'printf "back-off %vs restarting failed container=%s pod=%s_%s(%s)" 10 $item.name $pod.metadata.name $pod.metadata.namespace $pod.metadata.uid'

const podStages: readonly PodStage[] = [
  {
    name: 'create',
    when: [absent('.status.containerStatuses')],
    after: 50,
    happensTo: 'true',
    becomes: status(`"state" ${waiting('ContainerCreating')}`),
    event: { type: 'Normal', reason: 'Pulling', message: 'printf "Pulling image %q" $item.image' },
  },
  {
    name: 'replace',
    when: [exists(imagesDiffer)],
    after: 50,
    happensTo: '(ne $item.image $was.image)',
    becomes: status(
      `"restartCount" (add (default 0 $was.restartCount) (ternary 1 0 (hasKey $was.state "running"))) "state" ${waiting('ContainerCreating')}`,
    ),
    event: {
      type: 'Normal',
      reason: 'Killing',
      message: 'printf "Container %s definition changed, will be restarted" $item.name',
    },
  },
  ...([false, true] as const).map((slow): PodStage => ({
    name: slow ? 'start-slowly' : 'start',
    when: [
      waitsFor('ContainerCreating'),
      slow ? exists(containersThat('slow')) : absent(containersThat('slow')),
      absent(containersThat('missing', 'denied')),
    ],
    after: slow ? 10_000 : 900,
    happensTo: reasonIs('ContainerCreating'),
    becomes: running('(default 0 $was.restartCount)'),
    event: { type: 'Normal', reason: 'Started', message: 'printf "Started container %s" $item.name' },
  })),
  ...(['ContainerCreating', 'ImagePullBackOff'] as const).map((reason): PodStage => ({
    name: reason === 'ContainerCreating' ? 'fail-to-pull' : 'fail-to-pull-again',
    when: [waitsFor(reason), exists(containersThat('missing', 'denied'))],
    after: reason === 'ContainerCreating' ? 700 : 10_000,
    happensTo: reasonIs(reason),
    becomes:
      `(ternary ${status(`"state" ${waiting('ErrImagePull', rpcError)}`)} ` +
      `${running('(default 0 $was.restartCount)')} ${is('missing', 'denied')})`,
    event: {
      type: 'Warning',
      reason: 'Failed',
      message: `printf "Failed to pull image %q: %s" $item.image ${rpcError}`,
    },
  })),
  {
    name: 'back-off-pulling',
    when: [waitsFor('ErrImagePull')],
    after: 2000,
    happensTo: reasonIs('ErrImagePull'),
    becomes: status(
      `"state" ${waiting('ImagePullBackOff', `(printf "Back-off pulling image %q: ErrImagePull: %s" $item.image ${rpcError})`)}`,
    ),
    event: { type: 'Normal', reason: 'BackOff', message: 'printf "Back-off pulling image %q" $item.image' },
  },
  {
    name: 'crash',
    when: [runs, exists(containersThat('crash', 'oom')), absent('select(.spec.restartPolicy != "Always")')],
    after: 800,
    happensTo: `(and (hasKey $was.state "running") ${is('crash', 'oom')})`,
    becomes: status(
      `"restartCount" $was.restartCount "imageID" $was.imageID "state" ${waiting('CrashLoopBackOff', `(${crashed})`)} "lastState" ${ended}`,
    ),
    event: {
      type: 'Warning',
      reason: 'BackOff',
      message:
        'printf "Back-off restarting failed container %s in pod %s_%s(%s)" $item.name $pod.metadata.name $pod.metadata.namespace $pod.metadata.uid',
    },
  },
  {
    name: 'restart',
    when: [waitsFor('CrashLoopBackOff')],
    after: 5000,
    happensTo: reasonIs('CrashLoopBackOff'),
    becomes: running('(add 1 $was.restartCount)'),
    event: { type: 'Normal', reason: 'Started', message: 'printf "Started container %s" $item.name' },
  },
  {
    name: 'end',
    when: [runs, exists(containersThat('crash', 'oom', 'task')), exists('select(.spec.restartPolicy != "Always")')],
    after: 800,
    happensTo: `(and (hasKey $was.state "running") ${is('crash', 'oom', 'task')})`,
    becomes: status(`"restartCount" $was.restartCount "imageID" $was.imageID "state" ${ended}`),
    event: { type: 'Normal', reason: 'Completed', message: 'printf "Container %s ended" $item.name' },
  },
]

/** Binds the names that the templates use and iterates over the containers; `each` applies to the selected ones. */
const throughContainers = ({ happensTo }: PodStage, each: string, otherwise: string) => `
{{- $pod := . }}{{ $now := now | date "2006-01-02T15:04:05Z07:00" }}{{ $statuses := list }}
{{- range $index, $item := .spec.containers }}
{{- $was := dict }}{{ if $pod.status.containerStatuses }}{{ $was = index $pod.status.containerStatuses $index }}{{ end }}
{{- $code := ternary 137 (ternary 1 0 ${is('crash')}) ${is('oom')} }}
{{- $why := ternary "OOMKilled" (ternary "Error" "Completed" ${is('crash')}) ${is('oom')} }}
{{- if ${happensTo} }}${each}{{ else }}${otherwise}{{ end }}
{{- end }}`

const statusTemplate = (stage: PodStage) => `${throughContainers(
  stage,
  `{{ $statuses = append $statuses ${stage.becomes} }}`,
  '{{ $statuses = append $statuses $was }}',
)}
{{- $unready := list }}{{ $unstarted := false }}{{ $running := false }}{{ $failed := false }}
{{- range $statuses }}
{{- if not .ready }}{{ $unready = append $unready .name }}{{ end }}
{{- if and .state.waiting (not .lastState.terminated) }}{{ $unstarted = true }}{{ end }}
{{- if or .state.running .state.waiting }}{{ $running = true }}{{ end }}
{{- if dig "state" "terminated" "exitCode" 0 . }}{{ $failed = true }}{{ end }}
{{- end }}
phase: {{ if $unstarted }}Pending{{ else if $running }}Running{{ else if $failed }}Failed{{ else }}Succeeded{{ end }}
startTime: {{ default $now .status.startTime | quote }}
hostIP: {{ NodeIPWith .spec.nodeName | quote }}
{{- if $running }}
podIP: {{ PodIPWith .spec.nodeName (default false .spec.hostNetwork) .metadata.uid .metadata.name .metadata.namespace | quote }}
{{- end }}
containerStatuses: {{ $statuses | toJson }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ default $now .status.startTime | quote }}}
{{- range list "Ready" "ContainersReady" }}
{{- if $unready }}
- {type: {{ . }}, status: "False", reason: ContainersNotReady, message: "containers with unready status: [{{ join " " $unready }}]", lastTransitionTime: {{ $now | quote }}}
{{- else }}
- {type: {{ . }}, status: "True", reason: null, message: null, lastTransitionTime: {{ $now | quote }}}
{{- end }}
{{- end }}
`

/** kwok's own events have fixed texts; an applied Event can name the image. */
const eventTemplate = (stage: PodStage) => `
{{- $message := "" }}${throughContainers(stage, `{{ $message = ${stage.event.message} }}`, '')}
apiVersion: v1
kind: Event
metadata:
  name: {{ printf "%s.%s" .metadata.name (randAlpha 12 | lower) }}
  namespace: {{ .metadata.namespace }}
involvedObject:
  apiVersion: v1
  kind: Pod
  name: {{ .metadata.name }}
  namespace: {{ .metadata.namespace }}
  uid: {{ .metadata.uid }}
type: ${stage.event.type}
reason: ${stage.event.reason}
message: {{ $message | toJson }}
count: 1
firstTimestamp: {{ $now | quote }}
lastTimestamp: {{ $now | quote }}
source: {component: kubelet, host: {{ .spec.nodeName }}}
`

const stage = (kind: 'Pod' | 'Node', name: string, when: readonly Requirement[], after: number, steps: object[]) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: `${kind.toLowerCase()}-${name}` },
  spec: {
    resourceRef: { apiGroup: 'v1', kind },
    selector: { matchExpressions: when.map((jq) => ({ jq })) },
    delay: { durationMilliseconds: after },
    steps,
  },
})

const nodeStatus = `
{{- $now := now | date "2006-01-02T15:04:05Z07:00" }}
conditions:
{{- range NodeConditions }}
- {type: {{ .type }}, status: {{ .status | quote }}, reason: {{ .reason }}, message: {{ .message | quote }}, lastHeartbeatTime: {{ $now | quote }}, lastTransitionTime: {{ $now | quote }}}
{{- end }}
addresses:
- {type: InternalIP, address: {{ NodeIP | quote }}}
- {type: Hostname, address: {{ .metadata.name }}}
allocatable: {cpu: "64", memory: 256Gi, pods: "4000"}
capacity: {cpu: "64", memory: 256Gi, pods: "4000"}
nodeInfo: {architecture: amd64, operatingSystem: linux, kubeletVersion: kwok, kubeProxyVersion: kwok, containerRuntimeVersion: kwok, kernelVersion: kwok, osImage: kwok, bootID: "", machineID: "", systemUUID: ""}
`

const statusPatch = (template: string) => ({
  patch: { subresource: 'status', root: 'status', type: 'strategic', template },
})

/** All stages, in the form kwok reads from one file. */
export const stages: readonly object[] = [
  stage('Node', 'ready', [absent('.status.conditions[]? | select(.type == "Ready" and .status == "True")')], 0, [
    statusPatch(nodeStatus),
  ]),
  ...podStages.map((row) =>
    stage(
      'Pod',
      row.name,
      [absent('.metadata.deletionTimestamp'), ...(row.name === 'replace' ? [] : [absent(imagesDiffer)]), ...row.when],
      row.after,
      [statusPatch(statusTemplate(row)), { apply: { template: eventTemplate(row) } }],
    ),
  ),
  stage('Pod', 'delete', [exists('.metadata.deletionTimestamp'), absent('.metadata.finalizers[]?')], 300, [
    { delete: true },
  ]),
]
