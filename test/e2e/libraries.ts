/** A whole engine between the two simulated servers, for the tests of sweep and reconcile. */

import type { Engine } from '../../main/engine/engine.ts'
import { Listeners } from '../../main/engine/listeners.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import { type Clock, systemClock } from '../../main/engine/ports.ts'
import type { CallName, GapRow, ReconcileRun, ReconcileScope, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { Rest } from '../harness/at-rest.ts'
import { placeFreshDatabase } from '../harness/fresh-database.ts'
import { openPlainEngine } from '../harness/plain-engine.ts'
import { type PlexServer, startPlexServer } from '../harness/plex-server.ts'
import type { SceneSeed } from '../harness/stash-library.ts'
import { type StashServer, type StashServerOptions, startStashServer } from '../harness/stash-server.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'

const never = new AbortController().signal

export interface LibrariesOptions {
  readonly stash?: StashServerOptions
  readonly settings?: Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Called before each request of the engine's log line; for waiting on what is said. */
  readonly onLine?: (line: string) => void
}

/** Both servers and an engine on one data folder; the engine can be stopped, killed and started again. */
export class Libraries implements AsyncDisposable {
  readonly stash: StashServer
  readonly plex: PlexServer
  readonly lines: string[] = []
  readonly #folder: TempFolder
  readonly #rest: Rest
  readonly #options: LibrariesOptions
  readonly #logged = new Listeners<string>()
  #engine: Engine | null = null

  constructor(stash: StashServer, plex: PlexServer, folder: TempFolder, options: LibrariesOptions) {
    this.stash = stash
    this.plex = plex
    this.#folder = folder
    this.#options = options
    this.#rest = new Rest([stash, plex])
  }

  get engine(): Engine {
    if (this.#engine === null) throw new Error('no engine')
    return this.#engine
  }

  /** Opens an engine on the data folder; `start` makes it work. */
  async open({ start }: { readonly start: boolean }): Promise<Engine> {
    const clock = this.#options.clock ?? systemClock
    const log = await openLog({ folder: null, clock, print: () => {}, printAll: false })
    log.onLine(({ line }) => {
      this.lines.push(line)
      this.#logged.send(line)
      this.#options.onLine?.(line)
    })
    const engine = openPlainEngine({
      dataFolder: this.#folder.path,
      settings: {
        plex_url: this.plex.url,
        plex_token: this.plex.token,
        stash_url: this.stash.url,
        stash_api_key: this.stash.apiKey,
        hook_token: 'hook-token-of-this-test',
        webhook_port: '0',
        sync_poster: 'false',
        // A probe every ten seconds would make days of test time long; the tests of the probe switch it on.
        stash_poll_seconds: '0',
        path_map: '/data=>/media',
        debug_logging: 'true',
        ...this.#options.settings,
      },
      log,
      clock,
      random: () => 0.5,
      onExchange: this.#rest.onExchange,
    })
    this.#engine = engine
    if (start) {
      const started = await engine.start()
      if (!started.ok) throw new Error(started.fault.message)
    }
    return engine
  }

  async close(): Promise<void> {
    const engine = this.#engine
    this.#engine = null
    await engine?.close()
  }

  async call<N extends CallName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N>> {
    const result = await this.engine.invoke(name, request, never)
    if (!result.ok) throw new Error(`${name}: ${result.fault.code} ${result.fault.message}`)
    return result.value
  }

  /** A scene with its file in both libraries, or only in Stash. */
  addScene(name: string, seed: SceneSeed = {}, inPlex = true): { sceneId: string; ratingKey: number } {
    const file = { path: `/data/${name}.mp4`, size: 1_000_000 + name.length, duration: 600 }
    const scene = this.stash.library.addScene({ files: [file], title: `Title of ${name}`, ...seed })
    const item = inPlex
      ? this.plex.library.addItem({ section: 1, file: { file: `/media/${name}.mp4`, size: file.size } })
      : null
    return { sceneId: String(scene.id), ratingKey: item?.ratingKey ?? 0 }
  }

  /** Compares and waits for the end. */
  async reconcile(scope: ReconcileScope = 'all', dryRun = false): Promise<{ run: ReconcileRun; rows: GapRow[] }> {
    const begun = await this.call('startReconcile', { scope, dry_run: dryRun })
    const run = await this.reconciled(begun.id)
    const { rows } = await this.call('listGaps', { id: run.id, limit: 1000 })
    return { run, rows }
  }

  async reconciled(id: number): Promise<ReconcileRun> {
    const ended = Promise.withResolvers<ReconcileRun>()
    const end = this.engine.subscribe((event) => {
      if (event.name === 'reconcile' && event.data.id === id && event.data.state !== 'running')
        ended.resolve(event.data)
    })
    const { run } = await this.call('getReconcile', { id })
    if (run !== null && run.state !== 'running') ended.resolve(run)
    return ended.promise.finally(end)
  }

  /** Works until nothing is due. */
  async drain(): Promise<ResponseOf<'processQueue'>> {
    return this.call('processQueue', { timeout_seconds: 60 })
  }

  async syncAll(): Promise<void> {
    await this.call('enqueueScenes', { scope: 'all' })
    await this.drain()
  }

  /** Waits for a line of the log, from now on or logged since `from`. */
  async line(pattern: RegExp, from = 0): Promise<string> {
    const found = this.lines.slice(from).find((line) => pattern.test(line))
    if (found !== undefined) return found
    const next = Promise.withResolvers<string>()
    const end = this.#logged.add((line) => {
      if (pattern.test(line)) next.resolve(line)
    })
    return next.promise.finally(end)
  }

  /** Lets what is under way over real sockets arrive while the clock of the engine stands still. */
  arrive(): Promise<void> {
    return this.#rest.come()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await this.stash.close()
    await this.plex.close()
    await this.#folder.close()
  }
}

export async function startLibraries(options: LibrariesOptions = {}): Promise<Libraries> {
  const clock = options.clock === undefined ? {} : { clock: options.clock }
  const stash = await startStashServer({ ...clock, ...options.stash })
  const plex = await startPlexServer(clock)
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  const folder = await makeMemoryFolder()
  placeFreshDatabase(folder.file('plexsync.db'))
  return new Libraries(stash, plex, folder, options)
}

export const metadata: SceneSeed = {
  details: 'What it is about.',
  date: '2023-05-01',
  studio: 'Studio',
  performers: ['One', 'Two', 'Three', 'Four'],
  tags: ['Alpha', 'Beta', 'Gamma'],
}
