import type { V3Type } from '../schema/v3-type.ts'
import { persistentVolumeClaimType } from './claims.ts'
import { configMapType } from './config-maps.ts'
import { podType } from './pods.ts'
import { projectSecretTypes } from './project-secrets.ts'
import { namespacedSecretTypes } from './secrets.ts'
import { dnsRecordType, serviceType } from './services.ts'

/** Resources of a project other than workloads. */
export const projectResourceTypes: readonly V3Type[] = [
  podType,
  serviceType,
  dnsRecordType,
  configMapType,
  persistentVolumeClaimType,
  ...namespacedSecretTypes,
  ...projectSecretTypes,
]
