import { windowsOptions } from './pod-rows.ts'
import { handlerConversion, probeConversion } from './probes.ts'
import { type Conversion, type Row, row, stringsOf } from './rows.ts'

const upperCase: Conversion = {
  read: (names) => stringsOf(names).map((name) => name.toUpperCase()),
  write: (names) => names,
}

/**
 * One container: v3 path, Kubernetes path. `environment`, `environmentFrom` and `ports` have files of their own; init
 * containers are flagged items of the same v3 list.
 */
export const containerRows: readonly Row[] = [
  row('name'),
  row('image'),
  row('imagePullPolicy'),
  row('workingDir'),
  row('entrypoint', 'command'),
  row('command', 'args'),
  row('stdin'),
  row('stdinOnce'),
  row('tty'),
  row('terminationMessagePath'),
  row('terminationMessagePolicy'),
  row('resources.requests'),
  row('resources.limits'),
  row('volumeDevices'),
  row('volumeMounts'),
  row('livenessProbe', 'livenessProbe', probeConversion),
  row('readinessProbe', 'readinessProbe', probeConversion),
  row('startupProbe', 'startupProbe', probeConversion),
  row('postStart', 'lifecycle.postStart', handlerConversion),
  row('preStop', 'lifecycle.preStop', handlerConversion),
  row('allowPrivilegeEscalation', 'securityContext.allowPrivilegeEscalation'),
  row('privileged', 'securityContext.privileged'),
  row('procMount', 'securityContext.procMount'),
  row('readOnly', 'securityContext.readOnlyRootFilesystem'),
  row('uid', 'securityContext.runAsUser'),
  row('runAsGroup', 'securityContext.runAsGroup'),
  row('runAsNonRoot', 'securityContext.runAsNonRoot'),
  row('capAdd', 'securityContext.capabilities.add', upperCase),
  row('capDrop', 'securityContext.capabilities.drop', upperCase),
  ...windowsOptions,
]
