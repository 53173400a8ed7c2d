/** The command line: which verbs and options there are. Each verb is implemented in verbs/. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { playStates } from '../../shared/plays.ts'
import { type Context, createContext, type GlobalOptions, refuse } from './context.ts'
import { createOutput, type ExitCode, exitCodes } from './output.ts'
import { processShell, type Shell } from './shell.ts'
import { version } from './version.ts'

type Verb<Options, Arguments extends unknown[]> = (
  context: Context,
  options: Options,
  ...rest: Arguments
) => Promise<ExitCode>

/** Runs the command line and ends the process with the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // `plexsync logs | head`: whoever read has enough.
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
  const abort = new AbortController()
  const program = new Command('plexsync')
    .description('Brings scene metadata from Stash to Plex, and harms nothing else there.')
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

  /** Wraps a verb: global options become its context, Ctrl-C its signal, its result the exit code. */
  function action<Options, Arguments extends unknown[]>(load: () => Promise<Verb<Options, Arguments>>) {
    return async (...all: unknown[]): Promise<void> => {
      const command = all.at(-1) as Command
      const context = createContext(command.optsWithGlobals<GlobalOptions>(), shell, abort.signal)
      if (!context.ok) return end(refuse({ output: createOutput(false, shell) }, context.fault))
      const stop = (): void => abort.abort()
      process.once('SIGINT', stop)
      process.once('SIGTERM', stop)
      const verb = await load()
      end(
        await verb(
          context.value,
          command.opts<Record<string, unknown>>() as Options,
          ...(all.slice(0, -2) as Arguments),
        ),
      )
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    }
  }

  program
    .command('serve')
    .description('run headless: hook listener, worker, and the window for a browser')
    .option('--webhook-host <host>', 'address on which hooks are received')
    .option('--webhook-port <port>', 'port on which hooks are received; 0 = any free one')
    .option('--ui-host <host>', 'address on which the window is served')
    .option('--ui-port <port>', 'port on which the window is served; 0 = any free one')
    .option('--ready-json', 'print one line of JSON once both listen')
    .action(action(async () => (await import('./verbs/serve.ts')).serve))
  program
    .command('status')
    .description('state of the whole, whether serve runs or not')
    .action(action(async () => (await import('./verbs/status.ts')).status))
  program
    .command('window')
    .description('print an address that opens the window of the running serve, once')
    .action(action(async () => (await import('./verbs/window.ts')).openWindow))
  program
    .command('process')
    .description('drain the queue in the foreground')
    .option('--stats-only', 'show the queue and change nothing')
    .option('--timeout <seconds>', 'stop after this many seconds', positive)
    .action(action(async () => (await import('./verbs/process.ts')).processQueue))
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
    .action(action(async () => (await import('./verbs/sync.ts')).sync))
  program
    .command('reconcile')
    .description('compare the libraries and enqueue what is missing or out of step')
    .addOption(
      new Option('--scope <scope>', 'which scenes, by the time of their last update')
        .choices(['all', '24h', '7days'])
        .default('24h'),
    )
    .option('--dry-run', 'enqueue nothing')
    .option('--rows', 'show each gap')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/reconcile.ts')).reconcile))
  program
    .command('explain')
    .description('show each matching step for a scene or a path')
    .addOption(new Option('--scene <id>', 'a scene of Stash').conflicts('path'))
    .addOption(new Option('--path <path>', 'a file as Stash sees it').conflicts('scene'))
    .action(action(async () => (await import('./verbs/explain.ts')).explain))

  const tasks = program.command('tasks').description('long work: comparisons, syncs of all scenes, rewrites, backups')
  tasks
    .command('list')
    .description('the latest tasks, newest first')
    .action(action(async () => (await import('./verbs/tasks.ts')).list))
  tasks
    .command('watch')
    .description('show the progress of a task until it ends')
    .argument('<id>', 'which one')
    .action(action(async () => (await import('./verbs/tasks.ts')).watch))
  tasks
    .command('cancel')
    .description('stop a task; what it did so far stays')
    .argument('<id>', 'which one')
    .action(action(async () => (await import('./verbs/tasks.ts')).cancel))

  const paths = program.command('paths').description('test path rules, or derive them from both libraries')
  paths
    .command('test')
    .description('map sample files and look for them in Plex')
    .option('--samples <n>', 'how many', positive, 20)
    .action(action(async () => (await import('./verbs/paths.ts')).testPaths))
  paths
    .command('suggest')
    .description('propose path rules with their evidence')
    .option('--samples <n>', 'how many to test them with', positive, 20)
    .action(action(async () => (await import('./verbs/paths.ts')).suggestPaths))

  const dlq = program.command('dlq').description('dead letters, and what needs a person')
  dlq
    .command('list')
    .description('show them')
    .action(action(async () => (await import('./verbs/dlq.ts')).list))
  dlq
    .command('retry')
    .description('try them again')
    .argument('[ids...]', 'which ones')
    .option('--all', 'all of them')
    .action(action(async () => (await import('./verbs/dlq.ts')).retry))
  dlq
    .command('discard')
    .description('throw them away; the window can undo it')
    .argument('<ids...>', 'which ones')
    .action(action(async () => (await import('./verbs/dlq.ts')).discard))
  dlq
    .command('pick')
    .description('decide which Plex item a scene’s file is')
    .argument('<scene>', 'id of the scene')
    .argument('<rating-key>', 'rating key of the item')
    .action(action(async () => (await import('./verbs/dlq.ts')).pick))
  dlq
    .command('purge')
    .description('remove old ones for good')
    .requiredOption('--older-than <days>', 'those that failed longer ago', days)
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/dlq.ts')).purge))

  const activity = program.command('activity').description('plays, resume points and ratings that come back from Plex')
  activity
    .command('pull')
    .description('bring them to Stash, as the settings say')
    .option('--dry-run', 'show what would come, write nothing')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/activity.ts')).pull))
  activity
    .command('list')
    .description('plays that were seen, with the outcome of each, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(playStates))
    .option('--limit <n>', 'how many', positive, 200)
    .action(action(async () => (await import('./verbs/activity.ts')).list))
  activity
    .command('undo')
    .description('take out of Stash again what a run brought')
    .argument('[run]', 'which one; activity list shows them')
    .option('--all', 'everything that ever came')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/activity.ts')).undo))

  const config = program.command('config').description('settings')
  config
    .command('list')
    .description('all settings with their values')
    .option('--library <name>', 'the values in force for one Plex library')
    .action(action(async () => (await import('./verbs/config.ts')).list))
  config
    .command('get')
    .description('one setting')
    .argument('<name>', 'its name')
    .option('--library <name>', 'the value in force for one Plex library')
    .action(action(async () => (await import('./verbs/config.ts')).get))
  config
    .command('set')
    .description('store a setting')
    .argument('<name>', 'its name')
    .argument('<value>', 'its value')
    .option('--library <name>', 'for one Plex library only')
    .option('--dry-run', 'show what it would change in Plex; store and write nothing')
    .option('--rewrite', 'also enqueue every scene whose item differs')
    .action(action(async () => (await import('./verbs/config.ts')).set))
  config
    .command('unset')
    .description('back to the default')
    .argument('<name>', 'its name')
    .option('--library <name>', 'the override of one Plex library')
    .action(action(async () => (await import('./verbs/config.ts')).unset))
  config
    .command('preset')
    .description('store a named set of settings, such as stash-plex-agent')
    .argument('<name>', 'its name')
    .option('--library <name>', 'for one Plex library only')
    .option('--dry-run', 'show what it would change in Plex; store and write nothing')
    .option('--rewrite', 'also enqueue every scene whose item differs')
    .action(action(async () => (await import('./verbs/config.ts')).preset))
  config
    .command('import')
    .description('read settings from a file')
    .argument('<file>', 'written by export')
    .option('--passphrase <text>', 'for the secrets in it')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/config.ts')).importFile))
  config
    .command('export')
    .description('write settings to a file, secrets only with a passphrase')
    .argument('<file>', 'to write')
    .option('--passphrase <text>', 'encrypts the secrets into it')
    .action(action(async () => (await import('./verbs/config.ts')).exportFile))
  config
    .command('import-stash2plex')
    .description('read the settings of Stash2Plex out of Stash')
    .option('--dry-run', 'show them, change nothing')
    .action(action(async () => (await import('./verbs/config.ts')).importStash2Plex))

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
    .action(action(async () => (await import('./verbs/plugin.ts')).exportPlugin))
  plugin
    .command('install')
    .description('install the plugin into Stash')
    .addOption(
      new Option('--variant <variant>', 'default: js, where Stash reaches PlexSync over loopback').choices([
        'js',
        'python',
      ]),
    )
    .option('--yes', 'agree that code is put into Stash')
    .option('--beside', 'install it beside the plugin of another PlexSync, under a separate id')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/plugin.ts')).install))
  plugin
    .command('status')
    .description('which plugin Stash holds')
    .action(action(async () => (await import('./verbs/plugin.ts')).status))

  program
    .command('doctor')
    .description('every health check with cause and cure')
    .action(action(async () => (await import('./verbs/doctor.ts')).doctor))
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
    .action(action(async () => (await import('./verbs/logs.ts')).logs))
  program
    .command('backup')
    .description('copy the database, consistent while running')
    .argument('<file>', 'to write')
    .option('--detach', detachHelp)
    .action(action(async () => (await import('./verbs/backup.ts')).backup))
  program
    .command('restore')
    .description('put a copy in place of the database, which is kept aside')
    .argument('<file>', 'written by backup')
    .action(action(async () => (await import('./verbs/backup.ts')).restore))
  return program
}

const detachHelp = 'leave the work to the running PlexSync and print {"task"}'

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new InvalidArgumentError('must be a number above 0')
  return number
}

function days(text: string): number {
  const number = Number(text.replace(/d(ays?)?$/, ''))
  if (!(number >= 0)) throw new InvalidArgumentError('must be a number of days, such as 30')
  return number
}
