/** For tests: the intake listener over a real database, and callers that can misbehave. */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { LogLevel } from '../../../shared/domain.ts'
import { defaultSettings, type Settings } from '../../../shared/settings.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { placeFreshDatabase } from '../../../test/harness/fresh-database.ts'
import { makeMemoryFolder, type TempFolder } from '../../../test/harness/temp-folder.ts'
import { type Database, openDatabase } from '../database/open.ts'
import type { Logger } from '../ports.ts'
import { JobStore } from '../queue/job-store.ts'
import { Authenticator, type HookAccess } from './authentication.ts'
import { HookLog } from './hook-log.ts'
import { HookStorage, type IntakeStore } from './hook-storage.ts'
import type { TakenHook } from './intake.ts'
import { createIntakeListener, type IntakeListenerDeps, type IntakeListenerOptions } from './listener.ts'
import { sign, signingKey } from './signature.ts'
import { WebhookIds } from './webhook-ids.ts'

export const hookToken = 'hook-token-0123456789'

export interface Fixture extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly clock: ManualClock
  readonly db: Database
  /** Changes take effect with the next request. */
  settings: Settings
  token: string
  /** Thrown by the next commits, after their work, one each. */
  readonly commitFailures: Error[]
  /** Transactions that reached the disk. */
  readonly commits: () => number
  readonly lines: readonly { readonly level: LogLevel; readonly line: string }[]
  readonly hooks: readonly TakenHook[]
  readonly destroyed: readonly string[]
  /** `scene 12 title,tag_ids` for each waiting job. */
  waiting(): string[]
  send(call: Call): Promise<Reply>
  /** POST /hooks/stash with the token. */
  post(body: unknown, headers?: OutgoingHttpHeaders): Promise<Reply>
  /** POST /hooks/stash, signed at this moment or at `timestamp` (epoch seconds). */
  postSigned(id: string, body: unknown, timestamp?: number): Promise<Reply>
  /** A connection that says what it is told to. */
  raw(): RawConnection
  /** Ends the listener and the database; the data folder stays for the next one. */
  stop(): Promise<void>
}

interface Call {
  readonly method?: string
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly json: unknown
}

interface FixtureOptions
  extends IntakeListenerOptions,
    Pick<IntakeListenerDeps, 'files'>,
    Pick<HookAccess, 'isLocked'> {
  /** The settings of libraries that have their own. */
  readonly librarySettings?: () => readonly Settings[]
  readonly stopwatch?: () => number
  readonly folder?: TempFolder
  readonly host?: string
}

export async function startListener(given: FixtureOptions = {}): Promise<Fixture> {
  const { folder, host = '127.0.0.1', files, isLocked, stopwatch, ...options } = given
  const { librarySettings = () => [] } = given
  const data = folder ?? (await makeMemoryFolder())
  const clock = new ManualClock()
  placeFreshDatabase(data.file('plexsync.db'))
  const opened = openDatabase(data.file('plexsync.db'), { clock })
  if (!opened.ok) throw new Error(opened.fault.message)
  const db = opened.value
  let ids = 0
  const jobs = new JobStore(db, clock, () => String(ids++).padStart(32, '0'))
  const commitFailures: Error[] = []
  let commits = 0
  const store: IntakeStore = {
    enqueueMany: (hooks, quietMs) => jobs.enqueueMany(hooks, quietMs),
    dropWaiting: (kind, id) => jobs.dropWaiting(kind, id),
    inTransaction(work) {
      jobs.inTransaction(() => {
        work()
        const failure = commitFailures.shift()
        if (failure !== undefined) throw failure
      })
      commits++
    },
  }
  const lines: { level: LogLevel; line: string }[] = []
  const logger: Logger = {
    log: (level, component, message) => void lines.push({ level, line: `[PlexSync ${component}] ${message}` }),
  }
  const hooks: TakenHook[] = []
  const destroyed: string[] = []
  const listener = createIntakeListener(
    {
      settings: { settings: () => fixture.settings, ofLibraries: librarySettings },
      authenticator: new Authenticator({ hookToken: () => fixture.token, ...(isLocked && { isLocked }) }, clock),
      storage: new HookStorage({
        jobs: store,
        webhookIds: new WebhookIds(db, clock),
        sceneDestroyed: (id) => void destroyed.push(id),
      }),
      log: new HookLog(logger, clock, stopwatch),
      clock,
      ...(files && { files }),
    },
    options,
  )
  listener.onTaken((hook) => hooks.push(hook))
  const listening = await listener.listen(host, 0)
  if (!listening.ok) throw new Error(listening.fault.message)
  const { port, url } = listening.value

  const send = (call: Call) => exchange(port, call)
  const stop = async () => {
    await listener.close()
    db.close()
  }
  const fixture: Fixture = {
    port,
    url,
    clock,
    db,
    settings: defaultSettings(),
    token: hookToken,
    commitFailures,
    commits: () => commits,
    lines,
    hooks,
    destroyed,
    waiting: () => readWaiting(db),
    send,
    post: (body, headers) =>
      send({ headers: { apikey: hookToken, 'content-type': 'application/json', ...headers }, body: textOf(body) }),
    postSigned: (id, body, timestamp = Math.floor(clock.now() / 1000)) => {
      const text = textOf(body)
      return send({ headers: signedHeaders(id, String(timestamp), text), body: text })
    },
    raw: () => new RawConnection(port),
    stop,
    async [Symbol.asyncDispose]() {
      if (db.open) await stop()
      if (folder === undefined) await data.close()
    },
  }
  return fixture
}

export function signedHeaders(id: string, timestamp: string, body: string): OutgoingHttpHeaders {
  const key = signingKey(hookToken)
  if (key === null) throw new Error('no key')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': sign(key, id, timestamp, body),
  }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function readWaiting(db: Database): string[] {
  const rows = db
    .prepare<[], { kind: string; id: number; fields: string | null }>(
      `SELECT kind, subject_id AS id, fields FROM job WHERE state = 'waiting' ORDER BY kind, subject_id`,
    )
    .all()
  return rows.map(({ kind, id, fields }) => `${kind} ${id} ${fields ?? 'all'}`)
}

function exchange(port: number, { method = 'POST', path = '/hooks/stash', headers, body }: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, async (response) => {
      try {
        const content = await text(response)
        const isJson = response.headers['content-type']?.startsWith('application/json') === true && content !== ''
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: content,
          json: isJson ? JSON.parse(content) : null,
        })
      } catch (error) {
        reject(error)
      }
    })
    call.on('error', reject)
    call.end(body)
  })
}

/** Bytes as they are; what comes back is kept as text. */
class RawConnection {
  readonly #socket: Socket
  readonly #ended: Promise<void>
  #received = ''

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (chunk: string) => {
      this.#received += chunk
    })
    // A reset is one of the ways in which a listener may end a connection.
    this.#socket.on('error', () => {})
    this.#ended = new Promise((resolve) => this.#socket.once('close', () => resolve()))
  }

  write(text: string): void {
    this.#socket.write(text)
  }

  /** Everything that was received until the other side closed the connection. */
  async untilClosed(): Promise<string> {
    await this.#ended
    return this.#received
  }

  /** Everything that was received, as soon as it matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      await new Promise<void>((resolve, reject) => {
        this.#socket.once('data', () => resolve())
        this.#socket.once('close', () => reject(new Error(`closed after: ${this.#received}`)))
      })
    }
    return this.#received
  }

  close(): void {
    this.#socket.destroy()
  }
}
