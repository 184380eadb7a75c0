import { appendFileSync } from 'node:fs'
import type { ManyEvent, RolloutEvent, Verdict } from '../../rollout/index.ts'
import type { Terminal } from '../terminal.ts'
import { nameOf } from './describe.ts'
import { compactMessage } from './reasons.ts'

type Show = (event: RolloutEvent) => void

/** Annotations and a summary in GitHub Actions, a section in GitLab. */
export function withCiMarks(terminal: Terminal, show: Show): Show {
  const { env } = terminal
  if (env['GITHUB_ACTIONS'] === 'true') return inGitHub(terminal, show)
  return env['GITLAB_CI'] === 'true' ? inGitLab(terminal, show) : show
}

/** The same for several changes, for GitHub only: concurrent sections in GitLab would nest. */
export function withCiMarksOfMany(terminal: Terminal, show: (event: ManyEvent) => void): (event: ManyEvent) => void {
  if (terminal.env['GITHUB_ACTIONS'] !== 'true') return show
  return (told) => {
    show(told)
    if (told.step === 'event') markInGitHub(told.event, terminal)
    else if ('error' in told.result) {
      terminal.out(annotation('error', `error: ${nameOf(told.result.workload)}`, told.result.error.message))
    }
  }
}

function inGitHub(terminal: Terminal, show: Show): Show {
  return (event) => {
    show(event)
    markInGitHub(event, terminal)
  }
}

function markInGitHub(event: RolloutEvent, { out, env }: Terminal): void {
  if (event.step === 'planned') for (const warning of event.plan.warnings) out(annotation('warning', 'drover', warning))
  if (event.step !== 'verdict') return
  const { verdict } = event
  if (isBad(verdict)) out(annotation('error', `${verdict.verdict}: ${nameOf(verdict.workload)}`, verdict.message))
  const summary = env['GITHUB_STEP_SUMMARY']
  if (summary) appendFileSync(summary, summaryText(verdict))
}

function inGitLab({ out, now }: Terminal, show: Show): Show {
  let open: string | undefined
  const seconds = () => Math.floor(now() / 1000)
  return (event) => {
    if (event.step === 'applied' && open === undefined) {
      open = `drover_rollout_${seconds()}`
      out(`\x1b[0Ksection_start:${seconds()}:${open}[collapsed=false]\r\x1b[0KRollout\n`)
    }
    if (event.step === 'verdict' && open !== undefined) out(`\x1b[0Ksection_end:${seconds()}:${open}\r\x1b[0K\n`)
    show(event)
  }
}

function isBad({ verdict }: Verdict): boolean {
  return verdict === 'failed' || verdict === 'timed-out' || verdict === 'refused'
}

/** A GitHub workflow command. Percent and newlines are URL-encoded, in properties also `:` and `,`. */
function annotation(level: 'error' | 'warning', title: string, message: string): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = data(title).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::${level} title=${property}::${data(compactMessage(message))}\n`
}

function summaryText(verdict: Verdict): string {
  const changes = verdict.changes.map(({ container, from, to }) => `| ${container} | \`${from}\` | \`${to}\` |\n`)
  const table = changes.length > 0 ? `\n| container | from | to |\n| --- | --- | --- |\n${changes.join('')}` : ''
  const said = compactMessage(verdict.message).replaceAll(/[\r\n]+/g, ' ')
  return `### ${nameOf(verdict.workload)}: ${verdict.verdict}\n\n${said} (${verdict.seconds.toFixed(1)} s)\n${table}\n`
}
