import type { FieldError } from '../resource.ts'
import { duplicate, invalid, notSupported, required } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { descendingErrors } from './path-validation.ts'
import { isRecord, list, record, records, text, texts, type Json } from './read.ts'

/** What is wrong with the security contexts of pods and containers (Kubernetes 1.21, in its order; nothing of Windows). */

const procMounts = ['Default', 'Unmasked']

export function containerSecurityErrors(value: unknown, field: string): FieldError[] {
  if (!isRecord(value)) return []
  const proc = value['procMount']
  return [
    ...idErrors(value, ['runAsUser', 'runAsGroup'], field),
    ...(typeof proc === 'string' && !procMounts.includes(proc)
      ? [notSupported(`${field}.procMount`, proc, procMounts)]
      : []),
    ...seccompErrors(value['seccompProfile'], `${field}.seccompProfile`),
    ...escalationErrors(value, field),
  ]
}

/** Who has all rights, or that of the system's administration, can take any other. */
function escalationErrors(context: Json, field: string): FieldError[] {
  if (context['allowPrivilegeEscalation'] !== false) return []
  const printed = new GoText('core.SecurityContext{…}')
  const added = texts(record(context['capabilities'])['add']).filter((one) => one === 'CAP_SYS_ADMIN')
  const no = 'cannot set `allowPrivilegeEscalation` to false and'
  return [
    ...(context['privileged'] === true ? [invalid(field, printed, `${no} \`privileged\` to true`)] : []),
    ...added.map(() => invalid(field, printed, `${no} \`capabilities.Add\` CAP_SYS_ADMIN`)),
  ]
}

const largestId = 2147483647

function idErrors(context: Json, names: readonly string[], field: string): FieldError[] {
  return names.flatMap((name) => numberErrors(context[name], `${field}.${name}`))
}

function numberErrors(id: unknown, field: string): FieldError[] {
  if (typeof id !== 'number' || (id >= 0 && id <= largestId)) return []
  return [invalid(field, id, `must be between 0 and ${largestId}, inclusive`)]
}

const fsGroupPolicies = ['Always', 'OnRootMismatch']

export function podSecurityErrors(spec: Json, field: string): FieldError[] {
  const context = spec['securityContext']
  if (!isRecord(context)) return []
  const policy = context['fsGroupChangePolicy']
  return [
    ...idErrors(context, ['fsGroup', 'runAsUser', 'runAsGroup'], field),
    ...list(context['supplementalGroups']).flatMap((id, index) =>
      numberErrors(id, `${field}.supplementalGroups[${index}]`),
    ),
    ...(spec['shareProcessNamespace'] === true && spec['hostPID'] === true
      ? [invalid(`${field}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : []),
    ...sysctlErrors(records(context['sysctls']), `${field}.sysctls`),
    ...(typeof policy === 'string' && !fsGroupPolicies.includes(policy)
      ? [notSupported(`${field}.fsGroupChangePolicy`, policy, fsGroupPolicies)]
      : []),
    ...seccompErrors(context['seccompProfile'], `${field}.seccompProfile`),
  ]
}

const longestSysctl = 253
const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const sysctl = `(${segment}\\.)*${segment}`
/** Since Kubernetes 1.23 a slash separates as well. */
const newerSysctl = new RegExp(`^(${segment}[./])*${segment}$`)

function sysctlErrors(sysctls: readonly Json[], field: string): FieldError[] {
  const seen = new Set<string>()
  return sysctls.flatMap((one, index) => {
    const name = text(one['name'])
    const path = `${field}[${index}].name`
    const repeated = seen.has(name)
    seen.add(name)
    if (name === '') return [required(path)]
    if (name.length > longestSysctl || !newerSysctl.test(name))
      return [invalid(path, name, `must have at most ${longestSysctl} characters and match regex ${sysctl}`)]
    return repeated ? [duplicate(path, name)] : []
  })
}

const seccompTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']

function seccompErrors(profile: unknown, field: string): FieldError[] {
  if (!isRecord(profile)) return []
  const [type, local] = [text(profile['type']), profile['localhostProfile']]
  const path = `${field}.localhostProfile`
  const errors =
    type === ''
      ? [required(`${field}.type`, 'type is required when seccompProfile is set')]
      : seccompTypes.includes(type)
        ? []
        : [notSupported(`${field}.type`, type, seccompTypes)]
  if (type !== 'Localhost') {
    const printed = new GoText('core.SeccompProfile{…}')
    return local === undefined
      ? errors
      : [...errors, invalid(path, printed, 'can only be set when seccomp type is Localhost')]
  }
  return local === undefined
    ? [...errors, required(path, 'must be set when seccomp type is Localhost')]
    : [...errors, ...descendingErrors(text(local), path)]
}
