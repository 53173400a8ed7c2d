/**
 * The engine: one opened database with all that works on it (`core.ts`), which a restore replaces as a whole. Hosts (headless,
 * desktop) bring the ports and get the contract's calls and events, `start` and `stop`.
 */
import { type Invoke, parseRequest, type Run, type Subscribe } from '../../shared/contract.ts'
import type { PictureName } from '../../shared/pictures.ts'
import { ok, type Result } from '../../shared/result.ts'
import type { Settings } from '../../shared/settings.ts'
import { EngineEvents } from './api/events.ts'
import { type Core, openCore, type RestoreTask } from './core.ts'
import { prepareRestore, putInPlace } from './database/restore.ts'
import type { EngineOptions } from './engine-options.ts'
import type { AppLog } from './log/logger.ts'
import type { Picture } from './pictures/picture.ts'
import type { Ports } from './ports.ts'
import { databaseFile } from './stores.ts'
import type { TaskRow } from './tasks/task-store.ts'

export type { EngineOptions } from './engine-options.ts'

export interface Engine {
  readonly ports: Ports
  readonly invoke: Invoke
  readonly run: Run
  readonly subscribe: Subscribe
  /** A picture for the window; null if there is none. */
  picture(name: PictureName, signal: AbortSignal): Promise<Picture | null>
  settings(): Settings
  /** Listens for hooks, recovers what a crash left, and begins to work. */
  start(): Promise<Result<{ readonly webhookUrl: string }>>
  /** Takes no more hooks, finishes what is in flight within `timeoutMs`, and does not start again. True when nothing was left. */
  stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean>
  /** Stops and lets go of the database. */
  close(): Promise<void>
}

export function createEngine(options: EngineOptions, ports: Ports, log: AppLog): Result<Engine> {
  // ---- build ----
  // Of the engine, not of its database: a listener keeps its subscription over a restore.
  const events = new EngineEvents(ports.clock)
  const open = (): Result<Core> => openCore({ options, ports, log, events, restore })
  const first = open()
  if (!first.ok) return first
  let core = first.value

  // ---- who listens to whom ----
  events.readStatusFrom(() => core.status.read())
  const ends = [log.onLine((line) => events.send('log', line))]

  // ---- start and stop ----
  let started = false
  /** Resolves when the database that is being replaced is open again; calls wait for it. */
  let replaced = Promise.resolve()

  /** Puts a backup in place of the database: prepared while everything works, replaced while everything stands still. */
  async function restore(file: string, task: RestoreTask): Promise<Result<{ kept_aside: string }>> {
    const prepared = await prepareRestore(file, databaseFile(options), task)
    if (!prepared.ok) return prepared
    const done = Promise.withResolvers<void>()
    replaced = done.promise
    try {
      return await replace(task.leave())
    } finally {
      done.resolve()
    }
  }

  async function replace(row: TaskRow | null): Promise<Result<{ kept_aside: string }>> {
    const wasStarted = started
    await core.stop(30_000)
    await core.close()
    const inPlace = putInPlace(databaseFile(options), ports.clock)
    const restored = inPlace.ok ? ok({ kept_aside: inPlace.value.keptAside ?? '' }) : inPlace
    const again = open()
    if (!again.ok) return again
    core = again.value
    if (row !== null) core.adoptTask(row, restored)
    const running = wasStarted ? await core.start() : ok(null)
    return running.ok ? restored : running
  }

  const run: Run = async (name, request, signal) => {
    await replaced
    // The pair is right by the signature; the compiler does not follow an index over a union.
    const handler = core.handlers[name] as (request: unknown, signal: AbortSignal) => Promise<Result<never>>
    return handler(request, signal)
  }

  return ok({
    ports,
    settings: () => core.settings(),
    subscribe: events.subscribe,
    picture: (name, signal) => core.pictures.read(name, signal),
    run,
    invoke: async (name, request, signal) => {
      const parsed = parseRequest(name, request)
      return parsed.ok ? run(name, parsed.value, signal) : parsed
    },
    async start() {
      const running = await core.start()
      started = running.ok
      return running
    },
    async stop(timeoutMs, onProgress) {
      started = false
      return core.stop(timeoutMs, onProgress)
    },
    async close() {
      await core.close()
      events.close()
      for (const end of ends) end()
    },
  })
}
