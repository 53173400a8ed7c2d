/** Follows what the settings switch on and off: baselines begin again, and the watch runs while something is on. */

import type { SettingName } from '../../../shared/settings.ts'
import type { Logger } from '../ports.ts'
import type { PlaybackWatch } from './playback-watch.ts'
import { playLines } from './plays-log.ts'
import type { PullProgress } from './pull-progress.ts'
import type { PlaySchedule } from './schedule.ts'
import type { ViewingStore } from './store/viewing-store.ts'
import { isAnyWanted, type WantedActivity } from './wanted.ts'

export interface PlaySwitchesDeps {
  readonly wanted: () => WantedActivity
  readonly progress: PullProgress
  readonly viewing: ViewingStore
  readonly watch: PlaybackWatch
  readonly schedule: PlaySchedule
  readonly logger: Logger
}

export class PlaySwitches {
  readonly #deps: PlaySwitchesDeps
  #before: WantedActivity
  #lifetime: AbortSignal = AbortSignal.abort()
  #loggedBothWays = false

  constructor(deps: PlaySwitchesDeps) {
    this.#deps = deps
    this.#before = deps.wanted()
  }

  start(lifetime: AbortSignal): void {
    this.#lifetime = lifetime
    this.#deps.schedule.start(lifetime)
    lifetime.addEventListener('abort', () => this.#deps.watch.stop(), { once: true })
    this.#follow()
  }

  /** Settings changed. True if plays may be affected. */
  changed(names: readonly SettingName[]): boolean {
    const { wanted, progress, viewing, watch, schedule } = this.#deps
    const last = this.#before
    const now = wanted()
    this.#before = now
    // "From now on" and baselines mean the moment of switching on, each time.
    if (now.plays && !last.plays) progress.rebase()
    if (last.handMarks && !now.handMarks) viewing.forgetBaseline('hand_mark')
    if (last.ratings && !now.ratings) viewing.forgetBaseline('rating')
    if (names.some((name) => name.startsWith('plex_'))) watch.stop()
    this.#follow()
    if (!names.some((name) => name.startsWith('activity_') || name === 'enabled')) return false
    if (isAnyWanted(now)) schedule.now()
    return true
  }

  /** Runs the watch while something is on, and says once why ratings stay off. */
  #follow(): void {
    const { wanted, watch, logger } = this.#deps
    const now = wanted()
    if (now.ratingsBothWays && !this.#loggedBothWays) logger.log(...playLines.ratingsBothWays())
    this.#loggedBothWays = now.ratingsBothWays
    if (!this.#lifetime.aborted && isAnyWanted(now)) watch.start()
    else watch.stop()
  }
}
