/** What a verb works with: where it prints, and the way to an engine. */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Invoke } from '../../shared/contract.ts'
import { type Fault, fail, ok, type Result } from '../../shared/result.ts'
import { isSettingAlias, isSettingName, settingNames } from '../../shared/settings.ts'
import { attempt } from '../engine/database/storage-fault.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { type AppLog, openLog } from '../engine/log/logger.ts'
import { type Ports, systemClock } from '../engine/ports.ts'
import { openSecretsFile } from '../engine/settings/secrets-file.ts'
import { dataFolderOf } from '../host/data-folder.ts'
import { findHolder, type Holder, type Instance, takeInstance } from '../host/instance.ts'
import { remoteInvoke } from './backend.ts'
import { endOnCrash } from './crash.ts'
import { createOutput, type ExitCode, exitCodeOf, exitCodes, type Output } from './output.ts'
import type { Shell } from './shell.ts'
import { version } from './version.ts'

/** Options that are before or after any verb. */
export interface GlobalOptions {
  readonly dataDir?: string
  readonly json?: boolean
  readonly plexUrl?: string
  readonly plexToken?: string
  readonly plexLibrary?: string
  readonly set?: readonly string[]
}

export interface Context {
  readonly shell: Shell
  readonly output: Output
  readonly dataFolder: string
  /** Settings for this run only. */
  readonly arguments: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** An engine that this process runs, to be closed at the end. */
export interface LocalEngine {
  readonly engine: Engine
  readonly log: AppLog
  close(): Promise<void>
}

export function createContext(options: GlobalOptions, shell: Shell, signal: AbortSignal): Result<Context> {
  const given: Record<string, string> = {}
  for (const pair of options.set ?? []) {
    const [name = '', ...rest] = pair.split('=')
    if (rest.length === 0) return fail('invalid_input', `--set ${pair}: expected NAME=VALUE`)
    if (!isSettingName(name) && !isSettingAlias(name))
      return fail(
        'invalid_input',
        `--set ${name}: there is no such setting; plexsync config list shows all ${settingNames.length}`,
      )
    given[name] = rest.join('=')
  }
  if (options.plexUrl !== undefined) given.plex_url = options.plexUrl
  if (options.plexToken !== undefined) given.plex_token = options.plexToken
  if (options.plexLibrary !== undefined) given.plex_library = options.plexLibrary
  return ok({
    shell,
    output: createOutput(options.json ?? false, shell),
    dataFolder: dataFolderOf(options.dataDir, shell.environment),
    arguments: given,
    signal,
  })
}

export interface OpenOptions {
  /** Print the log on stderr. */
  readonly printLog: boolean
  readonly onDamage?: 'leave' | 'keep_aside'
}

/** Opens an engine in this process. It shares the database safely with a running one, but starts no work. */
export async function openLocalEngine(context: Context, options: OpenOptions): Promise<Result<LocalEngine>> {
  try {
    mkdirSync(context.dataFolder, { recursive: true, mode: 0o700 })
  } catch (error) {
    return fail(
      'cannot_store',
      `The data folder ${context.dataFolder} cannot be made: ${error instanceof Error ? error.message : error}`,
    )
  }
  const log = await openLog({
    folder: join(context.dataFolder, 'logs'),
    clock: systemClock,
    print: context.shell.log,
    printAll: options.printLog,
  })
  const endCrashWatch = endOnCrash(log, { isPrinted: options.printLog })
  const closeLog = (): void => {
    endCrashWatch()
    log.close()
  }
  const secrets = openSecretsFile(join(context.dataFolder, 'secrets.json'), systemClock, log)
  if (!secrets.ok) {
    closeLog()
    return secrets
  }
  const ports: Ports = {
    clock: systemClock,
    random: Math.random,
    newId: () => randomBytes(16).toString('hex'),
    secrets: secrets.value,
    logger: log,
    notifier: { notify: () => {} },
  }
  const engine = createEngine(
    {
      dataFolder: context.dataFolder,
      version,
      host: 'headless',
      arguments: context.arguments,
      environment: context.shell.environment,
      secretsWarning: 'Tokens and keys are kept in a file that only this user can read, but it is not encrypted.',
      onDamage: options.onDamage ?? 'leave',
    },
    ports,
    log,
  )
  if (!engine.ok) {
    closeLog()
    return engine
  }
  return ok({
    engine: engine.value,
    log,
    async close() {
      await engine.value.close()
      closeLog()
    },
  })
}

/** Takes the data folder for this process; null if another one holds it. Faults are those of its file system. */
export function takeDataFolder({ dataFolder }: Pick<Context, 'dataFolder'>): Result<Instance | null> {
  return attempt(`The data folder ${dataFolder}`, () => ok(takeInstance(dataFolder)), dataFolder)
}

/**
 * Runs a verb against the running PlexSync of this data folder, or against an engine of our own where none runs. With
 * settings for this run only it is always our own, since the running one has its own settings.
 */
export async function withEngine(
  context: Context,
  work: (invoke: Invoke, running: Holder | null) => Promise<ExitCode>,
  options: { /** Work that must not happen twice at the same time. */ readonly exclusive?: boolean } = {},
): Promise<ExitCode> {
  const holder = findHolder(context.dataFolder)
  const overridden = Object.keys(context.arguments).length > 0
  if (holder !== null && !(overridden && options.exclusive !== true)) {
    if (overridden)
      context.output.note(`PlexSync (pid ${holder.pid}) is running on this data folder: its own settings are used.`)
    return work(remoteInvoke(holder), holder)
  }
  let instance: Instance | null = null
  if (options.exclusive === true) {
    const taken = takeDataFolder(context)
    if (!taken.ok) return refuse(context, taken.fault)
    instance = taken.value
    if (instance === null)
      return refuse(context, fail('already_running', 'Another PlexSync works on this data folder').fault)
  }
  const local = await openLocalEngine(context, { printLog: false })
  if (!local.ok) {
    instance?.close()
    return refuse(context, local.fault)
  }
  try {
    return await work(local.value.engine.invoke, null)
  } finally {
    await local.value.close()
    instance?.close()
  }
}

/** Shows a fault and gives the exit code for it. */
export function refuse(context: Pick<Context, 'output'>, fault: Fault): ExitCode {
  context.output.fault(fault)
  return exitCodeOf(fault.code)
}

export { type ExitCode, exitCodes }
