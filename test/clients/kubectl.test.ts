import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectl } from './outside-clients.ts'
import { generateKubeconfig, run, serve, type Served } from './served.ts'

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: hello, namespace: default, labels: { app: hello } }
spec:
  replicas: 2
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      containers:
        - { name: hello, image: 'nginx:1.25', ports: [{ containerPort: 80 }] }
`

describe.skipIf(!kubectl)('kubectl through /k8s/clusters/<id>', () => {
  let served: Served
  let home: string

  beforeAll(async () => {
    served = await serve()
    home = await mkdtemp(join(tmpdir(), 'drover-kubectl-'))
    await writeFile(join(home, 'kubeconfig'), await generateKubeconfig(served.ready), { mode: 0o600 })
    await writeFile(join(home, 'hello.yaml'), manifest)
  })
  afterAll(() => served[Symbol.asyncDispose]())

  function ask(...args: string[]) {
    return run('kubectl', args, { cwd: home, env: { KUBECONFIG: join(home, 'kubeconfig'), HOME: home } })
  }

  /** Sequential: each step depends on the previous one. */
  const steps: [args: string[], says: RegExp][] = [
    [['get', 'nodes'], /Ready/],
    [['wait', 'deployment/admin-master', '--for=condition=Available', '--timeout=30s'], /condition met/],
    [['get', 'deployments'], /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\n(.*\n)*admin-master +1\/1 +1 +1 /],
    [['describe', 'deployment', 'admin-master'], /Image: +10\.212\.82\.86:1180\/java\/admin-master:32/],
    [['get', 'service', 'admin-master-nodeport'], /NodePort .* 8088:32572\/TCP/],
    [['apply', '-f', 'hello.yaml'], /deployment\.apps\/hello created/],
    [['rollout', 'status', 'deployment/hello', '--timeout=30s'], /successfully rolled out/],
    [['apply', '-f', 'hello.yaml'], /deployment\.apps\/hello unchanged/],
    [['set', 'image', 'deployment/hello', 'hello=nginx:1.26'], /image updated/],
    [['rollout', 'status', 'deployment/hello', '--timeout=30s'], /successfully rolled out/],
    [['rollout', 'history', 'deployment/hello'], /\n1 +.*\n2 +/],
    [['rollout', 'undo', 'deployment/hello'], /rolled back/],
    [['rollout', 'status', 'deployment/hello', '--timeout=30s'], /successfully rolled out/],
    [['get', 'deployment', 'hello', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'], /^nginx:1\.25$/],
    [['scale', 'deployment/hello', '--replicas=3'], /scaled/],
    [['wait', 'deployment/hello', '--for=jsonpath={.status.readyReplicas}=3', '--timeout=30s'], /condition met/],
    [['get', 'pods', '-l', 'app=hello', '-o', 'name'], /^(pod\/hello-\S+\n){3}$/],
    [['describe', 'pod', '-l', 'app=hello'], /Image: +nginx:1\.25/],
    [['delete', 'deployment', 'hello', '--timeout=30s'], /deleted/],
    [['wait', 'pod', '-l', 'app=hello', '--for=delete', '--timeout=30s'], /^(.* condition met\n)*$/],
  ]

  test.each(steps)('kubectl %j', async (args, says) => {
    const { code, out, err } = await ask(...args)
    expect({ code, err: err.replace(/^(Warning|[EIW]\d{4}).*\n/gm, '') }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(says)
  })

  test('words a refusal as Kubernetes does', async () => {
    const { code, err } = await ask('get', 'deployment', 'nosuch')
    expect(code).toBe(1)
    expect(err).toContain('Error from server (NotFound): deployments.apps "nosuch" not found')
  })
})
