/** Health, log and backup. */
import { type Command, Option } from 'commander'
import type { Action } from './action.ts'
import { detachHelp, positive } from './arguments.ts'

export function addUpkeepCommands(program: Command, action: Action): void {
  program
    .command('doctor')
    .description('every health check with cause and cure')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/doctor.ts')).doctor))
  program
    .command('logs')
    .description('the log, redacted')
    .addOption(
      new Option('--level <level>', 'this level and those above').choices([
        'trace',
        'debug',
        'info',
        'warning',
        'error',
      ]),
    )
    .option('--component <name>', 'such as Worker, Hook, Matcher')
    .option('--scene <id>', 'lines about one scene')
    .option('--grep <text>', 'lines that contain it')
    .option('--since <time>', 'ISO time, or 30m, 2h, 3d ago')
    .option('--limit <n>', 'the maximum number of lines', positive, 500)
    .option('--follow', 'continue with new lines')
    .action(action(async () => (await import('../verbs/logs.ts')).logs))
  program
    .command('backup')
    .description('copy the database, consistent while running')
    .argument('<file>', 'to write')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/backup.ts')).backup))
  program
    .command('restore')
    .description('restore a backup and keep the current database')
    .argument('<file>', 'written by backup')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/backup.ts')).restore))
}
