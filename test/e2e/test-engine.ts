/**
 * The whole engine in this process, between simulated servers that it reaches over real HTTP, on a clock that the test
 * moves. Nothing here sleeps: time passes when the test says so, and between two moments everything that is under way
 * is let run until nothing moves any more.
 */
import { rmSync } from 'node:fs'
import type { Engine } from '../../main/engine/engine.ts'
import { type AppLog, openLog } from '../../main/engine/log/logger.ts'
import type { Notice } from '../../main/engine/ports.ts'
import { forkPosterWorker } from '../../main/engine/posters/worker-process.ts'
import type { ActivityRow, CallName, LogLine, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { type Fault, type Result, textOf } from '../../shared/result.ts'
import { Rest } from '../harness/at-rest.ts'
import { ManualClock } from '../harness/clock.ts'
import { placeFreshDatabase } from '../harness/fresh-database.ts'
import { aMoment } from '../harness/moment.ts'
import { openPlainEngine, secretsInMemory } from '../harness/plain-engine.ts'
import { tagNames } from '../harness/plex-item.ts'
import { type PlexServer, type PlexServerOptions, startPlexServer } from '../harness/plex-server.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { type StashServer, type StashServerOptions, startStashServer } from '../harness/stash-server.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

const never = new AbortController().signal

const hookToken = 'test-hook-token'

/** A manual clock that knows whether anybody has used it since one looked. */
class TestClock extends ManualClock {
  used = 0

  override setTimer(ms: number, fn: () => void): () => void {
    this.used += 1
    const end = super.setTimer(ms, fn)
    return () => {
      this.used += 1
      end()
    }
  }
}

export interface TestEngineOptions {
  readonly seed?: number
  readonly plex?: PlexServerOptions
  readonly stash?: StashServerOptions
  /** Settings beside the addresses, saved before the start. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** How many scenes both servers have; default 3. Scene n is item n of `keys`. */
  readonly scenes?: number
  /** Stores the settings as the window does, so that the setup is not finished. Default false. */
  readonly inSetup?: boolean
  /** Puts files into the data folder before it is opened. */
  readonly prepareFolder?: (folder: string) => void
  /** Default true. */
  readonly started?: boolean
}

export interface TestEngine extends AsyncDisposable {
  readonly clock: ManualClock
  readonly plex: PlexServer
  readonly stash: StashServer
  readonly folder: string
  /** Rating keys of the items that belong to the scenes, in the scenes' order. */
  readonly keys: readonly number[]
  readonly logs: LogLine[]
  readonly notices: Notice[]
  /** What was thrown past everybody; must stay empty. */
  readonly crashes: unknown[]
  /** Posts one hook, as the companion does; returns the HTTP status, 0 when nothing listens. */
  hook(sceneId: number | string, options?: { type?: string; fields?: readonly string[] }): Promise<number>
  /** One update of each scene from 1 to `count`, in one request. */
  hookAll(count: number): Promise<number>
  /** A call of the contract; throws where it is refused. */
  call<N extends CallName>(name: N, request?: RequestOf<N>): Promise<ResponseOf<N>>
  tryCall<N extends CallName>(name: N, request?: RequestOf<N>, signal?: AbortSignal): Promise<Result<ResponseOf<N>>>
  /** Lets everything run that needs no time to pass. */
  quiesce(): Promise<void>
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>
  /** Lets time pass until nothing is due any more (what waits for a later try is not waited for). */
  settled(): Promise<void>
  /** Lets time pass until `done` holds; throws after `longestMs` of simulated time. */
  until(done: () => boolean | Promise<boolean>, longestMs?: number): Promise<void>
  /** Ends the engine without waiting for what is in flight, and starts it again on the same folder. */
  restart(between?: () => void | Promise<void>): Promise<void>
  /** A call that needs time to pass. */
  work<N extends CallName>(name: N, request?: RequestOf<N>): Promise<ResponseOf<N>>
  /** The data folder is lost: a new installation starts with the same settings. */
  forget(): Promise<void>
  stop(timeoutMs?: number): Promise<boolean>
  start(): Promise<void>
  /** The last state of a scene's job. */
  lastJob(sceneId: number | string): Promise<ActivityRow | null>
  deadLetters(): Promise<ResponseOf<'listDeadLetters'>['rows']>
  /** Requests that changed Plex since the log was reset. */
  writes(): number
  item(scene: number): ReturnType<PlexServer['library']['item']>
  text(scene: number, field: 'title' | 'studio' | 'summary'): string
  tags(scene: number, kind: 'genre' | 'actor' | 'collection'): string[]
}

/** Both servers with `scenes` scenes and their items, path rule included, and an engine between them. */
export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const clock = new TestClock()
  const timer = (ms: number, fn: () => void): void => void clock.setTimer(ms, fn)
  const plex = await startPlexServer({ clock, timer, maxRequestLine: 65_536, ...options.plex })
  const stash = await startStashServer({ clock, timer, ...options.stash })
  withoutCompression(plex)
  const folder = await makeMemoryFolder('plexsync-engine-')
  options.prepareFolder?.(folder.path)
  placeFreshDatabase(folder.file('plexsync.db'))
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  const keys = Array.from({ length: options.scenes ?? 3 }, (_, at) => addPair(plex, stash, at + 1))

  const secrets = secretsInMemory()
  const random = new SeededRandom(options.seed ?? 1)
  let ids = 0
  const logs: LogLine[] = []
  const notices: Notice[] = []
  const crashes: unknown[] = []
  const crashed = (error: unknown): void => {
    crashes.push(error)
  }
  process.on('uncaughtException', crashed)
  process.on('unhandledRejection', crashed)

  const rest = new Rest([plex, stash], () => clock.used)

  let engine: Engine
  let log: AppLog
  let webhookUrl = ''

  async function open(): Promise<void> {
    log = await openLog({ folder: null, clock, print: () => {}, printAll: false })
    log.onLine((line) => logs.push(line))
    engine = openPlainEngine({
      dataFolder: folder.path,
      settings: {},
      log,
      clock,
      random: () => random.next(),
      newId: () => (++ids).toString(16).padStart(32, '0'),
      secrets,
      onExchange: rest.onExchange,
      startPosterWorker: () => rest.watch(forkPosterWorker()),
      notifier: { notify: (notice) => notices.push(notice) },
    })
  }

  async function start(): Promise<void> {
    webhookUrl = unwrap(await engine.start()).webhookUrl
  }

  async function post(body: unknown): Promise<number> {
    try {
      const response = await fetch(webhookUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${hookToken}` },
        body: JSON.stringify(body),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }

  const quiesce = (): Promise<void> => rest.come()

  /** From rest, moves to the next timers, at most to `end`, and comes to rest again; false if there is none until then. */
  async function step(end: number): Promise<boolean> {
    const due = clock.nextDue
    if (due === null || due > end) return false
    clock.runDue()
    await quiesce()
    return true
  }

  async function pass(ms: number): Promise<void> {
    const end = clock.now() + ms
    await quiesce()
    while (await step(end));
    await clock.advance(Math.max(0, end - clock.now()))
    await quiesce()
  }

  /** Lets time pass until the engine has done what it promised. */
  async function driven<T>(work: Promise<T>): Promise<T> {
    let done = false
    const watched = work.finally(() => {
      done = true
    })
    const end = clock.now() + longestSettleMs
    let patience = patientTurns
    await quiesce()
    while (!done) {
      if ((await step(end)) || done) continue
      if (patience === 0) throw new Error('it did not end in time')
      patience -= 1
      // What is written to files is under way in threads that no clock moves.
      await aMoment(1)
      await quiesce()
    }
    return watched
  }

  async function settled(): Promise<void> {
    await driven(test.call('processQueue'))
    await quiesce()
  }

  const test: TestEngine = {
    clock,
    plex,
    stash,
    folder: folder.path,
    keys,
    logs,
    notices,
    crashes,
    hook: (id, { type = 'Scene.Update.Post', fields = ['title', 'id'] } = {}) =>
      post({ type, id, inputFields: fields }),
    hookAll: (count) =>
      post(
        Array.from({ length: count }, (_, at) => ({ type: 'Scene.Update.Post', id: at + 1, inputFields: ['title'] })),
      ),
    tryCall: (name, request, signal) => engine.invoke(name, (request ?? {}) as RequestOf<typeof name>, signal ?? never),
    async call(name, request) {
      return unwrap(await test.tryCall(name, request))
    },
    quiesce,
    pass,
    settled,
    async until(done, longestMs = longestSettleMs) {
      const end = clock.now() + longestMs
      await quiesce()
      while (!(await done())) if (!(await step(end))) throw new Error('it did not come to that in time')
    },
    start,
    stop: (timeoutMs = 30_000) => engine.stop(timeoutMs),
    async restart(between = () => {}) {
      await driven(engine.close())
      await between()
      await open()
      await start()
      await quiesce()
    },
    work: (name, request) => driven(test.call(name, request)),
    async forget() {
      await driven(engine.close())
      for (const end of ['', '-wal', '-shm']) rmSync(`${folder.path}/plexsync.db${end}`, { force: true })
      placeFreshDatabase(folder.file('plexsync.db'))
      await open()
      await saveSettings()
      await start()
      await quiesce()
    },
    async lastJob(sceneId) {
      const { rows } = await test.call('listActivity', { scene_id: String(sceneId), limit: 1, offset: 0 })
      return rows[0] ?? null
    },
    async deadLetters() {
      return (await test.call('listDeadLetters', { limit: 1000 })).rows
    },
    writes: () =>
      plex.requests.count({ label: 'edit' }) +
      plex.requests.count({ label: 'poster' }) +
      plex.requests.count({ label: 'art' }),
    item: (scene) => plex.library.item(keys[scene - 1] ?? 0),
    text: (scene, field) => test.item(scene).text[field] ?? '',
    tags: (scene, kind) => tagNames(test.item(scene), kind),
    async [Symbol.asyncDispose]() {
      await driven(engine.close())
      log.close()
      process.off('uncaughtException', crashed)
      process.off('unhandledRejection', crashed)
      await plex.close()
      await stash.close()
      await folder.close()
      if (crashes.length > 0) throw new Error(`thrown past everybody: ${crashes.map(textOf).join('; ')}`)
    },
  }

  const saveSettings = () =>
    test.call('saveSettings', {
      by: options.inSetup === true ? 'window' : 'command',
      values: {
        plex_url: plex.url,
        plex_token: plex.token,
        stash_url: stash.url,
        stash_api_key: stash.apiKey,
        hook_token: hookToken,
        path_map: '/data=>/media',
        quiet_time: 0,
        webhook_port: 0,
        reconcile_interval: 'never',
        sync_poster: false,
        // A probe every ten seconds would make hours of test time long; the tests of the probe switch it on.
        stash_poll_seconds: 0,
        ...options.settings,
      },
    })
  await open()
  await saveSettings()
  if (options.started !== false) {
    await start()
    await quiesce()
  }
  return test
}

const patientTurns = 2_000
const longestSettleMs = 20 * 60_000

/** One scene with metadata and the item that plays its file; returns the rating key. */
export function addPair(plex: PlexServer, stash: StashServer, number: number): number {
  const size = 1_000_000 + number
  stash.library.addScene({
    title: `Scene ${number}`,
    details: `About scene ${number}`,
    studio: 'Studio',
    performers: ['Ann Lee'],
    tags: ['one', 'two'],
    date: '2024-05-06',
    files: [{ path: `/data/scene ${number}.mp4`, size }],
  })
  return plex.library.addItem({ section: 1, file: { file: `/media/scene ${number}.mp4`, size } }).ratingKey
}

/** Answers are unpacked in a separate thread, where `quiesce` cannot see that something is still under way. */
function withoutCompression({ requests }: PlexServer): void {
  const add = requests.add.bind(requests)
  requests.add = (record) => {
    delete record.headers['accept-encoding']
    add(record)
  }
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new FaultError(result.fault)
}

class FaultError extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(`${fault.code}: ${fault.message}`)
    this.fault = fault
  }
}
