import { useEffect } from 'preact/hooks'
import { followRollout, parseTarget } from '../../../src/rollout/index.ts'
import { RolloutPanel } from '../console/rollout-panel.tsx'
import { dismissRun, followRun, useRun } from '../console/runs.ts'
import { targetOf } from '../server/target.ts'

const workloadAddress = /\/v3\/projects?\/([^/]+)\/[a-z]+\/([a-z]+:[^/:]+:[^/:?]+)/i

/** Follows a rollout that a request started. Renders nothing for addresses other than workloads. */
export function FollowedRollout({ address }: { address: string }) {
  const [, project, id] = workloadAddress.exec(address) ?? []
  return project !== undefined && id !== undefined ? <Followed project={decodeURIComponent(project)} id={id} /> : null
}

function Followed({ project, id }: { project: string; id: string }) {
  const key = `${project}/${id}`
  const run = useRun(key)
  useEffect(() => {
    const leaving = new AbortController()
    const follow = async () => {
      const { workload } = parseTarget(id)
      await followRun(key, followRollout(await targetOf(project), workload, { signal: leaving.signal }))
    }
    follow().catch(() => undefined)
    return () => {
      leaving.abort()
      dismissRun(key)
    }
  }, [key, project, id])
  return run ? <RolloutPanel run={run} onDismiss={() => dismissRun(key)} onPutBack={() => undefined} /> : null
}
