/** Dead letters. */
import type { Command } from 'commander'
import type { Action } from './action.ts'
import { days, detachHelp } from './arguments.ts'

export function addDlqCommands(program: Command, action: Action): void {
  const dlq = program.command('dlq').description('dead letters, and what needs a decision')
  dlq
    .command('list')
    .description('show them')
    .action(action(async () => (await import('../verbs/dlq.ts')).list))
  dlq
    .command('retry')
    .description('try them again')
    .argument('[ids...]', 'which ones')
    .option('--all', 'all of them')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/dlq.ts')).retry))
  dlq
    .command('discard')
    .description('discard them; the window can undo it')
    .argument('<ids...>', 'which ones')
    .action(action(async () => (await import('../verbs/dlq.ts')).discard))
  dlq
    .command('pick')
    .description('decide which Plex item a scene’s file is')
    .argument('<scene>', 'id of the scene')
    .argument('<rating-key>', 'rating key of the item')
    .action(action(async () => (await import('../verbs/dlq.ts')).pick))
  dlq
    .command('purge')
    .description('remove old ones for good')
    .requiredOption('--older-than <days>', 'those that failed longer ago', days)
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/dlq.ts')).purge))
}
