import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen, type Listener } from '../../src/cli/serve/listen.ts'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { kubectl } from './outside-clients.ts'
import { root, run } from './served.ts'

/** A command of a recorded session and kubectl's output. */
interface Transcript {
  file: string
  args: string[]
  code: number
  out: string
  err: string
}

const deployment = (replicas: number, image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: c, image: '${image}', ports: [{ containerPort: 80 }] }]
`

const object = (kind: string, name: string, more = '') =>
  `---\napiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\n${more}\n`

/** Files applied by the recorder, recovered from its requests' bodies. */
const files: Readonly<Record<string, string>> = {
  'dep.yaml': deployment(2, 'nginx:1'),
  'dep2.yaml': deployment(3, 'nginx:2'),
  'cm.yaml': object('ConfigMap', 'k1', 'data: { a: "1" }') + object('Secret', 'k2', 'stringData: { a: b }'),
  'inv.yaml': object('ConfigMap', 'Bad_'),
  'unk.yaml': 'apiVersion: nosuch/v1\nkind: Frob\nmetadata: { name: x }\n',
  'ssa.yaml': object('ConfigMap', 'ssa', 'data: { a: "1" }'),
  'ssa2.yaml': object('ConfigMap', 'ssa', 'data: { a: "2" }'),
}

/**
 * The replayed transcripts, in session order. Omitted: commands that list pods during a rollout or name a generated
 * pod, and those the embedded cluster answers differently (docs/differences-from-kubernetes.md).
 */
const played = [
  range(1, 21).filter((number) => number !== 4 && number !== 6),
  range(34, 36),
  [45, 46, 49, 50, 51, 53, 54, 55, 56, 57],
  range(58, 70).filter((number) => number !== 66),
  [77, 78, 91, 92, 93, 94, 95, 96, 97, 98, 99, 103, 104, 105, 106, 108],
  [109, 110, 111, 112, 114, 117, 118, 107, 119, 120, 121, 123],
].flat()

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

async function readTranscripts(): Promise<Transcript[]> {
  const directory = join(root, 'test/recordings/kubectl')
  const names = await readdir(directory)
  return Promise.all(
    played.map(async (number) => {
      const file = names.find((name) => Number.parseInt(name, 10) === number) ?? ''
      return parseTranscript(file, await readFile(join(directory, file), 'utf8'))
    }),
  )
}

function parseTranscript(file: string, text: string): Transcript {
  const [, command = '', code = '', out = '', err = ''] =
    /^\$ kubectl (.*)\nexit code: (\d+)\n--- stdout\n([^]*?)--- stderr\n([^]*?)(?:--- requests|$)/.exec(text) ?? []
  return { file, args: splitArguments(command), code: Number(code), out, err }
}

/** The recorder joined arguments by spaces; only JSON contains spaces of its own. */
function splitArguments(command: string): string[] {
  return command.match(/[{[].*[}\]](?= |$)|\S+/g) ?? []
}

/** Removes ages, generated names and hashes, the recorder's directory and verbose output. */
function normalize(text: string): string {
  return text
    .replace(/^ {2}"\w+": [^]*?^\}\]\n/gm, '')
    .replace(/^# Please edit the object below[^]*(?=^Edit cancelled)/m, '')
    .replace(/\b(\d+d)?(\d+h)?(\d+m)?\d+s\b/g, '<age>')
    .replace(/"[^"\s]*\/(\w+\.yaml)"/g, '"$1"')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b(-[bcdfghjklmnpqrstvwxz2456789]{5})?/g, '-<generated>')
    .replace(/(pod-template-hash=)\S+/g, '$1<hash>')
    .replace(/^(Warning|[EIW]\d{4}).*\n/gm, '')
    .trimEnd()
}

describe.skipIf(!kubectl)('kubectl against the embedded cluster', async () => {
  const transcripts = await readTranscripts()
  let cluster: Cluster
  let listener: Listener
  let home: string

  beforeAll(async () => {
    cluster = await openCluster({ controllers: { podReadyAfter: 300 } })
    listener = await listen(cluster.fetch, { host: '127.0.0.1', port: 0 })
    home = await mkdtemp(join(tmpdir(), 'drover-kubectl-'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text)
  })
  afterAll(async () => {
    await listener[Symbol.asyncDispose]()
    await cluster[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  function ask(args: readonly string[]) {
    const server = ['--server', listener.url]
    const env = { HOME: home, KUBECONFIG: join(home, 'none'), EDITOR: 'true', KUBE_EDITOR: 'true' }
    return run('kubectl', [...server, ...args], { cwd: home, env })
  }

  test.each(transcripts)('$file', async ({ args, code, out, err }) => {
    const answer = await ask(args)
    const said = { code: answer.code, out: normalize(answer.out), err: normalize(answer.err) }
    expect(said).toEqual({ code, out: normalize(out), err: normalize(err) })
    // the recorder's next command found this rollout complete; wait for it
    if (args.includes('apply') || args.includes('set')) await ask(['-n', 'h', 'rollout', 'status', 'deployment/web'])
  })
})
