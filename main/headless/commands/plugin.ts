/** The companion plugin. */
import { type Command, Option } from 'commander'
import type { Action } from './action.ts'
import { detachHelp } from './arguments.ts'

export function addPluginCommands(program: Command, action: Action): void {
  const plugin = program.command('plugin').description('the companion plugin for Stash')
  plugin
    .command('export')
    .description('write the plugin into a folder')
    .argument('<dir>', 'the folder')
    .addOption(
      new Option('--variant <variant>', 'js: Stash reaches PlexSync over loopback; python: it does not')
        .choices(['js', 'python'])
        .makeOptionMandatory(),
    )
    .action(action(async () => (await import('../verbs/plugin.ts')).exportPlugin))
  plugin
    .command('install')
    .description('install the plugin into Stash')
    .addOption(
      new Option('--variant <variant>', 'default: js, if Stash reaches PlexSync over loopback').choices([
        'js',
        'python',
      ]),
    )
    .option('--yes', 'agree that code is installed in Stash')
    .option('--beside', 'install it beside the plugin of another PlexSync, under a separate id')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('../verbs/plugin.ts')).install))
  plugin
    .command('status')
    .description('show the installed plugin')
    .action(action(async () => (await import('../verbs/plugin.ts')).status))
}
