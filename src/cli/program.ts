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
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, getOutHelpWidth: () => terminal.columns })
    .addHelpText(
      'after',
      `
Try it without a cluster:
  $ drover demo                      an in-memory server, a workload and two image changes
  $ drover serve --sample article    a server with a few workloads, to experiment with

Exit codes: 0 done, 1 the rollout failed, 2 wrong usage, 3 refused, 4 unreachable or not allowed, 70 timed out,
130 interrupted.`,
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
  addSetImage(program.command('set').description('change the image of workloads: drover set image'), terminal, run)
}

function addStatus(parent: Command, terminal: Terminal, run: Run): void {
  const description = 'show the images and pods of a workload, and whether its rollout is done'
  const command = withNamespaceFlag(addForWorkload(parent, 'status', description))
    .option('--wait', 'follow the rollout to its end; exit codes as for `set image`')
    .option('--timeout <time>', 'with --wait: stop following after this time; default: 10m', parseDuration)
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
    .description('list workloads: drover get workloads')
    .command('workloads')
    .alias('wl')
    .description('list workloads with their state and images')
    .option('-n, --namespace <name>', 'only in this namespace')
    .option('-l, --selector <labels>', 'only with these labels, such as app=shop,tier!=db')
    .option('--match <repository>', 'only those that run an image from this repository, whatever its tag')
    .addOption(outputFlag())
  withConnectionFlags(command).action(
    run(async (flags: GetWorkloadsFlags) =>
      (await import('./actions/get-workloads.ts')).getWorkloadsCommand(flags, terminal),
    ),
  )
}

function addKeys(program: Command, terminal: Terminal, run: Run): void {
  const parent = program.command('keys').description('create, list and revoke API keys')
  const create = parent
    .command('create')
    .description('create an API key, and print it once')
    .option('--description <text>', 'what the key is for')
    .option('--ttl <time>', 'lifetime, such as 90d or 12h, or never; default: 90d', parseTtl)
    .option('--scope <place>', 'restrict the key to a cluster (its ID) or to a project (CLUSTER:PROJECT)')
    .option(
      '--username <name>',
      'log in as this user instead of using a key; the password is read from DROVER_PASSWORD or a prompt',
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
    .argument('<name...>', 'names, as shown by `drover keys list`')
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
  throw new InvalidArgumentError('Expected a duration from 1s to 3650d, or never.')
}

function addServe(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('serve')
    .description('serve Rancher’s v3 API over the embedded Kubernetes, or over yours')
    .option('--listen <host:port>', 'address to listen on; port 0 picks a free port', '127.0.0.1:8443')
    .optionsGroup('Cluster:')
    .option(
      '--data <dir>',
      'folder for the embedded cluster and the certificates (DROVER_DATA); default: ~/.local/share/drover',
    )
    .option('--in-memory', 'keep nothing on disk')
    .option('--kubeconfig <file>', 'serve this cluster instead of the embedded one')
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('--sample <name>', 'fill an empty embedded cluster; article is a small shop with the workload admin-master')
    .optionsGroup('Changes:')
    .addOption(
      new Option(
        '--stale-put <way>',
        'what to do with a document that was read before someone else’s change. merge: apply only what its sender changed; reject: refuse it; rancher: overwrite',
      )
        .choices(['merge', 'reject', 'rancher'])
        .default('merge'),
    )
    .optionsGroup('Image tags in the console:')
    .option(
      '--no-registry-tags',
      'do not ask registries; by default the registry of a workload’s image is asked, with its pull secrets',
    )
    .option('--plain-http-registry <host...>', 'registries to reach by plain HTTP')
    .option('--registry-mirror <from=to...>', 'ask registry TO instead of FROM')
    .option('--registry-ca <file>', 'PEM file with the CA certificates of the registry')
    .optionsGroup('TLS:')
    .option('--tls-cert <file>', 'PEM file with a certificate chain, instead of one that the server makes')
    .option('--tls-key <file>', 'PEM file with its private key')
    .option('--hostname <name...>', 'additional names and addresses for the certificate that the server makes')
    .option('--http', 'serve plain HTTP, where keys can be read on the wire; only behind a proxy that terminates TLS')
    .option('--redirect-http <address>', 'also listen on this address for plain HTTP, and redirect browsers to HTTPS')
    .optionsGroup('Output:')
    .addOption(outputFlag())
    .option('--show-secrets', 'with -o json: include the admin password and a new key')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info')
    .addHelpText(
      'after',
      `
The first start creates the user admin, with the password from DROVER_ADMIN_PASSWORD or a random one that is printed once.

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
    .description('watch it work: an in-memory server, one image change that succeeds and one that fails')
    .option('--stay', 'keep the server running at the end, and print how to reach it')
    .action(run(async (flags: object) => (await import('./actions/demo.ts')).demoCommand(flags, terminal)))
}

function addManifests(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('manifests')
    .description('print what `serve --kubeconfig` installs in a cluster, to apply by hand')
    .action(run(async () => (await import('./actions/manifests.ts')).printManifests(terminal)))
}

/** For the help alone: completion.ts has the real one, loaded where it is asked for. */
function addCompletion(parent: Command): void {
  parent
    .command('completion')
    .description('print a completion script for bash, zsh, fish or powershell')
    .argument('<shell>')
}

function addVersion(parent: Command, terminal: Terminal, run: Run): void {
  parent
    .command('version')
    .description('print the versions of Drover and Node')
    .action(run(async () => (await import('./actions/version.ts')).printVersion(terminal)))
}
