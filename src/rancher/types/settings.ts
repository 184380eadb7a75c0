import { changesOf } from '../changes.ts'
import { V3Error } from '../failure.ts'
import { settingOf, type Realm } from '../realm.ts'
import { apiVersion, creatorLabel, paths, type Setting } from '../state.ts'
import { toText } from '../validate.ts'
import type { Body, Resource, V3Type } from '../v3-type.ts'
import { metadataFields, notFound } from './metadata.ts'
import { settingDefaults } from './setting-defaults.ts'

export function settingType(realm: Realm): V3Type {
  return {
    id: 'setting',
    scope: 'management',
    projectKeys: 'read',
    openToSelf: true,
    perCaller: true,
    withheldLinks: ({ id }, { caller }) => (readOnly(id ?? '') || caller.reach.kind !== 'everything' ? ['update'] : []),
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

/** Rows of the table are objects of the cluster too, so that each has its own uuid and creation. */
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

function readOnly(name: string): boolean {
  return settingDefaults[name]?.readOnly !== undefined
}

function settingResource(realm: Realm, setting: Setting): Resource {
  const name = setting.metadata.name ?? ''
  const row = settingDefaults[name]
  const set = ownValues[name]?.(realm) ?? setting.spec.value ?? ''
  const fallback = row?.value ?? ''
  const source = row?.readOnly === 'env' ? 'env' : set === '' ? 'default' : 'db'
  return {
    id: name,
    type: 'setting',
    ...metadataFields(setting),
    name,
    value: set === '' ? fallback : set,
    default: fallback,
    source,
    customized: source === 'db',
  }
}

/** What only the server itself knows. */
const ownValues: Readonly<Record<string, (realm: Realm) => string>> = {
  cacerts: ({ cacerts }) => cacerts,
  'install-uuid': ({ installed }) => installed.uid,
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
  refuseReadOnly(name)
  const spec = { value: toText(body['value'] ?? setting.spec.value) }
  return settingResource(realm, await patchValue(realm, name, spec))
}

function refuseReadOnly(name: string): void {
  const reason = settingDefaults[name]?.readOnly
  if (reason === undefined) return
  const because = reason === 'env' ? ' because its value is from environment variable' : ''
  throw new V3Error('MethodNotAllow', `${name} is readOnly${because}`)
}

async function patchValue({ cluster, settings }: Realm, name: string, spec: Setting['spec']): Promise<Setting> {
  const path = `${paths.settings}/${encodeURIComponent(name)}`
  const stored = await cluster.kube.patch<Setting>(path, { type: 'merge', body: { spec } })
  settings.accept(stored)
  return stored
}

/** A setting of the table goes back to its default; another one goes. */
async function removeSetting(realm: Realm, name: string): Promise<undefined> {
  required(realm, name)
  if (readOnly(name)) throw new V3Error('MethodNotAllow', `Cannot delete readOnly setting ${name}.`)
  if (settingDefaults[name]) {
    await patchValue(realm, name, { value: '' })
  } else {
    await realm.cluster.kube.remove(`${paths.settings}/${encodeURIComponent(name)}`)
    realm.settings.forget(name)
  }
  return undefined
}
