import type { LogFilter, LogLine } from '../../../shared/contract.ts'
import { type LogLevel, logLevels } from '../../../shared/domain.ts'
import type { Backend } from '../../backend/backend.ts'
import { Request } from '../../state/request.svelte.ts'
import { throttled } from '../../state/throttled.ts'

/** Lines kept while the log is followed; older ones are read again with a filter. */
const linesKept = 20_000
const linesRead = 5_000
/** Lines come in bursts; drawing them ten times a second is enough for the eye. */
const drawMs = 100

export interface LogWish {
  readonly level: LogLevel
  readonly component: string
  readonly sceneId: string
  readonly text: string
  /** Minutes back from now; 0 for no limit. */
  readonly minutes: number
}

/** The same filter as the engine's, for lines that come in while the log is open. Pure. */
function fits(line: LogLine, wish: LogWish): boolean {
  return (
    logLevels.indexOf(line.level) >= logLevels.indexOf(wish.level) &&
    (wish.component === '' || line.component === wish.component) &&
    (wish.sceneId === '' || line.scene_id === wish.sceneId) &&
    (wish.text === '' || line.line.toLowerCase().includes(wish.text.toLowerCase()))
  )
}

function filterOf(wish: LogWish, now: number): Partial<LogFilter> {
  return {
    level: wish.level,
    limit: linesRead,
    ...(wish.component === '' ? {} : { component: wish.component }),
    ...(wish.sceneId === '' ? {} : { scene_id: wish.sceneId }),
    ...(wish.text === '' ? {} : { text: wish.text }),
    ...(wish.minutes === 0 ? {} : { since: new Date(now - wish.minutes * 60_000).toISOString() }),
  }
}

/** The log as it is written. While it is paused, new lines are counted and kept back. */
export class LogLines {
  readonly request = new Request<{ lines: LogLine[] }>()
  #lines = $state.raw<readonly LogLine[]>([])
  #held = $state.raw<readonly LogLine[]>([])
  #paused = $state(false)
  #incoming: LogLine[] = []
  #wish: LogWish | null = null
  readonly #backend: Backend
  readonly #draw = throttled(drawMs, () => this.#take())

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get lines(): readonly LogLine[] {
    return this.#lines
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Lines that came in while paused. */
  get heldCount(): number {
    return this.#held.length
  }

  async show(wish: LogWish): Promise<void> {
    this.#wish = wish
    const answer = await this.request.run((signal) =>
      this.#backend.invoke('listLogs', filterOf(wish, Date.now()), signal),
    )
    if (!answer.ok) return
    this.#lines = answer.value.lines
    this.#held = []
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#lines = [...this.#lines, ...this.#held].slice(-linesKept)
    this.#held = []
  }

  follow(): () => void {
    const end = this.#backend.subscribe((event) => {
      if (event.name === 'overflow' && this.#wish && !this.#paused) void this.show(this.#wish)
      if (event.name !== 'log' || !this.#wish || !fits(event.data, this.#wish)) return
      this.#incoming.push(event.data)
      this.#draw.call()
    })
    return () => {
      end()
      this.#draw.end()
      this.request.cancel()
    }
  }

  #take(): void {
    const more = this.#incoming
    this.#incoming = []
    if (this.#paused) this.#held = [...this.#held, ...more].slice(-linesKept)
    else this.#lines = [...this.#lines, ...more].slice(-linesKept)
  }
}
