import { InvalidArgumentError, Option, type Command } from 'commander'

/** The flags of every command that reaches a cluster; `ConnectionFlags` in settings.ts is what they give. */
export function withConnectionFlags(command: Command): Command {
  return command
    .optionsGroup('Which cluster:')
    .option('--server <url>', 'Rancher or Drover server, as https://HOST[:PORT] (DROVER_SERVER, RANCHER_URL)')
    .option('--cluster <id>', 'cluster on that server; needed only where there are several (DROVER_CLUSTER)')
    .option(
      '--project <id>',
      'project, as CLUSTER:PROJECT; needed only where Kubernetes is not reachable (DROVER_PROJECT)',
    )
    .option('--kubeconfig <file>', 'go straight to a Kubernetes API, without a server (KUBECONFIG)')
    .option('--context <name>', 'context in the kubeconfig; default its current one')
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
