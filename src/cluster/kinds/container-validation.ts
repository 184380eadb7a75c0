import type { FieldError } from '../resource.ts'
import { validateEnv, validateEnvFrom } from './env-validation.ts'
import { duplicate, forbidden, invalid, invalidEach, notNegative, notSupported, required } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { deviceErrors, mountErrors } from './mount-validation.ts'
import { dnsLabel, httpHeaderName, portName, portNumber } from './names.ts'
import { isRecord, list, number, records, text, type Json } from './read.ts'
import { validateResources } from './resource-validation.ts'
import { containerSecurityErrors } from './security-validation.ts'
import type { Volumes } from './volume-validation.ts'

/** What is wrong with a pod's containers (core validation of Kubernetes 1.21), in its order. */
export function validateContainers(value: unknown, volumes: Volumes, field: string): FieldError[] {
  const containers = records(value)
  if (containers.length === 0) return [required(field)]
  return [...validateEach(containers, volumes, field), ...hostPortConflicts(containers, field)]
}

/** Init containers may not share names with the containers, and live too shortly to be looked after. */
export function validateInitContainers(
  value: unknown,
  containers: unknown,
  volumes: Volumes,
  field: string,
): FieldError[] {
  const inits = records(value)
  const taken = new Set(records(containers).map((one) => text(one['name'])))
  return [
    ...validateEach(inits, volumes, field),
    ...inits.flatMap((one) => hostPortConflicts([one], field)),
    ...inits.flatMap((one, index) => {
      const name = text(one['name'])
      const errors = taken.has(name) ? [duplicate(`${field}[${index}].name`, name)] : []
      if (name !== '') taken.add(name)
      return [...errors, ...initErrors(one, `${field}[${index}]`)]
    }),
  ]
}

const ofLongLives = {
  lifecycle: 'core.Lifecycle{…}',
  livenessProbe: 'core.Probe{…}',
  readinessProbe: 'core.Probe{…}',
  startupProbe: 'core.Probe{…}',
} as const

/** Those that go on beside the containers (since Kubernetes 1.28) are looked after as they are. */
function initErrors(container: Json, field: string): FieldError[] {
  if (container['restartPolicy'] === 'Always') return []
  return Object.entries(ofLongLives)
    .filter(([name]) => isRecord(container[name]))
    .map(([name, printed]) => invalid(`${field}.${name}`, new GoText(printed), 'must not be set for init containers'))
}

function validateEach(containers: Json[], volumes: Volumes, field: string): FieldError[] {
  const taken = new Set<string>()
  return containers.flatMap((container, index) => {
    const path = `${field}[${index}]`
    const name = text(container['name'])
    const errors = name === '' ? [required(`${path}.name`)] : invalidEach(`${path}.name`, name, dnsLabel(name))
    if (taken.has(name)) errors.push(duplicate(`${path}.name`, name))
    taken.add(name)
    return [...errors, ...validateContainer(container, volumes, path)]
  })
}

function validateContainer(container: Json, volumes: Volumes, path: string): FieldError[] {
  return [
    ...(text(container['image']) === '' ? [required(`${path}.image`)] : []),
    ...lifecycleErrors(container['lifecycle'], `${path}.lifecycle`),
    ...probeErrors(container['livenessProbe'], `${path}.livenessProbe`),
    ...patientErrors(container['readinessProbe'], `${path}.readinessProbe`),
    // Kubernetes 1.21 asks this twice, and its causes show it
    ...probeErrors(container['startupProbe'], `${path}.startupProbe`),
    ...onceSuccessful(container['livenessProbe'], `${path}.livenessProbe`),
    ...probeErrors(container['startupProbe'], `${path}.startupProbe`),
    ...onceSuccessful(container['startupProbe'], `${path}.startupProbe`),
    ...messagePolicyErrors(text(container['terminationMessagePolicy']), `${path}.terminationMessagePolicy`),
    ...probeErrors(container['readinessProbe'], `${path}.readinessProbe`),
    ...portErrors(records(container['ports']), `${path}.ports`),
    ...validateEnv(container['env'], `${path}.env`),
    ...validateEnvFrom(container['envFrom'], `${path}.envFrom`),
    ...mountErrors(container, volumes, `${path}.volumeMounts`),
    ...deviceErrors(container, volumes, `${path}.volumeDevices`),
    ...pullPolicyErrors(text(container['imagePullPolicy']), `${path}.imagePullPolicy`),
    ...validateResources(container['resources'], `${path}.resources`),
    ...containerSecurityErrors(container['securityContext'], `${path}.securityContext`),
  ]
}

/** What is looked at in a pod and not in a template, which may have it for historical reasons. */
export function imageBlankErrors(containers: unknown, field: string): FieldError[] {
  return records(containers).flatMap((container, index) => {
    const image = text(container['image'])
    const path = `${field}[${index}].image`
    return image === image.trim() ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')]
  })
}

function messagePolicyErrors(policy: string, field: string): FieldError[] {
  const detail = "must be 'File' or 'FallbackToLogsOnError'"
  if (policy === '') return [required(field, detail)]
  return policy === 'File' || policy === 'FallbackToLogsOnError' ? [] : [invalid(field, policy, detail)]
}

function pullPolicyErrors(policy: string, field: string): FieldError[] {
  if (policy === '') return [required(field)]
  const supported = ['Always', 'IfNotPresent', 'Never']
  return supported.includes(policy) ? [] : [notSupported(field, policy, supported)]
}

function lifecycleErrors(value: unknown, field: string): FieldError[] {
  if (!isRecord(value)) return []
  return ['postStart', 'preStop'].flatMap((hook) => {
    const handler = value[hook]
    if (!isRecord(handler) || isRecord(handler['sleep'])) return []
    return handlerErrors(handler, `${field}.${hook}`)
  })
}

function probeErrors(probe: unknown, field: string): FieldError[] {
  if (!isRecord(probe)) return []
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']
  return [...handlerErrors(probe, field), ...numbers.flatMap((name) => notNegative(`${field}.${name}`, probe[name]))]
}

/** Nobody waits for a container that is not ready to end. */
function patientErrors(probe: unknown, field: string): FieldError[] {
  const seconds = isRecord(probe) ? probe['terminationGracePeriodSeconds'] : undefined
  if (typeof seconds !== 'number') return []
  return [invalid(`${field}.terminationGracePeriodSeconds`, seconds, 'must not be set for readinessProbes')]
}

/** Liveness and startup probes succeed by one success. */
function onceSuccessful(probe: unknown, field: string): FieldError[] {
  if (!isRecord(probe) || number(probe['successThreshold']) === 1) return []
  return [invalid(`${field}.successThreshold`, number(probe['successThreshold']), 'must be 1')]
}

const handlers = {
  exec: (action: Json, field: string) => (list(action['command']).length === 0 ? [required(`${field}.command`)] : []),
  httpGet: httpGetErrors,
  tcpSocket: (action: Json, field: string) => portErrorsOf(action['port'], `${field}.port`),
  grpc: (action: Json, field: string) => portErrorsOf(action['port'], `${field}.port`),
} as const

function handlerErrors(handler: Json, field: string): FieldError[] {
  const errors: FieldError[] = []
  let found = 0
  for (const [name, validate] of Object.entries(handlers)) {
    const action = handler[name]
    if (!isRecord(action)) continue
    found += 1
    if (found > 1) errors.push(forbidden(`${field}.${name}`, 'may not specify more than 1 handler type'))
    else errors.push(...validate(action, `${field}.${name}`))
  }
  return found === 0 ? [required(field, 'must specify a handler type')] : errors
}

function httpGetErrors(action: Json, field: string): FieldError[] {
  const scheme = text(action['scheme'])
  const supported = ['HTTP', 'HTTPS']
  return [
    ...(text(action['path']) === '' ? [required(`${field}.path`)] : []),
    ...portErrorsOf(action['port'], `${field}.port`),
    ...(supported.includes(scheme) ? [] : [notSupported(`${field}.scheme`, scheme, supported)]),
    ...records(action['httpHeaders']).flatMap((header) =>
      invalidEach(`${field}.httpHeaders`, text(header['name']), httpHeaderName(text(header['name']))),
    ),
  ]
}

/** A port by number or by name. */
export function portErrorsOf(port: unknown, field: string): FieldError[] {
  if (typeof port === 'string') return invalidEach(field, port, portName(port))
  return invalidEach(field, number(port), portNumber(number(port)))
}

export const protocols = ['SCTP', 'TCP', 'UDP']

function portErrors(ports: Json[], field: string): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap((port, index) => {
    const path = `${field}[${index}]`
    const errors = portNameErrors(text(port['name']), names, `${path}.name`)
    const containerPort = number(port['containerPort'])
    if (containerPort === 0) errors.push(required(`${path}.containerPort`))
    else errors.push(...invalidEach(`${path}.containerPort`, containerPort, portNumber(containerPort)))
    const hostPort = number(port['hostPort'])
    if (hostPort !== 0) errors.push(...invalidEach(`${path}.hostPort`, hostPort, portNumber(hostPort)))
    return [...errors, ...protocolErrors(text(port['protocol']), `${path}.protocol`)]
  })
}

function portNameErrors(name: string, names: Set<string>, field: string): FieldError[] {
  if (name === '') return []
  const wrong = portName(name)
  if (wrong.length > 0) return invalidEach(field, name, wrong)
  if (names.has(name)) return [duplicate(field, name)]
  names.add(name)
  return []
}

export function protocolErrors(protocol: string, field: string): FieldError[] {
  if (protocol === '') return [required(field)]
  return protocols.includes(protocol) ? [] : [notSupported(field, protocol, protocols)]
}

function hostPortConflicts(containers: Json[], field: string): FieldError[] {
  const taken = new Set<string>()
  return containers.flatMap((container, index) =>
    records(container['ports']).flatMap((port, at) => {
      const hostPort = number(port['hostPort'])
      if (hostPort === 0) return []
      const key = `${text(port['protocol'])}/${text(port['hostIP'])}/${hostPort}`
      if (taken.has(key)) return [duplicate(`${field}[${index}].ports[${at}].hostPort`, key)]
      taken.add(key)
      return []
    }),
  )
}
