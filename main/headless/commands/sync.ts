/** Brings scenes to Plex, and explains what would happen to one. */
import { type Command, Option } from 'commander'
import type { Action } from './action.ts'
import { detachHelp, positive } from './arguments.ts'

export function addSyncCommands(program: Command, action: Action): void {
  program
    .command('process')
    .description('drain the queue in the foreground')
    .option('--stats-only', 'show the queue and change nothing')
    .option('--timeout <seconds>', 'stop after this many seconds', positive)
    .action(action(async () => (await import('../verbs/process.ts')).processQueue))
  program
    .command('sync')
    .description('put scenes into the queue, or show what would be written')
    .addOption(new Option('--all', 'all scenes, whatever was written before').conflicts(['recent', 'scene']))
    .addOption(new Option('--recent', 'scenes updated in the last 24 hours').conflicts(['all', 'scene']))
    .addOption(new Option('--scene <id...>', 'these scenes').conflicts(['all', 'recent']))
    .option('--dry-run', 'show the plan, write nothing')
    .option('--wait', 'wait until they are written')
    .option('--verify', 'write one scene now, read it back and show what differs')
    .option('--undo', 'take the last write of one scene back; with --verify right after it')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/sync.ts')).sync))
  program
    .command('reconcile')
    .description('compare the libraries and enqueue what is missing or differs')
    .addOption(
      new Option('--scope <scope>', 'which scenes, by the time of their last update')
        .choices(['all', '24h', '7days'])
        .default('24h'),
    )
    .option('--dry-run', 'enqueue nothing')
    .option('--rows', 'show each gap')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/reconcile.ts')).reconcile))
  program
    .command('adopt')
    .description('adopt locked Plex fields as written by this installation')
    .option('--all', 'also those whose value differs from Stash; Stash overwrites them')
    .option('--dry-run', 'show what would be adopted, change nothing')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/adopt.ts')).adopt))
  program
    .command('explain')
    .description('show each matching step for a scene or a path')
    .addOption(new Option('--scene <id>', 'a scene of Stash').conflicts('path'))
    .addOption(new Option('--path <path>', 'a file as Stash sees it').conflicts('scene'))
    .action(action(async () => (await import('../verbs/explain.ts')).explain))
}
