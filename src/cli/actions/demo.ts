import picocolors from 'picocolors'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseWish, setImage, undo, type RolloutEvent, type Target, type Verdict } from '../../rollout/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { article } from '../sample/article.ts'
import { sampleNamed } from '../sample/samples.ts'
import { startServer, type RunningServer } from '../serve/start-server.ts'
import { Secret } from '../secret.ts'
import type { Connection } from '../settings.ts'
import { openTarget } from '../open-target.ts'
import type { Terminal } from '../terminal.ts'
import { rolloutView } from '../view/rollout-view.ts'

export interface DemoFlags {
  stay?: boolean
}

const workload = { kind: 'deployment', namespace: 'default', name: article.workload } as const
const repository = `${article.registry}/java/admin-master`

/** Runs against a server of its own: one change that works, one that does not, and the way back. */
export async function demoCommand({ stay = false }: DemoFlags, terminal: Terminal): Promise<ExitCode> {
  const say = narrator(terminal)
  say.step('An in-memory server over an embedded cluster, with a workload to change')
  await using running = await startServer({
    listen: { host: '127.0.0.1', port: 0 },
    cluster: 'in-memory',
    tls: 'own',
    sample: sampleNamed('article'),
    onFailure: ({ error }) => terminal.err(`the server failed at a request: ${String(error)}\n`),
    now: terminal.now,
  })
  const key = await running.server.issueKey({ description: 'drover demo' })
  say.line(`${running.url} serves Rancher's v3 API; its CA is ${running.ca?.file}; a key was created`)
  say.step('What people do today: send the whole document with curl, and take 200 for success')
  say.line(curlLine(running))
  using opened = await openTarget(connectionTo(running, key), terminal)
  const { target } = opened
  await firstPods(target, terminal)
  const good = await change(target, `${repository}:33`, say, terminal)
  const bad = await change(target, `${repository}:34-missing`, say, terminal)
  say.step(`drover undo deployment/${article.workload}`)
  const back = await follow(undo(target, workload, { signal: terminal.signal }), terminal)
  const asMeant = [good, bad, back].map((verdict) => verdict?.verdict).join() === 'succeeded,failed,succeeded'
  if (stay) await stayOpen(running, key, say, terminal)
  return asMeant ? exitCodes.done : exitCodes.failed
}

function narrator({ out, color }: Terminal) {
  const colors = picocolors.createColors(color)
  return {
    step: (text: string) => out(`\n${colors.bold(colors.cyan(`# ${text}`))}\n`),
    line: (text: string) => out(`${text}\n`),
  }
}

type Narrator = ReturnType<typeof narrator>

function curlLine({ url, ca, server }: RunningServer): string {
  const path = `/v3/project/${server.projects.default}/workloads/deployment:default:${article.workload}`
  return `curl --cacert ${ca?.file} -u "$KEY" -X PUT -H 'Content-Type: application/json' -d @workload.json '${url}${path}'`
}

/** As the command's own settings would have it. */
function connectionTo({ url, ca, server }: RunningServer, key: string): Connection {
  const trust = ca ? { ca: ca.cert } : {}
  const { clusterId: cluster } = server
  return { door: 'rancher', server: url, key: new Secret(key), trust, cluster, project: server.projects.default }
}

/** The sample's first pods have only just been made. */
async function firstPods(target: Target, { signal }: Terminal): Promise<void> {
  for (let looks = 0; looks < 100; looks += 1) {
    const { status = {} } = await target.read(workload, { signal })
    if (status['readyReplicas'] === 1) return
    await sleep(100, undefined, { signal })
  }
}

async function change(target: Target, image: string, say: Narrator, terminal: Terminal): Promise<Verdict | undefined> {
  const wish = `${article.workload}=${image}`
  say.step(`drover set image deployment/${article.workload} ${wish}`)
  return follow(setImage(target, workload, [parseWish(wish)], { signal: terminal.signal }), terminal)
}

async function follow(events: AsyncIterable<RolloutEvent>, terminal: Terminal): Promise<Verdict | undefined> {
  const show = rolloutView(terminal, 'text')
  let verdict: Verdict | undefined
  for await (const event of events) {
    if (event.step === 'verdict') verdict = event.verdict
    show(event)
  }
  return verdict
}

async function stayOpen(
  { url, ca, server }: RunningServer,
  key: string,
  say: Narrator,
  { signal }: Terminal,
): Promise<void> {
  say.step('The server keeps running; Ctrl-C stops it')
  say.line(`export DROVER_SERVER=${url} DROVER_CA_FILE=${ca?.file} RANCHER_TOKEN=${key}`)
  say.line('drover get workloads')
  if (server.generatedPassword !== undefined) say.line(`log in as admin with the password ${server.generatedPassword}`)
  await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }))
}
