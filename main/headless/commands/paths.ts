/** Path rules. */
import type { Command } from 'commander'
import type { Action } from './action.ts'
import { detachHelp, positive } from './arguments.ts'

export function addPathsCommands(program: Command, action: Action): void {
  const paths = program.command('paths').description('test path rules, or derive them from both libraries')
  paths
    .command('test')
    .description('map sample files and look for them in Plex')
    .option('--samples <n>', 'how many', positive, 20)
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/paths.ts')).testPaths))
  paths
    .command('suggest')
    .description('propose path rules with their evidence')
    .option('--samples <n>', 'how many to test them with', positive, 20)
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/paths.ts')).suggestPaths))
}
