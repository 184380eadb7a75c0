import type { Caller } from '../access/caller.ts'
import { changesOf } from '../kubernetes/changes.ts'
import { V3Error } from '../answer/failure.ts'
import { settingOf, type Realm } from '../realm.ts'
import { apiVersion, creatorLabel, paths, type Setting } from '../kubernetes/state.ts'
import { toText } from '../schema/go-text.ts'
import type { Body, Resource, V3Type } from '../schema/v3-type.ts'
import { metadataFields, notFound } from './metadata.ts'
import { settingDefaults } from './setting-defaults.ts'

export function settingType(realm: Realm): V3Type {
  return {
    id: 'setting',
    scope: 'management',
    projectKeys: 'read',
    openToSelf: true,
    perCaller: true,
    withheldLinks: ({ id = '' }, { caller }) => (mayUpdate(realm, caller, id) ? [] : ['update']),
    store: {
      list: async () => [...realm.settings.all()].map((object) => settingResource(realm, object as Setting)),
      get: async (_call, id) => settingResource(realm, required(realm, id)),
      create: async (_call, body) => createSetting(realm, body),
      update: async (_call, id, body) => updateSetting(realm, id, body),
      remove: async (_call, id) => removeSetting(realm, id),
      watch: (_call, signal) =>
        changesOf(realm.settings, signal, (object) => settingResource(realm, object as Setting)),
    },
  }
}

/** Settings with a default are objects of the cluster, too, so that each has its own uuid and creation time. */
export async function installSettings(realm: Realm): Promise<void> {
  const missing = Object.keys(settingDefaults).filter((name) => !realm.settings.get(name))
  await Promise.all(missing.map((name) => storeNew(realm, name, '')))
}

async function storeNew({ cluster, settings }: Realm, name: string, value: string): Promise<Setting> {
  const object = { apiVersion, kind: 'Setting', metadata: { name, labels: { ...creatorLabel } }, spec: { value } }
  const stored = await cluster.kube.create<Setting>(paths.settings, object)
  settings.accept(stored)
  return stored
}

function required(realm: Realm, name: string): Setting {
  const setting = settingOf(realm, name)
  if (!setting) throw notFound('settings', name)
  return setting
}

function mayUpdate({ environment }: Realm, { reach }: Caller, name: string): boolean {
  return reach.kind === 'everything' && name !== 'cacerts' && !Object.hasOwn(environment, name)
}

/** Values derived from the server. Rancher lets an administrator change these, except for the CA. */
const fixed = new Set(['cacerts', 'install-uuid', 'tls-min-version'])

function settingResource(realm: Realm, setting: Setting): Resource {
  const name = setting.metadata.name ?? ''
  const { value, source } = effective(realm, name)
  return {
    id: name,
    type: 'setting',
    ...metadataFields(setting),
    name,
    value,
    default: rowOf(settingDefaults, name) ?? '',
    source,
    customized: source === 'db',
  }
}

/** The effective value: the environment's, else the stored one, else the default. */
export function settingValue(realm: Realm, name: string): string {
  return effective(realm, name).value
}

function effective(realm: Realm, name: string): { value: string; source: 'env' | 'db' | 'default' } {
  const byEnvironment = rowOf(realm.environment, name)
  if (byEnvironment !== undefined) return { value: byEnvironment, source: 'env' }
  const set = rowOf(ownValues, name)?.(realm) ?? settingOf(realm, name)?.spec.value ?? ''
  return set === '' ? { value: rowOf(settingDefaults, name) ?? '', source: 'default' } : { value: set, source: 'db' }
}

/** Looks up own properties only: names are chosen by users. */
function rowOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Values that only the server knows. */
const ownValues: Readonly<Record<string, (realm: Realm) => string>> = {
  cacerts: ({ cacerts }) => cacerts,
  'install-uuid': ({ installed }) => installed.uid,
}

/** A password has been chosen; tools that set up a new server check this. */
export async function noteFirstLogin(realm: Realm): Promise<void> {
  if (settingValue(realm, 'first-login').toLowerCase() !== 'false') {
    await patchValue(realm, 'first-login', { value: 'false' })
  }
}

async function createSetting(realm: Realm, body: Body): Promise<Resource> {
  const name = toText(body['name'])
  if (realm.settings.get(name)) {
    throw new V3Error('AlreadyExists', `settings.management.cattle.io "${name}" already exists`)
  }
  return settingResource(realm, await storeNew(realm, name, toText(body['value'])))
}

async function updateSetting(realm: Realm, name: string, body: Body): Promise<Resource> {
  const setting = required(realm, name)
  refuseReadOnly(realm, name)
  const spec = { value: toText(body['value'] ?? setting.spec.value) }
  return settingResource(realm, await patchValue(realm, name, spec))
}

function refuseReadOnly({ environment }: Realm, name: string): void {
  if (Object.hasOwn(environment, name)) {
    throw new V3Error('MethodNotAllow', `${name} is readOnly because its value is from environment variable`)
  }
  if (fixed.has(name)) throw new V3Error('MethodNotAllow', `${name} is readOnly`)
}

async function patchValue({ cluster, settings }: Realm, name: string, spec: Setting['spec']): Promise<Setting> {
  const path = `${paths.settings}/${encodeURIComponent(name)}`
  const stored = await cluster.kube.patch<Setting>(path, { type: 'merge', body: { spec } })
  settings.accept(stored)
  return stored
}

/** A setting with a default is reset; any other is deleted. */
async function removeSetting(realm: Realm, name: string): Promise<undefined> {
  required(realm, name)
  const readOnly = fixed.has(name) || Object.hasOwn(realm.environment, name)
  if (readOnly) throw new V3Error('MethodNotAllow', `Cannot delete readOnly setting ${name}.`)
  if (Object.hasOwn(settingDefaults, name)) {
    await patchValue(realm, name, { value: '' })
  } else {
    await realm.cluster.kube.remove(`${paths.settings}/${encodeURIComponent(name)}`)
    realm.settings.forget(name)
  }
  return undefined
}
