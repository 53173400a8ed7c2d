/**
 * Makes posters one after another in a separate process, which is started for the first one and ended when it has been
 * idle. A refused image, a crash of the decoder or a time-out costs that one poster.
 */
import { englishRefusal, type PosterRefusal } from '../../../shared/poster-refusals.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock, WorkerProcess } from '../ports.ts'
import { readImageHeader } from './image-header.ts'
import { isUpright, type Recipe } from './recipe.ts'
import { posterReplySchema } from './worker-messages.ts'

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export interface PosterRendererOptions {
  readonly start: () => WorkerProcess
  readonly clock: Clock
  readonly timeoutMs?: number
  readonly idleMs?: number
}

export class PosterRenderer {
  readonly #options: PosterRendererOptions
  #worker: WorkerProcess | null = null
  /** Of the poster that is being made: gets the worker's reply, or null when it is gone. */
  #waiting: ((message: unknown) => void) | null = null
  #last: Promise<unknown> = Promise.resolve()
  #nextId = 1
  #endIdle: (() => void) | null = null
  /** Why the library that draws cannot be loaded; null while it can, or has not been tried. */
  #loadingProblem: string | null = null

  constructor(options: PosterRendererOptions) {
    this.#options = options
  }

  get loadingProblem(): string | null {
    return this.#loadingProblem
  }

  /** The poster's bytes; the image itself where it is upright already. A fault is `rejected`, with the reason. */
  async render(bytes: Buffer, recipe: Recipe): Promise<Result<Buffer>> {
    const header = readImageHeader(bytes)
    if (!header.ok) return header
    if (isUpright(header.value)) return ok(bytes)
    const turn = this.#last.then(() => this.#order(bytes, recipe))
    this.#last = turn
    return turn
  }

  /** Finds out whether the library can be loaded, by a poster of one pixel. */
  async tryLoading(): Promise<void> {
    const turn = this.#last.then(() => this.#order(onePixel, { style: 'bars', anchor: 'centre' }))
    this.#last = turn
    await turn
  }

  close(): void {
    this.#endIdle?.()
    this.#worker?.kill()
    this.#worker = null
  }

  #order(bytes: Buffer, recipe: Recipe): Promise<Result<Buffer>> {
    this.#endIdle?.()
    const { clock, timeoutMs = 20_000 } = this.#options
    return new Promise((resolve) => {
      const worker = this.#worker ?? this.#start()
      const id = this.#nextId++
      const settle = (result: Result<Buffer>) => {
        endTimer()
        this.#waiting = null
        this.#idle()
        resolve(result)
      }
      const endTimer = clock.setTimer(timeoutMs, () => {
        this.#worker = null
        worker.kill()
        settle(failed({ code: 'too_slow', values: { seconds: timeoutMs / 1000 } }))
      })
      this.#waiting = (message) => {
        if (message === null) return settle(failed({ code: 'crashed', values: {} }))
        const reply = posterReplySchema.safeParse(message)
        if (!reply.success || reply.data.id !== id) return
        if ('bytes' in reply.data) {
          this.#loadingProblem = null
          return settle(ok(Buffer.from(reply.data.bytes)))
        }
        if (reply.data.isLoading) this.#loadingProblem = reply.data.problem
        settle(failed({ code: 'not_drawn', values: { problem: reply.data.problem } }))
      }
      worker.send({ id, bytes, recipe })
    })
  }

  #start(): WorkerProcess {
    const worker = this.#options.start()
    this.#worker = worker
    worker.onMessage((message) => this.#waiting?.(message))
    worker.onExit(() => {
      if (this.#worker !== worker) return
      this.#worker = null
      this.#waiting?.(null)
    })
    return worker
  }

  #idle(): void {
    const { clock, idleMs = 30_000 } = this.#options
    this.#endIdle = clock.setTimer(idleMs, () => {
      this.#worker?.kill()
      this.#worker = null
    })
  }
}

function failed(refusal: PosterRefusal): Result<Buffer> {
  return fail('rejected', englishRefusal(refusal), { refusal })
}
