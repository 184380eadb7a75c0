import { sameImage } from '../image-reference.ts'
import { containersOf } from '../pod-template.ts'
import { assess } from './assessment.ts'
import { containerStatusesOf, isReady, podStatusOf } from './pod-status.ts'
import type { JudgeContext, Judgement, RolloutSnapshot } from './snapshot.ts'
import { inProgress } from './wording.ts'

/** A bare Pod is not replaced: the kubelet restarts the container whose image changed. */
export function judgePod(snapshot: RolloutSnapshot, { written }: JudgeContext): Judgement {
  const { workload } = snapshot
  const { phase } = podStatusOf(workload)
  const seen = assess({ ...snapshot, pods: [workload] }, { wanted: 1, isNew: () => true, owners: [] })
  const { progress } = seen
  if (phase === 'Failed' || (phase === 'Succeeded' && written)) {
    const message = `the pod has ended (${phase}); its containers are not started again`
    return { state: 'failed', progress, trouble: { reason: 'PodEnded', message, patience: 'none' } }
  }
  const behind = containersOf('pod', workload).find(({ name, image, role }) => {
    const status = containerStatusesOf(workload).find((status) => status.name === name)
    // a runtime may report another tag of the same content, so a restart since the write counts as well
    const before = written && containerStatusesOf(written).find((status) => status.name === name)
    const rerun = before !== undefined && (status?.restartCount ?? 0) > (before.restartCount ?? 0)
    return role === 'container' && !(status?.state?.running && (rerun || sameImage(status.image ?? '', image)))
  })
  if (!behind && isReady(workload)) return { state: 'succeeded', progress, message: 'the pod is ready with it' }
  const judgement = inProgress(seen)
  if (judgement.state !== 'progressing' || !behind) return judgement
  return { ...judgement, message: `container ${behind.name} does not run ${behind.image} yet` }
}
