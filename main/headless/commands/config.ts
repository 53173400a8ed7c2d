/** Settings. */
import type { Command } from 'commander'
import type { Action } from './action.ts'
import { detachHelp } from './arguments.ts'

export function addConfigCommands(program: Command, action: Action): void {
  const config = program.command('config').description('settings')
  config
    .command('list')
    .description('all settings with their values')
    .option('--library <name>', 'the values in force for one Plex library')
    .action(action(async () => (await import('../verbs/config.ts')).list))
  config
    .command('get')
    .description('one setting')
    .argument('<name>', 'its name')
    .option('--library <name>', 'the value in force for one Plex library')
    .action(action(async () => (await import('../verbs/config.ts')).get))
  config
    .command('set')
    .description('store a setting')
    .argument('<name>', 'its name')
    .argument('<value>', 'its value')
    .option('--library <name>', 'for one Plex library only')
    .option('--dry-run', 'show what it would change in Plex; store and write nothing')
    .option('--rewrite', 'also enqueue every scene whose item differs')
    .action(action(async () => (await import('../verbs/config.ts')).set))
  config
    .command('unset')
    .description('back to the default')
    .argument('<name>', 'its name')
    .option('--library <name>', 'the override of one Plex library')
    .action(action(async () => (await import('../verbs/config.ts')).unset))
  config
    .command('preset')
    .description('store a named set of settings, such as stash-plex-agent')
    .argument('<name>', 'its name')
    .option('--library <name>', 'for one Plex library only')
    .option('--dry-run', 'show what it would change in Plex; store and write nothing')
    .option('--rewrite', 'also enqueue every scene whose item differs')
    .action(action(async () => (await import('../verbs/config.ts')).preset))
  config
    .command('import')
    .description('read settings from a file')
    .argument('<file>', 'written by export')
    .option('--passphrase <text>', 'for the secrets in it')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/config.ts')).importFile))
  config
    .command('export')
    .description('write settings to a file, secrets only with a passphrase')
    .argument('<file>', 'to write')
    .option('--passphrase <text>', 'encrypts the secrets into it')
    .action(action(async () => (await import('../verbs/config.ts')).exportFile))
  config
    .command('import-stash2plex')
    .description('read the settings of Stash2Plex out of Stash')
    .option('--dry-run', 'show them, change nothing')
    .action(action(async () => (await import('../verbs/config.ts')).importStash2Plex))
}
