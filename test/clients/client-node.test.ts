import { Writable } from 'node:stream'
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  Watch,
  type V1Deployment,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKubeconfig, serve, type Served } from './served.ts'

const namespace = 'default'
const deployment = (name: string): V1Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels: { app: name } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    },
  },
})

describe('@kubernetes/client-node', () => {
  let served: Served
  let config: KubeConfig
  let apps: AppsV1Api
  let core: CoreV1Api

  beforeAll(async () => {
    served = await serve()
    config = new KubeConfig()
    config.loadFromString(await generateKubeconfig(served.ready))
    apps = config.makeApiClient(AppsV1Api)
    core = config.makeApiClient(CoreV1Api)
  })
  afterAll(() => served[Symbol.asyncDispose]())

  test('reads the version, nodes, and workloads by label, in pages', async () => {
    expect(await config.makeApiClient(VersionApi).getCode()).toHaveProperty('gitVersion')
    expect((await core.listNode()).items.length).toBeGreaterThan(0)
    for (const name of ['one', 'two', 'three']) {
      await apps.createNamespacedDeployment({ namespace, body: deployment(`page-${name}`) })
    }
    const names: (string | undefined)[] = []
    let next: string | undefined
    do {
      const labelSelector = 'app in (page-one, page-two, page-three)'
      const page = await apps.listNamespacedDeployment({
        namespace,
        labelSelector,
        limit: 2,
        ...(next && { _continue: next }),
      })
      names.push(...page.items.map(({ metadata }) => metadata?.name))
      next = page.metadata?._continue
    } while (next)
    expect(names).toEqual(['page-one', 'page-three', 'page-two'])
  })

  test('an informer sees a workload created, changed and deleted', async () => {
    const name = 'informed'
    const list = () => apps.listNamespacedDeployment({ namespace, labelSelector: `app=${name}` })
    const informer = makeInformer(config, `/apis/apps/v1/namespaces/${namespace}/deployments`, list, `app=${name}`)
    const seen: string[] = []
    const until = (what: RegExp) =>
      expect.poll(() => seen.find((line) => what.test(line)), { timeout: 20_000 }).toBeDefined()
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, ({ spec, status }) => {
        seen.push(`${verb} ${spec?.template.spec?.containers[0]?.image} ${status?.readyReplicas ?? 0}`)
      })
    }
    await informer.start()
    try {
      await apps.createNamespacedDeployment({ namespace, body: deployment(name) })
      await until(/^add registry\.example\/app:1 0$/)
      await until(/^update registry\.example\/app:1 1$/)
      const image = 'registry.example/app:2'
      await apps.patchNamespacedDeployment(
        { name, namespace, body: { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } } },
        setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
      )
      await until(/^update registry\.example\/app:2/)
      await apps.deleteNamespacedDeployment({ name, namespace, propagationPolicy: 'Foreground' })
      await until(/^delete registry\.example\/app:2/)
    } finally {
      await informer.stop()
    }
  })

  test.each([
    [PatchStrategy.JsonPatch, [{ op: 'replace', path: '/spec/replicas', value: 2 }]],
    [PatchStrategy.MergePatch, { spec: { replicas: 2 } }],
    [PatchStrategy.StrategicMergePatch, { spec: { replicas: 2 } }],
  ])('patches by %s', async (type, body) => {
    const name = `patched-${type.replaceAll(/\W/g, '-')}`.slice(0, 40)
    await apps.createNamespacedDeployment({ namespace, body: deployment(name) })
    const patched = await apps.patchNamespacedDeployment(
      { name, namespace, body },
      setHeaderOptions('Content-Type', type),
    )
    expect(patched.spec?.replicas).toBe(2)
    expect(patched.spec?.template.spec?.containers[0]?.image).toBe('registry.example/app:1')
  })

  test('applies objects of any kind server-side, with field ownership', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config)
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace }, data: { one: '1' } }
    for (let time = 1; time <= 2; time++) {
      await objects.patch(body, undefined, undefined, 'tester', true, PatchStrategy.ServerSideApply)
    }
    const read = await core.readNamespacedConfigMap({ name: 'applied', namespace })
    expect(read.data).toEqual({ one: '1' })
    expect(read.metadata?.managedFields).toMatchObject([{ manager: 'tester', operation: 'Apply' }])
  })

  test('refusals are the client’s exceptions with Kubernetes’ messages', async () => {
    const creating = core.createNamespace({ body: { metadata: { name: namespace } } })
    await expect(creating).rejects.toBeInstanceOf(ApiException)
    await expect(creating).rejects.toMatchObject({ code: 409 })
    await expect(core.readNamespacedPod({ name: 'nobody', namespace })).rejects.toThrow(/pods \\+"nobody\\+" not found/)
  })

  test('watches events and reads a container’s log', async () => {
    const name = 'talks'
    const stop = { now: () => {} }
    const created = new Promise<void>((resolve, reject) => {
      const path = `/api/v1/namespaces/${namespace}/events`
      const see = (_: string, event: { reason?: string; involvedObject?: { name?: string } }) => {
        if (event.reason === 'Started' && event.involvedObject?.name?.startsWith(name)) resolve()
      }
      new Watch(config)
        .watch(path, {}, see, () => {})
        .then((controller) => (stop.now = () => controller.abort()))
        .catch(reject)
    })
    await apps.createNamespacedDeployment({ namespace, body: deployment(name) })
    await created
    stop.now()
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
    let text = ''
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString()
        done()
      },
    })
    const ended = new Promise((resolve) => sink.on('finish', resolve))
    await new Log(config).log(namespace, items[0]?.metadata?.name ?? '', 'app', sink)
    await ended
    expect(text).not.toBe('')
  })
})
