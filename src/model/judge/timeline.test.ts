import { describe, expect, it } from 'vitest'
import type { WorkloadKind } from '../workload-kinds.ts'
import type { Judgement } from './snapshot.ts'
import { judgements, readTimeline } from './timeline.fixture.ts'

/** The sequence of distinct states, one letter each: u(nobserved), p(rogressing), s(ucceeded), … */
function path(judged: readonly { judgement: Judgement }[]): string {
  const words = judged.map(({ judgement }) => {
    if (judgement.state === 'failed') return `failed:${judgement.trouble.reason}`
    return judgement.state === 'accepted' ? `accepted:${judgement.reason}` : judgement.state
  })
  return words
    .filter((word, index) => word !== words[index - 1])
    .join(' ')
    .replaceAll('unobserved progressing succeeded', 'rolled')
}

const rows: readonly [file: string, kind: WorkloadKind, resource: string, path: string][] = [
  ['900-timeline-create3', 'deployment', 'deployments', 'rolled'],
  ['901-timeline-image-default', 'deployment', 'deployments', 'rolled rolled'],
  ['902-timeline-image-4-default', 'deployment', 'deployments', 'rolled rolled'],
  ['903-timeline-surge0-unavail1', 'deployment', 'deployments', 'rolled rolled'],
  ['904-timeline-recreate', 'deployment', 'deployments', 'rolled rolled'],
  ['906-timeline-pause-resume', 'deployment', 'deployments', 'rolled accepted:Paused rolled'],
  [
    '907-timeline-missing-image-deadline',
    'deployment',
    'deployments',
    'rolled unobserved progressing failed:ImageNotFound rolled',
  ],
  ['909-timeline-undo', 'deployment', 'deployments', 'rolled rolled rolled rolled rolled'],
  ['917-timeline-sts-rolling', 'statefulset', 'statefulsets', 'rolled rolled progressing rolled'],
  ['918-timeline-sts-partition', 'statefulset', 'statefulsets', 'rolled rolled rolled'],
  [
    '921-timeline-sts-missing',
    'statefulset',
    'statefulsets',
    'rolled unobserved progressing failed:ImageNotFound rolled',
  ],
  [
    '923-timeline-ds-update',
    'daemonset',
    'daemonsets',
    'rolled rolled unobserved succeeded unobserved accepted:OnDelete unobserved accepted:NoNodes',
  ],
  ['924-timeline-job-ok', 'job', 'jobs', 'progressing succeeded'],
  ['926-timeline-job-fail-never', 'job', 'jobs', 'progressing failed:BackoffLimitExceeded'],
  ['932-timeline-quota', 'deployment', 'deployments', 'unobserved progressing failed:Quota'],
  ['933-timeline-minready-neverready', 'deployment', 'deployments', 'rolled unobserved progressing'],
  ['934-timeline-rollout-restart', 'deployment', 'deployments', 'rolled rolled rolled'],
]

describe('recorded rollouts of genuine controllers', () => {
  it.each(rows)('%s', (file, kind, resource, expected) => {
    expect(path(judgements(readTimeline(`${file}.json`), kind, resource))).toBe(expected)
  })

  it('reports a StatefulSet blocked by a broken old pod', () => {
    const stuck = judgements(readTimeline('921-timeline-sts-missing.json'), 'statefulset', 'statefulsets').filter(
      ({ t }) => t > 14.008 && t < 20,
    )
    expect(stuck.length).toBeGreaterThan(0)
    for (const { judgement } of stuck) expect(judgement).toMatchObject({ trouble: { reason: 'StuckOldPod' } })
  })

  it('never succeeds while an old pod counts or a new pod is not ready', () => {
    for (const [file, kind, resource] of rows.filter(([, kind]) => kind === 'deployment')) {
      for (const { judgement } of judgements(readTimeline(`${file}.json`), kind, resource)) {
        if (judgement.state !== 'succeeded') continue
        expect(judgement.progress.available).toBeGreaterThanOrEqual(judgement.progress.wanted)
      }
    }
  })
})
