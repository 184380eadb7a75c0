import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** Puts the real commands `completion` and `complete` in place of the one that only the help shows. */
export function addCompletion(program: Command): void {
  const placeholder = program.commands.findIndex((command) => command.name() === 'completion')
  ;(program.commands as Command[]).splice(placeholder, 1)
  tab(program, { completionCommandName: 'completion' })
}
