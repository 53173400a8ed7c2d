/** Runs PlexSync, and shows how it is. */
import type { Command } from 'commander'
import type { Action } from './action.ts'

export function addServeCommands(program: Command, action: Action): void {
  program
    .command('serve')
    .description('run headless: hook listener, worker, and the window for a browser')
    .option('--webhook-host <host>', 'address on which hooks are received')
    .option('--webhook-port <port>', 'port on which hooks are received; 0 = any free one')
    .option('--ui-host <host>', 'address on which the window is served')
    .option('--ui-port <port>', 'port on which the window is served; 0 = any free one')
    .option('--ready-json', 'print one line of JSON once both listen')
    .action(action(async () => (await import('../verbs/serve.ts')).serve))
  program
    .command('status')
    .description('overall state, whether serve runs or not')
    .action(action(async () => (await import('../verbs/status.ts')).status))
  program
    .command('window')
    .description('print an address that opens the window of the running serve, once')
    .action(action(async () => (await import('../verbs/window.ts')).openWindow))
}
