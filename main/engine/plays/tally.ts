/** What one pull came to, counted while it runs. */
import type { PullReport, SkipReason } from '../../../shared/plays.ts'

type Writes = 'resume' | 'ratings'
const noWrites = { applied: 0, skipped: 0, failed: 0 }

export class Tally {
  #seen = 0
  #applied = 0
  #parked = 0
  #failed = 0
  readonly #skipped: Record<SkipReason, number> = {
    baseline: 0,
    duplicate: 0,
    already_in_stash: 0,
    ambiguous: 0,
    other_account: 0,
  }
  readonly #writes: Record<Writes, { applied: number; skipped: number; failed: number }> = {
    resume: { ...noWrites },
    ratings: { ...noWrites },
  }
  readonly #scenes = new Set<string>()

  seen(count = 1): void {
    this.#seen += count
  }
  applied(sceneId: string, count = 1): void {
    this.#applied += count
    this.#scenes.add(sceneId)
  }
  parked(count = 1): void {
    this.#parked += count
  }
  failed(count = 1): void {
    this.#failed += count
  }
  skipped(reason: SkipReason): void {
    this.#skipped[reason] += 1
  }
  wrote(what: Writes, outcome: keyof typeof noWrites): void {
    this.#writes[what][outcome] += 1
  }

  /** How many plays went to Stash. */
  get plays(): number {
    return this.#applied
  }
  get scenes(): number {
    return this.#scenes.size
  }

  report(more: Pick<PullReport, 'runs' | 'from_day' | 'sample'>): PullReport {
    return {
      seen: this.#seen,
      applied: this.#applied,
      parked: this.#parked,
      failed: this.#failed,
      skipped: { ...this.#skipped },
      resume: { ...this.#writes.resume },
      ratings: { ...this.#writes.ratings },
      scenes: this.#scenes.size,
      ...more,
    }
  }
}
