/** Long work that is watched. */
import type { Command } from 'commander'
import type { Action } from './action.ts'

export function addTasksCommands(program: Command, action: Action): void {
  const tasks = program.command('tasks').description('long work: comparisons, syncs of all scenes, rewrites, backups')
  tasks
    .command('list')
    .description('the latest tasks, newest first')
    .action(action(async () => (await import('../verbs/tasks.ts')).list))
  tasks
    .command('watch')
    .description('show the progress of a task until it ends')
    .argument('<id>', 'which one')
    .action(action(async () => (await import('../verbs/tasks.ts')).watch))
  tasks
    .command('cancel')
    .description('stop a task; what it did so far stays')
    .argument('<id>', 'which one')
    .action(action(async () => (await import('../verbs/tasks.ts')).cancel))
}
