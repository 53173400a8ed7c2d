/** How far the pulls of each Plex server have come, and from there how far the next one reads back. */
import type { PullReport } from '../../../shared/plays.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Clock } from '../ports.ts'
import type { Start } from './history/skip-reason.ts'
import { serverMoment, startOfDay } from './history/start-moment.ts'
import type { PlayProgress, ProgressStore } from './store/progress-store.ts'

export interface PullProgressDeps {
  readonly store: ProgressStore
  readonly settings: () => Settings
  readonly clock: Clock
}

const daySeconds = 24 * 60 * 60
/** What was watched offline may arrive this late; every pull looks back a little, one a day looks back far. */
const shallowSeconds = 3 * daySeconds
const deepSeconds = 60 * daySeconds
const deepEveryMs = daySeconds * 1000

export class PullProgress {
  readonly #deps: PullProgressDeps

  constructor(deps: PullProgressDeps) {
    this.#deps = deps
  }

  get(server: string): PlayProgress {
    return this.#deps.store.get(server)
  }

  /** Whether a pull that begins now looks for late rows too. */
  isThorough(server: string, manual: boolean): boolean {
    const { deepAt } = this.get(server)
    const now = this.#deps.clock.now()
    return manual || deepAt === null || now - deepAt >= deepEveryMs || now < deepAt
  }

  /** The moment from which plays count. */
  startOf(server: string): Start {
    const day = startOfDay(this.#deps.settings().activity_from)
    return day === null ? { from: 'now', at: this.get(server).baselineAt } : { from: 'day', at: day }
  }

  /** How far back to read, epoch seconds; null for all of it. */
  sinceOf(start: Start, { server, thorough }: { readonly server: string; readonly thorough: boolean }): number | null {
    const { readFrom } = this.get(server)
    if (readFrom === null) return start.from === 'day' ? start.at : null
    const window = this.moment(null) - (thorough ? deepSeconds : shallowSeconds)
    // An earlier day was set: what was never read is read back to it.
    return start.from === 'day' && start.at < readFrom ? Math.min(start.at, window) : window
  }

  /** The present moment by the clock of the Plex server, epoch seconds. */
  moment(serverTime: number | null): number {
    return serverMoment(serverTime, this.#deps.clock.now())
  }

  /**
   * The history was read back to `since` (null: all of it) at this moment. Stored only when it was read to its end: a first
   * pull that is cut off begins again with everything as its baseline.
   */
  noteRead(server: string, since: number | null, moment: number): void {
    const before = this.get(server)
    this.#deps.store.put(server, {
      ...before,
      baselineAt: before.baselineAt ?? moment,
      readFrom: before.readFrom === null ? (since ?? 0) : Math.min(before.readFrom, since ?? 0),
    })
  }

  /** A pull has ended; `isDeep` where it was thorough and complete. */
  noteEnd(server: string, report: PullReport, isDeep: boolean): void {
    const now = this.#deps.clock.now()
    const before = this.get(server)
    this.#deps.store.put(server, { ...before, pulledAt: now, deepAt: isDeep ? now : before.deepAt, report })
  }

  /** Rows viewed up to this moment (epoch seconds) may be missing from now on. */
  noteForgotten(server: string, viewedTo: number): void {
    this.#deps.store.forgot(server, viewedTo)
  }

  /** "From now on" begins again with the next pull: plays were switched off in between. */
  rebase(): void {
    this.#deps.store.rebase()
  }
}
