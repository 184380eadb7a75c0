import { InvalidArgumentError, Option, type Command } from 'commander'

/** The flags of every command that reaches a cluster; `ConnectionFlags` in settings.ts is what they give. */
export function withConnectionFlags(command: Command): Command {
  return command
    .optionsGroup('Cluster:')
    .option('--server <url>', 'Rancher or Drover server: https://HOST[:PORT] (DROVER_SERVER, RANCHER_URL)')
    .option(
      '--cluster <id>',
      'cluster of that server, by ID or name; needed only if it has several (DROVER_CLUSTER). `set image` and `apply` accept a list',
      collect,
    )
    .option(
      '--project <id>',
      'project, as CLUSTER:PROJECT; needed only if the server gives no access to Kubernetes (DROVER_PROJECT)',
    )
    .option('--kubeconfig <file>', 'use a Kubernetes API directly, without a server (KUBECONFIG)')
    .option(
      '--context <name>',
      'context of the kubeconfig; default: its current one. `set image` and `apply` accept a list',
      collect,
    )
    .optionsGroup('Key and trust:')
    .option('--key-file <file>', 'file that contains ACCESS:SECRET; - reads standard input (DROVER_KEY_FILE)')
    .option('--ca-file <file>', 'PEM file with the CA certificates to trust (DROVER_CA_FILE)')
    .option(
      '--pin <sha256>',
      'trust only this certificate: sha256:… of the server’s certificate or its CA’s (DROVER_PIN)',
    )
    .option('--insecure', 'do not verify the server’s certificate; your key goes to whoever answers')
    .addHelpText(
      'after',
      '\nThe key is read from --key-file, from RANCHER_ACCESS_KEY and RANCHER_SECRET_KEY, or from RANCHER_TOKEN. There is no flag' +
        '\nfor the key itself, because command lines are visible in process lists.',
    )
}

/** A flag that is given again adds to its list. */
function collect(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`
}

export function outputFlag(): Option {
  return new Option('-o, --output <format>', 'json prints one document on standard output').choices(['text', 'json'])
}

/** A length of time such as `90s`, `5m`, `1h30m`, in ms; commander's argument parser. */
export function parseDuration(text: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0)
  }
  if (/^\d+$/.test(text)) return Number(text) * 1000
  throw new InvalidArgumentError('Expected a duration, such as 90s, 5m or 1h30m.')
}

export function withNamespaceFlag(command: Command): Command {
  return command.option('-n, --namespace <name>', 'namespace of the workload; default: "default"')
}

/** Which containers of a workload are meant, beside those that the words name. */
export function withSelectionFlags(command: Command): Command {
  return command
    .optionsGroup('Containers:')
    .option('--match <repository>', 'the containers whose image is from this repository')
    .option('--tag <tag>', 'change only the tag; the words after the workload are then container names')
}

/** Of a command that changes one workload or several. */
export function withChangeFlags(command: Command): Command {
  return withNamespaceFlag(command)
    .option('--no-wait', 'make the change, but do not follow the rollout')
    .option('--timeout <time>', 'stop following after this time; default: 10m', parseDuration)
    .option(
      '--image-grace <time>',
      'how long to tolerate a failing pull or start that may still recover; default: 1m',
      parseDuration,
    )
    .option('--dry-run', 'show what would change, but change nothing')
    .option('--force-owned', 'change the workload even if Argo CD, Flux or Fleet manages it and may change it back')
    .addOption(
      new Option('-o, --output <format>', 'json and junit print one document on standard output').choices([
        'text',
        'json',
        'junit',
      ]),
    )
}

/** Of a command that sets images. */
export function withImageFlags(command: Command): Command {
  return command
    .option('--expect <image>', 'refuse unless the containers run this image now')
    .option(
      '--sequence <number>',
      'number of the pipeline run; refuse if a newer run has changed the workload',
      parseCount,
    )
    .option('--cause <text>', 'note for `drover history`, such as the pipeline and who started it')
    .option('--rollback-on-failure', 'put the old images back if the rollout fails; the exit code is still 1')
    .optionsGroup('Registry:')
    .addOption(
      new Option(
        '--image-check <policy>',
        'look for the image in its registry first. require: refuse if it is missing; warn; off; auto: warn if no pod starts now that would show it. Default: auto, or require with --pin-digest',
      ).choices(['auto', 'require', 'warn', 'off']),
    )
    .option('--pin-digest', 'write NAME:TAG@DIGEST, with the digest that the registry has now')
    .option('--plain-http-registry <host...>', 'registries to reach by plain HTTP')
    .option('--registry-mirror <from=to...>', 'ask registry TO instead of FROM')
    .option('--registry-ca <file>', 'PEM file with the CA certificates of the registry')
    .optionsGroup('Several workloads:')
    .option('--max-parallel <count>', 'how many to change and follow at once; default: 1000', parseCount)
    .option(
      '--wave-size <count>',
      'change this many first; each further wave doubles, and starts only after the one before succeeded',
      parseCount,
    )
    .option('--no-stop-on-failure', 'continue with the others after one has failed')
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
  throw new InvalidArgumentError('Expected a whole number.')
}
