import { Command, InvalidArgumentError, Option } from 'commander'
import { outputFlag, parseDuration, withConnectionFlags, withNamespaceFlag } from './connection-flags.ts'
import type { GetWorkloadsFlags } from './actions/get-workloads.ts'
import type { CreateKeyFlags, ListKeysFlags } from './actions/keys.ts'
import type { ServeFlags } from './actions/serve.ts'
import type { StatusFlags } from './actions/status.ts'
import {
  addApply,
  addDoctor,
  addForWorkload,
  addHistory,
  addPause,
  addRequest,
  addRestart,
  addResume,
  addScale,
  addSetImage,
  addUndo,
  type AddCommand,
  type Run,
} from './change-commands.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

const day = 86_400_000

/** By their first word, in the order of the help. */
const commands: Readonly<Record<string, AddCommand>> = {
  set: addSet,
  apply: addApply,
  restart: addRestart,
  pause: addPause,
  resume: addResume,
  scale: addScale,
  undo: addUndo,
  history: addHistory,
  request: addRequest,
  doctor: addDoctor,
  status: addStatus,
  get: addGet,
  keys: addKeys,
  serve: addServe,
  demo: addDemo,
  manifests: addManifests,
  completion: addCompletion,
  version: addVersion,
}

/**
 * The command line: its words, flags and help. What a command does is loaded when it runs, so that `set image` never waits for
 * the server's code, nor `--help` for any. Where the first word is known, that command alone is built: all of them take 2 ms.
 */
export function buildProgram(terminal: Terminal, leave: (code: ExitCode) => void, firstWord = ''): Command {
  const program = new Command('drover')
    .description('Change the container image of a running workload, and know whether it worked.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .showHelpAfterError('(--help tells more)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, getOutHelpWidth: () => terminal.columns })
    .addHelpText(
      'after',
      `
Try it without a cluster:
  $ drover demo                          a server, a workload and two image changes, in memory
  $ drover serve --sample article        the same, to play with

Exit codes: 0 done, 1 the rollout failed, 2 usage, 3 refused, 4 unreachable or not allowed, 70 timed out, 130 interrupted.`,
    )
  const run: Run =
    (action) =>
    async (...given) =>
      leave(await action(...given))
  const asked = Object.hasOwn(commands, firstWord) ? [commands[firstWord]] : Object.values(commands)
  for (const add of asked) add?.(program, terminal, run)
  return program
}

function addSet(program: Command, terminal: Terminal, run: Run): void {
  addSetImage(program.command('set').description('change a workload'), terminal, run)
}

function addStatus(parent: Command, terminal: Terminal, run: Run): void {
  const description = 'say how a workload stands: its images, its pods, and whether its rollout is done'
  const command = withNamespaceFlag(addForWorkload(parent, 'status', description))
    .option('--wait', 'follow the rollout to its end, and exit as `set image` does')
    .option('--timeout <time>', 'with --wait: give up after this time; default 10m', parseDuration)
    .addOption(outputFlag())
  withConnectionFlags(command).action(
    run(async (workload: string, flags: StatusFlags) =>
      (await import('./actions/status.ts')).statusCommand(workload, flags, terminal),
    ),
  )
}

function addGet(program: Command, terminal: Terminal, run: Run): void {
  const command = program
    .command('get')
    .description('list what is there')
    .command('workloads')
    .alias('wl')
    .description('list workloads with their images and state')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('-l, --selector <labels>', 'only those that these labels fit, such as app=shop,tier!=db')
    .option('--match <repository>', 'only those that run an image of this repository, whatever its tag')
    .addOption(outputFlag())
  withConnectionFlags(command).action(
    run(async (flags: GetWorkloadsFlags) =>
      (await import('./actions/get-workloads.ts')).getWorkloadsCommand(flags, terminal),
    ),
  )
}

function addKeys(program: Command, terminal: Terminal, run: Run): void {
  const parent = program.command('keys').description('make, list and revoke API keys')
  const create = parent
    .command('create')
    .description('make an API key, and print it once')
    .option('--description <text>', 'what it is for')
    .option('--ttl <time>', 'how long it lives, as 90d or 12h; default 90d. never: until it is revoked', parseTtl)
    .option('--scope <place>', 'good for one cluster only (its id), or for one project (CLUSTER:PROJECT)')
    .option(
      '--username <name>',
      'log in as this user instead of using a key; the password comes from DROVER_PASSWORD or a prompt',
    )
    .addOption(outputFlag())
  withConnectionFlags(create).action(
    run(async (flags: CreateKeyFlags) => (await import('./actions/keys.ts')).createKey(flags, terminal)),
  )
  const list = parent.command('list').alias('ls').description('list your API keys').addOption(outputFlag())
  withConnectionFlags(list).action(
    run(async (flags: ListKeysFlags) => (await import('./actions/keys.ts')).listKeys(flags, terminal)),
  )
  const revoke = parent
    .command('revoke')
    .description('delete API keys')
    .argument('<name...>', 'as `drover keys list` shows')
  withConnectionFlags(revoke).action(
    run(async (names: string[], flags: object) =>
      (await import('./actions/keys.ts')).revokeKeys(names, flags, terminal),
    ),
  )
}

function parseTtl(text: string): number {
  if (text === 'never') return 0
  const ttl = parseDuration(text)
  if (ttl > 0 && ttl <= 3650 * day) return ttl
  throw new InvalidArgumentError('Expected between a second and 3650d, or never.')
}

function addServe(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('serve')
    .description('serve Rancher’s v3 API over a Kubernetes: the embedded one, or yours')
    .option('--listen <host:port>', 'where to listen; port 0 takes any free one', '127.0.0.1:8443')
    .optionsGroup('Which cluster:')
    .option(
      '--data <dir>',
      'folder of the embedded cluster and of the certificates (DROVER_DATA; default ~/.local/share/drover)',
    )
    .option('--in-memory', 'keep nothing')
    .option('--kubeconfig <file>', 'serve this cluster instead of the embedded one')
    .option('--context <name>', 'context in that kubeconfig; default its current one')
    .option('--sample <name>', 'fill an empty embedded cluster; "article": a small shop with the workload admin-master')
    .optionsGroup('Changes:')
    .addOption(
      new Option(
        '--stale-put <way>',
        'a whole document read before someone else’s change: make only its sender’s change (merge), refuse it (reject), or overwrite (rancher)',
      )
        .choices(['merge', 'reject', 'rancher'])
        .default('merge'),
    )
    .optionsGroup('Tags that the console offers:')
    .option('--no-registry-tags', 'ask no registry; else that of a workload’s image is asked, with its pull secrets')
    .option('--plain-http-registry <host...>', 'registries that speak plain http')
    .option('--registry-mirror <from=to...>', 'ask TO in place of registry FROM')
    .option('--registry-ca <file>', 'certificates of the authority of the registry, PEM')
    .optionsGroup('TLS:')
    .option('--tls-cert <file>', 'certificate chain, PEM, in place of one of the server’s own making')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--hostname <name...>', 'further names and addresses for the certificate that the server makes')
    .option('--http', 'plain HTTP; keys travel readable: only behind a proxy that speaks TLS')
    .option(
      '--redirect-http <address>',
      'also listen there in plain HTTP, and send readers to the port that speaks TLS',
    )
    .optionsGroup('Output:')
    .addOption(outputFlag())
    .option('--show-secrets', 'with -o json: also the admin’s password and a fresh key')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info')
    .addHelpText(
      'after',
      `
The first start makes the user admin, with the password in DROVER_ADMIN_PASSWORD or a random one that is printed once.

Examples:
  $ drover serve
  $ drover serve --in-memory --sample article --listen 127.0.0.1:0 -o json --show-secrets
  $ drover serve --kubeconfig ~/.kube/config --listen 0.0.0.0:8443 --hostname drover.example`,
    )
    .action(run(async (flags: ServeFlags) => (await import('./actions/serve.ts')).serveCommand(flags, terminal)))
}

function addDemo(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('demo')
    .description('watch it work: a server in memory, one image change that succeeds and one that fails')
    .option('--stay', 'leave the server running at the end, and print how to reach it')
    .action(run(async (flags: object) => (await import('./actions/demo.ts')).demoCommand(flags, terminal)))
}

function addManifests(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('manifests')
    .description('print what `serve --kubeconfig` installs into a cluster, for those who apply it by hand')
    .action(run(async () => (await import('./actions/manifests.ts')).printManifests(terminal)))
}

/** For the help alone: completion.ts has the real one, loaded where it is asked for. */
function addCompletion(parent: Command): void {
  parent
    .command('completion')
    .description('print a completion script: drover completion bash|zsh|fish|powershell')
    .argument('<shell>')
}

function addVersion(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('version')
    .description('print the versions of drover and of what it runs on')
    .action(run(async () => (await import('./actions/version.ts')).printVersion(terminal)))
}
