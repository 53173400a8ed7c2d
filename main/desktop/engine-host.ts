/** The engine in this process, and what belongs to running it: the lock on its data folder, log, secrets, command line. */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { EngineEvent } from '../../shared/contract.ts'
import { decline } from '../../shared/decline.ts'
import { splitNames } from '../../shared/names.ts'
import { ok, type Result, textOf } from '../../shared/result.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { type AppLog, openLog } from '../engine/log/logger.ts'
import { type Notifier, systemClock } from '../engine/ports.ts'
import { type ApiServer, startApiServer } from '../host/api-server.ts'
import { findHolder, type Instance, takeInstance } from '../host/instance.ts'
import { Sessions } from '../host/session.ts'
import { printToTerminal } from '../host/terminal.ts'
import { desktopLines } from './desktop-log.ts'
import { startPosterUtility } from './poster-utility.ts'
import { openDesktopSecrets, type SecretsDeps } from './secrets.ts'

export interface HostDeps {
  readonly dataFolder: string
  readonly version: string
  readonly log: AppLog
  readonly notifier: Notifier
  readonly secrets: Pick<SecretsDeps, 'keychain' | 'platform' | 'texts'>
}

export class EngineHost {
  readonly engine: Engine
  readonly #instance: Instance
  readonly #deps: HostDeps
  #api: ApiServer | null = null

  private constructor(engine: Engine, instance: Instance, deps: HostDeps) {
    this.engine = engine
    this.#instance = instance
    this.#deps = deps
  }

  /** Opens everything, but starts nothing. Faults say in one sentence what is in the way. */
  static async open(deps: HostDeps): Promise<Result<EngineHost>> {
    const { dataFolder, version, log, notifier } = deps
    let instance: Instance | null
    try {
      instance = takeInstance(dataFolder)
    } catch (problem) {
      return decline('cannot_store', {
        code: 'folder_unusable',
        values: { folder: dataFolder, found: textOf(problem) },
      })
    }
    if (instance === null) {
      const pid = findHolder(dataFolder)?.pid ?? null
      return decline('already_running', { code: 'already_running', values: { folder: dataFolder, pid } })
    }
    const secrets = await openDesktopSecrets({ ...deps.secrets, folder: dataFolder, clock: systemClock, logger: log })
    if (!secrets.ok) {
      instance.close()
      return secrets
    }
    const opened = secrets.value
    const engine = createEngine(
      {
        dataFolder,
        version,
        host: 'desktop',
        arguments: {},
        environment: process.env,
        // Read when it is shown: it changes when a keyring is unlocked.
        get secretsWarning() {
          return opened.warning
        },
        onDamage: 'keep_aside',
      },
      {
        clock: systemClock,
        random: Math.random,
        newId: () => randomBytes(16).toString('hex'),
        secrets: opened.secrets,
        logger: log,
        notifier,
        startPosterWorker: startPosterUtility,
      },
      log,
    )
    if (engine.ok) return ok(new EngineHost(engine.value, instance, deps))
    instance.close()
    return engine
  }

  /** Begins to work. Where the engine cannot (its port is taken), it can still be configured, and started again. */
  async start(): Promise<Result<null>> {
    const started = await this.engine.start()
    if (!started.ok) return started
    await this.#serveCommandLine()
    return ok(null)
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.engine.subscribe(listener)
  }

  /** Finishes what is in flight, at most `timeoutMs`, and lets go of everything. */
  async close(timeoutMs: number): Promise<void> {
    await this.#api?.close()
    this.#api = null
    await this.engine.stop(timeoutMs)
    await this.engine.close()
    this.#instance.close()
  }

  /** `plexsync status` and the others talk to the process that holds the folder: over loopback, with a key in a 0600 file. */
  async #serveCommandLine(): Promise<void> {
    if (this.#api !== null) return
    const { log, version } = this.#deps
    const { engine } = this
    const apiKey = engine.ports.newId()
    const api = await startApiServer(
      {
        engine,
        sessions: new Sessions(engine.ports.newId, apiKey),
        logger: log,
        version,
        extraHosts: () => splitNames(engine.settings().ui_hosts),
      },
      '127.0.0.1',
      0,
    )
    if (!api.ok) {
      log.log(...desktopLines.noCommandLine({ problem: api.fault.message }))
      return
    }
    this.#api = api.value
    this.#instance.announce({ pid: process.pid, apiUrl: api.value.url, apiKey })
  }
}

/** The log of the desktop app; also on the terminal if there is one to read it. */
export function openDesktopLog(dataFolder: string, isPackaged: boolean): Promise<AppLog> {
  return openLog({
    folder: join(dataFolder, 'logs'),
    clock: systemClock,
    print: printToTerminal,
    printAll: !isPackaged,
  })
}
