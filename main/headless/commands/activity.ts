/** Plays, resume points and ratings that come back from Plex. */
import { type Command, Option } from 'commander'
import { playStates } from '../../../shared/plays.ts'
import type { Action } from './action.ts'
import { detachHelp, positive } from './arguments.ts'

export function addActivityCommands(program: Command, action: Action): void {
  const activity = program.command('activity').description('plays, resume points and ratings that come back from Plex')
  activity
    .command('pull')
    .description('bring them to Stash, as the settings say')
    .option('--dry-run', 'preview, write nothing')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/activity.ts')).pull))
  activity
    .command('list')
    .description('plays that were seen, with the outcome of each, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(playStates))
    .option('--limit <n>', 'how many', positive, 200)
    .action(action(async () => (await import('../verbs/activity.ts')).list))
  activity
    .command('undo')
    .description('undo a run')
    .argument('[run]', 'its number; activity pull prints it, activity list shows it for each play')
    .option('--all', 'undo everything')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/activity.ts')).undo))
}
