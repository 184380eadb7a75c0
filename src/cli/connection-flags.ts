import { InvalidArgumentError, Option, type Command } from 'commander'

/** The flags of every command that reaches a cluster; `ConnectionFlags` in settings.ts is what they give. */
export function withConnectionFlags(command: Command): Command {
  return command
    .optionsGroup('Which cluster:')
    .option('--server <url>', 'Rancher or Drover server, as https://HOST[:PORT] (DROVER_SERVER, RANCHER_URL)')
    .option(
      '--cluster <id>',
      'cluster on that server, by id or name; needed only where there are several (DROVER_CLUSTER). `set image` and `apply` take a list',
      collect,
    )
    .option(
      '--project <id>',
      'project, as CLUSTER:PROJECT; needed only where Kubernetes is not reachable (DROVER_PROJECT)',
    )
    .option('--kubeconfig <file>', 'go straight to a Kubernetes API, without a server (KUBECONFIG)')
    .option(
      '--context <name>',
      'context in the kubeconfig; default its current one. `set image` and `apply` take a list',
      collect,
    )
    .optionsGroup('Who asks, and whom to trust:')
    .option('--key-file <file>', 'file that holds ACCESS:SECRET, or - for standard input (DROVER_KEY_FILE)')
    .option('--ca-file <file>', 'certificates of the authority to trust, PEM (DROVER_CA_FILE)')
    .option('--pin <sha256>', 'trust this certificate alone: sha256:… of the server’s, or of its CA (DROVER_PIN)')
    .option('--insecure', 'trust anyone who answers; your key goes to whoever that is')
    .addHelpText(
      'after',
      '\nThe key is read from --key-file, or from RANCHER_ACCESS_KEY and RANCHER_SECRET_KEY, or from RANCHER_TOKEN; there is no' +
        '\nflag for it, because command lines show in process lists.',
    )
}

/** A flag that is given again adds to its list. */
function collect(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`
}

export function outputFlag(): Option {
  return new Option('-o, --output <format>', 'json: one document on standard output, for programs').choices([
    'text',
    'json',
  ])
}

/** A length of time such as `90s`, `5m`, `1h30m`, in ms; commander's argument parser. */
export function parseDuration(text: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0)
  }
  if (/^\d+$/.test(text)) return Number(text) * 1000
  throw new InvalidArgumentError('Expected a length of time, such as 90s, 5m or 1h30m.')
}

export function withNamespaceFlag(command: Command): Command {
  return command.option('-n, --namespace <name>', 'namespace of the workload; default "default"')
}

/** Which containers of a workload are meant, beside those that the words name. */
export function withSelectionFlags(command: Command): Command {
  return command
    .optionsGroup('Which containers:')
    .option('--match <repository>', 'containers whose image is of this repository')
    .option('--tag <tag>', 'keep the repository and change the tag; the words after the workload are containers then')
}

/** Of a command that changes one workload or several. */
export function withChangeFlags(command: Command): Command {
  return withNamespaceFlag(command)
    .option('--no-wait', 'make the change and do not follow the rollout')
    .option('--timeout <time>', 'give up following after this time; default 10m', parseDuration)
    .option('--image-grace <time>', 'how long a pull or start that may come right is borne; default 1m', parseDuration)
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--force-owned', 'also where Argo CD, Flux or Fleet keeps the workload and may change it back')
    .addOption(
      new Option('-o, --output <format>', 'json or junit: one document on standard output, for programs').choices([
        'text',
        'json',
        'junit',
      ]),
    )
}

/** Of a command that sets images. */
export function withImageFlags(command: Command): Command {
  return command
    .option('--expect <image>', 'only if this is the image that the containers have now')
    .option('--sequence <number>', 'the number of the pipeline; an older one cannot undo a newer one', parseCount)
    .option('--cause <text>', 'what `drover history` is to show for it, such as a pipeline’s name and who started it')
    .option('--rollback-on-failure', 'put the images back when the rollout fails; exits 1 all the same')
    .optionsGroup('The image in its registry:')
    .addOption(
      new Option(
        '--image-check <policy>',
        'ask the registry first: require (refuse unless the image is there), warn, off, or auto: warn where nothing rolls now, so that no pod would tell; default auto, and require with --pin-digest',
      ).choices(['auto', 'require', 'warn', 'off']),
    )
    .option('--pin-digest', 'write NAME:TAG@DIGEST, with the digest that the registry has now')
    .option('--plain-http-registry <host...>', 'registries that speak plain http')
    .option('--registry-mirror <from=to...>', 'ask TO in place of registry FROM')
    .option('--registry-ca <file>', 'certificates of the authority of the registry, PEM')
    .optionsGroup('Several workloads:')
    .option('--max-parallel <count>', 'how many are changed and followed at once; default 1000', parseCount)
    .option(
      '--wave-size <count>',
      'begin with so many; each next wave is twice as large, and begins after a good one',
      parseCount,
    )
    .option('--no-stop-on-failure', 'go on with the others when one has failed')
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
  throw new InvalidArgumentError('Expected a whole number.')
}
