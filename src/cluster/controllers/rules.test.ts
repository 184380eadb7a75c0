import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSchedule } from './cron-times.ts'
import { describeReplicaSet } from './deployment/replica-sets.ts'
import { planRollingUpdate } from './deployment/rolling.ts'
import { maxSurge, maxUnavailable, told, wanted } from './deployment/sizes.ts'
import { dueTime, type CronJob } from './cron-job.ts'
import { judge, OwnerGraph, type Item } from './garbage.ts'
import { fnv32a, safeEncode, sameTemplate, shortHash, templateText } from './hash.ts'
import { deletionConditions } from './namespaces.ts'
import { resourceTypes } from '../kinds/index.ts'
import type { ResourceType } from '../resource.ts'
import { planStatefulSet, type StatefulSet } from './stateful-set.ts'
import type { Job } from './job.ts'
import { lastNotice, planJob, retryWait, sortJobPods } from './job-plan.ts'
import { selects } from '../../model/label-selector.ts'
import type { Deployment, Pod, ReplicaSet } from './objects.ts'
import { crowding, leastMissedFirst } from './pod-ranking.ts'
import { refusal, summarise } from './placement.ts'
import { parseQuantity } from './quantity.ts'
import { WorkQueue } from './work-queue.ts'

const at = (text: string) => Date.parse(text)

describe('a schedule', () => {
  it.each([
    ['* * * * *', '2026-11-23T01:48:03Z', '2026-11-23T01:49:00Z'],
    ['*/15 * * * *', '2026-11-23T01:45:00Z', '2026-11-23T02:00:00Z'],
    ['30 4 1 * *', '2026-11-23T00:00:00Z', '2026-12-01T04:30:00Z'],
    ['0 0 * * mon', '2026-11-24T00:00:00Z', '2026-11-30T00:00:00Z'],
    ['0 12 13 * 5', '2026-11-23T00:00:00Z', '2026-11-27T12:00:00Z'],
    ['0 9-17/4 * * 1-5', '2026-11-27T14:00:00Z', '2026-11-27T17:00:00Z'],
    ['0 0 29 2 *', '2026-11-23T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['@daily', '2026-11-23T01:00:00Z', '2026-11-24T00:00:00Z'],
    ['@every 90s', '2026-11-23T01:00:00Z', '2026-11-23T01:01:30Z'],
  ])('%s after %s is %s', (text, after, next) => {
    expect(new Date(parseSchedule(text)?.(at(after)) ?? 0).toISOString()).toBe(next.replace('Z', '.000Z'))
  })

  it.each([
    ['0 9 * * *', 'Asia/Shanghai', '2026-11-23T01:00:00Z', '2026-11-24T01:00:00Z'],
    ['0 9 * * *', 'Asia/Shanghai', '2026-11-23T00:00:00Z', '2026-11-23T01:00:00Z'],
    ['0 0 1 * *', 'America/New_York', '2026-11-23T00:00:00Z', '2026-12-01T05:00:00Z'],
    // skipped in spring (29 March), repeated in autumn (25 October)
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['@daily', 'Asia/Kolkata', '2026-11-23T00:00:00Z', '2026-11-23T18:30:00Z'],
  ])('%s in %s after %s is %s', (text, zone, after, next) => {
    expect(new Date(parseSchedule(text, zone)?.(at(after)) ?? 0).toISOString()).toBe(next.replace('Z', '.000Z'))
  })

  it('never matches the 30th of February', () => {
    expect(parseSchedule('0 0 30 2 *')?.(at('2026-11-23T00:00:00Z'))).toBeUndefined()
  })
})

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image }] },
})

describe('a template hash', () => {
  it('depends only on the template, not on member order', () => {
    const one = { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [{ name: 'c', image: 'x' }] } }
    const other = { spec: { containers: [{ image: 'x', name: 'c' }] }, metadata: { labels: { b: '2', a: '1' } } }
    expect(shortHash(templateText(one))).toBe(shortHash(templateText(other)))
    expect(shortHash(templateText(one), 1)).not.toBe(shortHash(templateText(one)))
    const labelled = { ...one, metadata: { labels: { ...one.metadata.labels, 'pod-template-hash': 'abc' } } }
    expect(sameTemplate(one, labelled)).toBe(true)
  })

  it('is 32-bit FNV-1a in an alphabet without vowels', () => {
    expect([fnv32a(''), fnv32a('a'), fnv32a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
    expect(safeEncode('0123456789')).toBe('456789bcdf')
  })

  it("matches Kubernetes' format", () => {
    fc.assert(fc.property(fc.string(), (text) => /^[bcdf4-9]{1,10}$/.test(shortHash(text))))
  })
})

function deploymentOf(replicas: number, surge: number | string, unavailable: number | string): Deployment {
  return {
    metadata: { name: 'web', namespace: 'n', uid: 'd' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: template('new'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
    },
  }
}

function replicaSetOf(name: string, replicas: number, available: number): ReplicaSet {
  return {
    metadata: { name, uid: name, creationTimestamp: `2026-11-23T01:00:0${name.length}Z` },
    spec: { replicas, selector: {}, template: template(name) },
    status: { replicas, availableReplicas: Math.min(available, replicas) },
  }
}

const amount = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
)

describe('a rolling update', () => {
  it('never has too many or too few available pods, and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), amount, amount, (replicas, surge, unavailable) => {
        const deployment = deploymentOf(replicas, surge, unavailable)
        let newest = replicaSetOf('new', 0, 0)
        let old = replicaSetOf('old', replicas, replicas)
        for (let step = 0; step < 100 && (told(newest) !== replicas || told(old) !== 0); step += 1) {
          for (const { replicaSet, replicas } of planRollingUpdate(deployment, newest, [old])) {
            if (replicaSet.metadata.name === 'new')
              newest = replicaSetOf('new', replicas, newest.status?.availableReplicas ?? 0)
            else old = replicaSetOf('old', replicas, replicas)
          }
          expect(told(newest) + told(old)).toBeLessThanOrEqual(wanted(deployment) + maxSurge(deployment))
          const available = (newest.status?.availableReplicas ?? 0) + told(old)
          expect(available).toBeGreaterThanOrEqual(wanted(deployment) - maxUnavailable(deployment))
          newest = replicaSetOf('new', told(newest), told(newest))
        }
        expect([told(newest), told(old)]).toEqual([replicas, 0])
      }),
    )
  })

  it('creates a ReplicaSet with hash, revision and sizes', () => {
    const set = describeReplicaSet(deploymentOf(4, '25%', '25%'), [replicaSetOf('old', 4, 4)])
    const hash = set.metadata.labels?.['pod-template-hash']
    expect(set.metadata.name).toBe(`web-${hash}`)
    expect(set.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '4',
      'deployment.kubernetes.io/max-replicas': '5',
      'deployment.kubernetes.io/revision': '1',
    })
    expect(set.spec.replicas).toBe(1)
  })
})

function podOf(name: string, node: string | undefined, phase: 'Pending' | 'Running', readySince?: string): Pod {
  const ready = { type: 'Ready', status: 'True' as const, lastTransitionTime: readySince ?? '' }
  return {
    metadata: { name, uid: name, creationTimestamp: '2026-11-23T01:00:00Z' },
    spec: { containers: [], ...(node && { nodeName: node }) },
    status: { phase, ...(readySince && { conditions: [ready] }) },
  }
}

describe('pods to delete first', () => {
  it('are unassigned, then pending, unready, crowded, youngest', () => {
    const pods = [
      podOf('old', 'a', 'Running', '2026-11-23T01:00:00Z'),
      podOf('young', 'a', 'Running', '2026-11-23T01:01:00Z'),
      podOf('lonely', 'b', 'Running', '2026-11-23T01:02:00Z'),
      podOf('unready', 'a', 'Running'),
      podOf('pending', 'a', 'Pending'),
      podOf('unplaced', undefined, 'Pending'),
    ]
    const order = leastMissedFirst(pods, crowding(pods)).map(({ metadata }) => metadata.name)
    expect(order).toEqual(['unplaced', 'pending', 'unready', 'young', 'old', 'lonely'])
  })
})

describe('a node', () => {
  const node = (spec: object = {}) => ({
    metadata: { name: 'a', uid: 'a', labels: { disk: 'ssd' } },
    spec,
    status: { allocatable: { cpu: '2', memory: '1Gi', pods: '10' } },
  })
  const pod = (spec: object = {}): Pod => ({
    metadata: { name: 'p', uid: 'p' },
    spec: { containers: [{ name: 'c' }], ...spec },
  })
  const asking = (cpu: string) => pod({ containers: [{ name: 'c', resources: { requests: { cpu } } }] })
  const noLoad = { cpu: 0, memory: 0, pods: 0 }

  it('explains why it rejects a pod', () => {
    expect(refusal(pod({ nodeSelector: { disk: 'ssd' } }), node(), noLoad)).toBeUndefined()
    expect(refusal(pod({ nodeSelector: { disk: 'hdd' } }), node(), noLoad)).toMatch(/node affinity\/selector$/)
    expect(refusal(pod(), node({ unschedulable: true }), noLoad)).toBe('node(s) were unschedulable')
    const taints = [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }]
    expect(refusal(pod(), node({ taints }), noLoad)).toBe(
      "node(s) had taint {dedicated: db}, that the pod didn't tolerate",
    )
    expect(
      refusal(pod({ tolerations: [{ key: 'dedicated', operator: 'Exists' }] }), node({ taints }), noLoad),
    ).toBeUndefined()
    expect(refusal(asking('1500m'), node(), { ...noLoad, cpu: 1 })).toBe('Insufficient cpu')
    expect(summarise(['Insufficient cpu', 'Insufficient cpu'], 2)).toBe('0/2 nodes are available: 2 Insufficient cpu.')
  })

  it('parses quantities', () => {
    expect(['100m', '1k', '64Mi', '1e3', 'x'].map(parseQuantity)).toEqual([0.1, 1000, 2 ** 26, 1000, 0])
  })
})

describe('a job after failures', () => {
  const job = (limit: number): Job => ({
    metadata: { name: 'j', uid: 'j' },
    spec: { backoffLimit: limit, completions: 1, selector: {}, template: template('x') },
    status: { startTime: '2026-11-23T01:00:00Z' },
  })
  const failedAt = (finishedAt: string): Pod => ({
    metadata: { name: finishedAt, uid: finishedAt },
    spec: { containers: [] },
    status: {
      phase: 'Failed',
      containerStatuses: [
        {
          name: 'c',
          state: { terminated: { exitCode: 1, finishedAt } },
          lastState: {},
          ready: false,
          restartCount: 0,
          image: 'x',
          imageID: '',
        },
      ],
    },
  })

  it('take effect at once, then after doubling delays', () => {
    expect([0, 1, 2, 3].map(retryWait)).toEqual([0, 10_000, 20_000, 40_000])
    const seconds = (...failures: number[]) => lastNotice(failures.map((one) => one * 1000)) / 1000
    // as recorded in timeline 926
    expect([seconds(3), seconds(3, 6), seconds(3, 6, 16)]).toEqual([3, 13, 33])
    expect(seconds(3, 3, 3)).toBe(3)
    expect(seconds(3, 30)).toBe(40)
  })

  it("delay the next pod and the Job's failure", () => {
    const two = sortJobPods([failedAt('2026-11-23T01:00:03Z'), failedAt('2026-11-23T01:00:07Z')])
    expect(planJob(job(2), two, at('2026-11-23T01:00:08Z'))).toMatchObject({ do: 'run', create: 0, lookAgainIn: 5000 })
    expect(planJob(job(2), two, at('2026-11-23T01:00:13Z'))).toMatchObject({ do: 'run', create: 1 })
    expect(planJob(job(1), two, at('2026-11-23T01:00:13Z'))).toMatchObject({
      do: 'fail',
      reason: 'BackoffLimitExceeded',
    })
  })
})

describe('a selector', () => {
  it('requires all its terms', () => {
    const selector = {
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['db'] }],
    }
    expect(selects(selector, { app: 'web' })).toBe(true)
    expect(selects(selector, { app: 'web', tier: 'db' })).toBe(false)
    expect(selects({}, { any: 'thing' })).toBe(true)
    expect(selects(undefined, {})).toBe(false)
  })
})

describe('a work queue', () => {
  /** Timers that fire on demand. */
  const handClock = () => {
    let now = 0
    let timers: { at: number; callback: () => void }[] = []
    return {
      now: () => now,
      after(ms: number, callback: () => void) {
        const timer = { at: now + ms, callback }
        timers.push(timer)
        return () => void (timers = timers.filter((one) => one !== timer))
      },
      async pass(ms: number) {
        now += ms
        const due = timers.filter(({ at }) => at <= now)
        timers = timers.filter(({ at }) => at > now)
        for (const { callback } of due) callback()
        await settle()
      },
    }
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  it('processes a key once however often it is added, and again if added meanwhile', async () => {
    const done: string[] = []
    let release: () => void = () => undefined
    const work = (key: string) => {
      done.push(key)
      return new Promise<void>((resolve) => (release = resolve))
    }
    await using queue = new WorkQueue({ clock: handClock(), work })
    queue.add('a')
    queue.add('a')
    await settle()
    expect(done).toEqual([])
    queue.begin()
    await settle()
    expect(done).toEqual(['a'])
    queue.add('a')
    release()
    await settle()
    expect(done).toEqual(['a', 'a'])
    release()
  })

  it('retries a failing key with back-off', async () => {
    const clock = handClock()
    const times: number[] = []
    const work = async () => {
      times.push(clock.now())
      if (times.length < 4) throw new Error('not yet')
      return 1000
    }
    await using queue = new WorkQueue({ clock, work })
    queue.begin()
    queue.add('a')
    await settle()
    for (let step = 0; step < 1050; step += 5) await clock.pass(5)
    expect(times).toEqual([0, 5, 15, 35, 1035])
  })
})

describe('a cron job', () => {
  const cron = (more: object = {}): CronJob => ({
    metadata: { name: 'c', uid: 'c', creationTimestamp: '2026-11-23T01:48:03Z' },
    spec: { schedule: '* * * * *', jobTemplate: { spec: {} }, ...more },
  })
  const schedule = parseSchedule('* * * * *') ?? (() => undefined)

  it('is due at the latest time and knows the next one', () => {
    expect(dueTime(cron(), schedule, at('2026-11-23T01:48:30Z'))).toEqual({ next: at('2026-11-23T01:49:00Z') })
    const late = dueTime(cron(), schedule, at('2026-11-23T01:51:10Z'))
    expect(late).toEqual({ due: at('2026-11-23T01:51:00Z'), next: at('2026-11-23T01:52:00Z') })
    const tooLate = dueTime(cron({ startingDeadlineSeconds: 5 }), schedule, at('2026-11-23T01:51:10Z'))
    expect(tooLate.due).toBeUndefined()
    expect(dueTime(cron(), schedule, at('2026-12-23T01:51:10Z')).due).toBe(at('2026-12-23T01:51:00Z'))
  })
})

describe('an owner', () => {
  const type = resourceTypes.find(({ kind }) => kind === 'ConfigMap') as ResourceType
  const item = (uid: string, owners: string[], more: Partial<Item> = {}): Item => ({
    type,
    namespace: 'n',
    name: uid,
    uid,
    owners: owners.map((owner) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: owner,
      uid: owner,
      blockOwnerDeletion: true,
    })),
    finalizers: [],
    deleting: false,
    ...more,
  })
  const graphOf = (...items: Item[]) => {
    const graph = new OwnerGraph()
    for (const one of items) graph.put(one)
    return (uid: string) => judge(graph, graph.get(uid) as Item)
  }
  const waiting = { deleting: true, finalizers: ['foregroundDeletion'] }

  it('garbage collection keeps dependents; without an owner they are deleted, with another one they are disowned', () => {
    expect(graphOf(item('a', []), item('b', ['a']))('b')).toEqual({ do: 'nothing' })
    expect(graphOf(item('b', ['a']))('b')).toEqual({ do: 'delete', propagationPolicy: 'Background' })
    expect(graphOf(item('c', []), item('b', ['a', 'c']))('b')).toEqual({ do: 'disown', uids: ['a'] })
    const elsewhere = item('a', [], { namespace: 'other' })
    expect(graphOf(elsewhere, item('b', ['a']))('b')).toMatchObject({ do: 'delete' })
  })

  it('a foreground deletion waits for blocking dependents', () => {
    const judged = graphOf(item('a', [], waiting), item('b', ['a']), item('c', ['b']))
    expect(judged('a')).toEqual({ do: 'nothing' })
    expect(judged('b')).toEqual({ do: 'delete', propagationPolicy: 'Foreground' })
    expect(graphOf(item('a', [], waiting))('a')).toEqual({ do: 'finish', finalizer: 'foregroundDeletion' })
  })

  it('orphaning releases the dependents first', () => {
    const judged = graphOf(item('a', [], { deleting: true, finalizers: ['orphan'] }), item('b', ['a']))
    expect(judged('a')).toMatchObject({ do: 'abandon', dependents: [{ uid: 'b' }] })
  })

  it('a namespace reports what is left in it', () => {
    const held = { metadata: { name: 'x', finalizers: ['ex.io/hold'] } }
    const said = deletionConditions([], [{ type, objects: [held] }], at('2026-11-23T02:01:14Z'))
    expect(said.map((one) => `${one.type}=${one.status}`)).toEqual([
      'NamespaceDeletionDiscoveryFailure=False',
      'NamespaceDeletionGroupVersionParsingFailure=False',
      'NamespaceDeletionContentFailure=False',
      'NamespaceContentRemaining=True',
      'NamespaceFinalizersRemaining=True',
    ])
    expect(said[3]?.message).toBe('Some resources are remaining: configmaps. has 1 resource instances')
    const holding = 'Some content in the namespace has finalizers remaining: ex.io/hold in 1 resource instances'
    expect(said[4]?.message).toBe(holding)
  })
})

describe('a stateful set with a broken update', () => {
  it('leaves a broken pod alone when the template is repaired', () => {
    const set: StatefulSet = {
      metadata: { name: 'db', uid: 'db' },
      spec: { replicas: 2, selector: {}, template: template('x') },
    }
    const member = (ordinal: number, revision: string, ready: boolean): Pod => {
      const pod = podOf(`db-${ordinal}`, 'a', ready ? 'Running' : 'Pending', ready ? '2026-11-23T01:00:00Z' : undefined)
      return { ...pod, metadata: { ...pod.metadata, labels: { 'controller-revision-hash': revision } } }
    }
    const pods = [member(0, 'one', true), member(1, 'bad', false)]
    expect(planStatefulSet(set, pods, { current: 'one', update: 'three' })).toEqual([])
    const well = [member(0, 'one', true), member(1, 'one', true)]
    expect(planStatefulSet(set, well, { current: 'one', update: 'two' })).toMatchObject([
      { do: 'delete', pod: { metadata: { name: 'db-1' } } },
    ])
  })
})
