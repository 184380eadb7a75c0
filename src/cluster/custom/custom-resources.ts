import type { Api } from '../verbs/api.ts'
import { customType, type DefinitionNames, type DefinitionSpec, type DefinitionVersion } from './custom-types.ts'
import { invalid, required } from '../kinds/field-errors.ts'
import { GoText, goQuote } from '../kinds/go-print.ts'
import { dns1035Label } from '../kinds/names.ts'
import { copyValue, sameValue, timestamp } from '../metadata.ts'
import type { FieldError, KubeObject, ResourceType } from '../resource.ts'
import type { ResourceTypes } from '../resource-types.ts'

const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

interface Condition {
  type: string
  status: 'True' | 'False'
  lastTransitionTime?: string
  reason: string
  message: string
}

/** The row of CustomResourceDefinition, with what makes its objects work. */
export function definitionType(row: ResourceType, now: () => number): ResourceType {
  return {
    ...row,
    prepareForCreate(object) {
      const storage = specOf(object).versions?.find(({ storage: stored }) => stored)
      object.status = {
        conditions: null,
        acceptedNames: { plural: '', kind: '' },
        storedVersions: storage ? [storage.name] : null,
      }
    },
    // A definition is marked by its own door, which knows no grace and counts no generation.
    prepareForDelete(object) {
      const { metadata } = object
      delete metadata.deletionGracePeriodSeconds
      if (metadata.generation !== undefined) metadata.generation -= 1
      object.metadata.finalizers = [...(object.metadata.finalizers ?? []), cleanup]
      setCondition(object, now(), {
        type: 'Terminating',
        status: 'True',
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      })
    },
    validate: (object, old) => [...(row.validate?.(object, old) ?? []), ...definitionErrors(object)],
  }
}

function specOf(object: KubeObject): DefinitionSpec {
  return (object.spec ?? {}) as unknown as DefinitionSpec
}

function definitionErrors(object: KubeObject): FieldError[] {
  const { names, group, scope }: Partial<DefinitionSpec> = specOf(object)
  if (!group) return [required('spec.group')]
  if (!names?.plural) return [required('spec.names.plural')]
  if (!names.kind) return [required('spec.names.kind')]
  const errors: FieldError[] = []
  const name = object.metadata.name ?? ''
  if (name !== `${names.plural}.${group}`) {
    const message = `Invalid value: ${JSON.stringify(name)}: must be spec.names.plural+"."+spec.group`
    errors.push({ reason: 'FieldValueInvalid', field: 'metadata.name', message })
  }
  if (scope !== 'Namespaced' && scope !== 'Cluster') {
    const message = `Unsupported value: ${JSON.stringify(scope)}: supported values: "Cluster", "Namespaced"`
    errors.push({ reason: 'FieldValueNotSupported', field: 'spec.scope', message })
  }
  return [...errors, ...nameErrors(names), ...versionErrors(object)]
}

function nameErrors(names: DefinitionNames): FieldError[] {
  const checked = [
    ['kind', names.kind],
    ['listKind', names.listKind],
  ] as const
  return checked.flatMap(([field, name]) =>
    name === undefined
      ? []
      : dns1035Label(name.toLowerCase()).map((detail) =>
          invalid(`spec.names.${field}`, name, `may have mixed case, but should otherwise match: ${detail}`),
        ),
  )
}

function versionErrors(object: KubeObject): FieldError[] {
  const { versions = [] } = specOf(object) as Partial<DefinitionSpec>
  const { storedVersions } = (object.status ?? {}) as { storedVersions?: string[] }
  const errors: FieldError[] = []
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const printed = new GoText(`[]apiextensions.CustomResourceDefinitionVersion{${versions.map(goVersion).join(', ')}}`)
    errors.push(invalid('spec.versions', printed, 'must have exactly one version marked as storage version'))
  }
  if (!storedVersions?.length) {
    const printed = new GoText('[]string(nil)')
    errors.push(invalid('status.storedVersions', printed, 'must have at least one stored version'))
  }
  return errors
}

/** What all versions share is kept elsewhere in Kubernetes' own form, so these members are never set. */
function goVersion({ name, served, storage }: DefinitionVersion): string {
  const unset =
    'Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil)'
  return `apiextensions.CustomResourceDefinitionVersion{Name:${goQuote(name)}, Served:${served}, Storage:${storage}, ${unset}}`
}

/**
 * Keeps the served resources in step with the definitions: a new definition is served before its create is answered; a
 * deleted one takes its objects with it.
 */
export function serveCustomResources(api: Api, registry: ResourceTypes, definitions: ResourceType, now: () => number) {
  const served = new Map<string, ResourceType[]>()

  const drop = (name: string): void => {
    for (const type of served.get(name) ?? []) registry.remove(type)
    served.delete(name)
  }

  const serve = (definition: KubeObject): boolean => {
    const name = definition.metadata.name ?? ''
    drop(name)
    const spec = specOf(definition)
    if (isTaken(spec, registry)) return false
    const types = spec.versions.filter((version) => version.served).map((version) => customType(spec, version))
    for (const type of types) registry.add(type)
    served.set(name, types)
    return true
  }

  const cleanUp = async (definition: KubeObject): Promise<void> => {
    const [type] = served.get(definition.metadata.name ?? '') ?? []
    if (type) {
      const objects = api.list(type)
      await Promise.allSettled(objects.map(({ metadata }) => api.delete(type, metadata.namespace, metadata.name ?? '')))
    }
    const today = api.find(definitions, undefined, definition.metadata.name ?? '')
    if (!today?.metadata.finalizers?.includes(cleanup)) return
    const object = copyValue(today)
    object.metadata.finalizers = object.metadata.finalizers?.filter((finalizer) => finalizer !== cleanup) ?? []
    await api.update(definitions, object, { fieldManager })
  }

  const settle = async (definition: KubeObject): Promise<void> => {
    if (definition.metadata.deletionTimestamp !== undefined) return cleanUp(definition)
    const accepted = serve(definition)
    const object = copyValue(definition)
    acceptNames(object, accepted, now())
    if (!sameValue(object.status, definition.status)) await api.updateStatus(definitions, object, { fieldManager })
  }

  for (const definition of api.list(definitions)) run(settle(definition))
  return api.observe(definitions, ({ type, object }) => {
    if (type === 'DELETED') drop(object.metadata.name ?? '')
    else run(settle(object))
  })
}

const fieldManager = 'drover'

/** A write that meets a newer version is not needed: that version's event comes too. */
function run(work: Promise<void>): void {
  work.catch((error: unknown) => {
    const { code } = error as { code?: unknown }
    if (code !== 409 && code !== 404) process.emitWarning(error instanceof Error ? error : String(error))
  })
}

/** Another resource of the group has the kind or the plural. */
function isTaken({ group, names }: DefinitionSpec, registry: ResourceTypes): boolean {
  return registry
    .all()
    .some((type) => type.group === group && (type.kind === names.kind || type.plural === names.plural))
}

function acceptNames(object: KubeObject, accepted: boolean, now: number): void {
  const { names } = specOf(object)
  const before = (object.status ?? {}) as { acceptedNames?: DefinitionNames }
  const acceptedNames = accepted ? names : (before.acceptedNames ?? { plural: '', kind: '' })
  object.status = { ...object.status, acceptedNames }
  if (!accepted) {
    const reason = 'KindConflict'
    const message = `${JSON.stringify(names.kind)} is already in use`
    setCondition(object, now, { type: 'NamesAccepted', status: 'False', reason, message })
    setCondition(object, now, {
      type: 'Established',
      status: 'False',
      reason: 'NotAccepted',
      message: 'not all names are accepted',
    })
    return
  }
  setCondition(object, now, {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  })
  setCondition(object, now, {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  })
}

/** Keeps the time of the last change of its status. */
function setCondition(object: KubeObject, now: number, condition: Condition): void {
  const conditions = ((object.status?.['conditions'] ?? []) as Condition[]).slice()
  const index = conditions.findIndex(({ type }) => type === condition.type)
  const before = conditions[index]
  const since = before?.status === condition.status ? before.lastTransitionTime : undefined
  const { type, status, reason, message } = condition
  const next = { type, status, lastTransitionTime: since ?? timestamp(now), reason, message }
  if (index < 0) conditions.push(next)
  else conditions[index] = next
  object.status = { ...object.status, conditions }
}
