export interface SettingRow {
  value: string
  /** Why it cannot be changed: Rancher says so of what its environment sets, and of the CA. */
  readOnly?: 'env' | 'own'
}

/** The settings that clients ask for or that mean something here, with what holds until somebody sets them. */
export const settingDefaults: Readonly<Record<string, SettingRow>> = {
  'api-ui-version': { value: '1.1.6' },
  'auth-user-session-ttl-minutes': { value: '960' },
  cacerts: { value: '', readOnly: 'own' },
  'first-login': { value: 'true' },
  'install-uuid': { value: '', readOnly: 'own' },
  'k8s-version': { value: '' },
  'server-url': { value: '' },
  'server-version': { value: 'v2.4.3', readOnly: 'env' },
  'system-default-registry': { value: '' },
  'telemetry-opt': { value: 'out' },
  'tls-min-version': { value: '1.2', readOnly: 'own' },
  'ui-banners': { value: '{}' },
  'ui-index': { value: 'local' },
  'ui-path': { value: '' },
  'ui-pl': { value: 'rancher' },
}
