/** The command line: the global options and the groups of commands. Each verb is implemented in verbs/. */
import { Command, CommanderError } from 'commander'
import { actionsOf } from './commands/action.ts'
import { addActivityCommands } from './commands/activity.ts'
import { addConfigCommands } from './commands/config.ts'
import { addDlqCommands } from './commands/dlq.ts'
import { addPathsCommands } from './commands/paths.ts'
import { addPluginCommands } from './commands/plugin.ts'
import { addServeCommands } from './commands/serve.ts'
import { addSyncCommands } from './commands/sync.ts'
import { addTasksCommands } from './commands/tasks.ts'
import { addUpkeepCommands } from './commands/upkeep.ts'
import { type ExitCode, exitCodes } from './output.ts'
import { processShell, type Shell } from './shell.ts'
import { version } from './version.ts'

/** Runs the command line and ends the process with the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // `plexsync logs | head`: the reader has enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed),
  )
  process.exitCode = await run(argv, processShell)
}

/** Runs the command line in a shell, and returns the exit code. */
export async function run(argv: readonly string[], shell: Shell): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const program = createProgram(shell, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
}

/** The program with all verbs; `end` gets the exit code of the one that ran. */
export function createProgram(shell: Shell, end: (code: ExitCode) => void): Command {
  const program = new Command('plexsync')
    .description('Writes scene metadata from Stash to Plex, and leaves everything else there alone.')
    .version(version)
    .option('--data-dir <dir>', 'data folder (default: the platform’s, or PLEXSYNC_DATA_DIR)')
    .option('--json', 'one JSON document on stdout, everything else on stderr')
    .option('--plex-url <url>', 'address of Plex, for this run only')
    .option('--plex-token <token>', 'token of Plex, for this run only')
    .option('--plex-library <names>', 'libraries to write to, for this run only')
    .option(
      '--set <name=value>',
      'any setting, for this run only; can be repeated',
      (pair: string, all: string[] = []) => [...all, pair],
    )
    .exitOverride()
    .configureOutput({ writeOut: shell.out, writeErr: shell.err })
    .showHelpAfterError('(plexsync --help shows all verbs)')

  const action = actionsOf(shell, end)
  addServeCommands(program, action)
  addSyncCommands(program, action)
  addTasksCommands(program, action)
  addPathsCommands(program, action)
  addDlqCommands(program, action)
  addActivityCommands(program, action)
  addConfigCommands(program, action)
  addPluginCommands(program, action)
  addUpkeepCommands(program, action)
  return program
}
