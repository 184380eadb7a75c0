export interface KubeconfigParts {
  name: string
  server: string
  token: string
  /** PEM; '' for none. */
  cacerts: string
}

const lineLength = 76

/** A kubeconfig in Rancher's layout, with the CA folded in a quoted scalar. */
export function kubeconfigText({ name, server, token, cacerts }: KubeconfigParts): string {
  const quoted = JSON.stringify(name)
  const authority = cacerts === '' ? '' : `\n    certificate-authority-data: "${foldedBase64(cacerts)}"`
  return `apiVersion: v1
kind: Config
clusters:
- name: ${quoted}
  cluster:
    server: ${JSON.stringify(server)}${authority}

users:
- name: ${quoted}
  user:
    token: ${JSON.stringify(token)}

contexts:
- name: ${quoted}
  context:
    user: ${quoted}
    cluster: ${quoted}

current-context: ${quoted}
`
}

function foldedBase64(pem: string): string {
  const data = Buffer.from(pem).toString('base64')
  const first = 49
  const lines = [data.slice(0, first)]
  for (let at = first; at < data.length; at += lineLength) lines.push(data.slice(at, at + lineLength))
  return lines.join('\\\n      ')
}
