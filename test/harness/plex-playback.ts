import type { PlexLibrary } from './plex-library.ts'
import type { PlexItem } from './plex-model.ts'

/** One row of the play history. The item may be gone by now. */
export interface PlexPlay {
  id: number
  ratingKey: number
  sectionId: number
  title: string
  /** Epoch seconds. */
  viewedAt: number
  accountId: number
  deviceId: number
}

/** A message on the websocket: carries no account. */
export interface PlayingNotice {
  sessionKey: string
  ratingKey: string
  viewOffset: number
  state: 'playing' | 'paused' | 'stopped'
}

export interface WatchOptions {
  /** Default 1, the owner. */
  accountId?: number
  /** Epoch seconds; default now. An offline play arrives late, with a moment long past. */
  viewedAt?: number
  deviceId?: number
}

/** The owner's account in the history. */
export const ownerAccountId = 1

/**
 * What people do with their players. A play past the server's threshold leaves a history row; the count, the last view
 * and the resume point on the item are those of the owner.
 */
export class PlexPlayback {
  readonly history: PlexPlay[] = []
  readonly accounts = new Map<number, string>([[ownerAccountId, 'Owner']])
  /** Notified of every change of a playing session. */
  onPlaying: (notice: PlayingNotice) => void = () => {}
  readonly #library: PlexLibrary
  #nextRow = 1
  #nextSession = 1

  constructor(library: PlexLibrary) {
    this.#library = library
  }

  /** Watched to the end: a history row, and a stopped session. */
  watch(ratingKey: number, options: WatchOptions = {}): PlexPlay {
    const item = this.#library.item(ratingKey)
    const row = this.#record(item, options)
    if (row.accountId === ownerAccountId) {
      item.viewCount++
      item.lastViewedAt = Math.max(row.viewedAt, item.lastViewedAt ?? 0)
      item.viewOffset = undefined
      this.#library.touchView(item)
    }
    this.#stopped(item)
    return row
  }

  /** The server writes a second row for the same session, at the same or a later moment. */
  double(row: PlexPlay, secondsLater = 0): PlexPlay {
    const again = { ...row, id: this.#nextRow++, viewedAt: row.viewedAt + secondsLater }
    this.history.push(again)
    return again
  }

  /** The owner stops before the threshold: a resume point, no history row. */
  stopAt(ratingKey: number, viewOffset: number, at = this.#library.seconds()): void {
    const item = this.#library.item(ratingKey)
    item.viewOffset = viewOffset
    item.lastViewedAt = at
    this.#library.touchView(item)
    this.#stopped(item)
  }

  /** The owner marks an item as watched or unwatched: the count changes, no history row is written. */
  mark(ratingKey: number, watched: boolean): void {
    const item = this.#library.item(ratingKey)
    item.viewCount = watched ? item.viewCount + 1 : 0
    item.lastViewedAt = watched ? this.#library.seconds() : undefined
    item.viewOffset = undefined
    this.#library.touchView(item)
  }

  /** The owner rates an item; null clears the rating. */
  rate(ratingKey: number, rating: number | null): void {
    const item = this.#library.item(ratingKey)
    if (rating === null) delete item.numbers.userRating
    else item.numbers.userRating = rating
    item.lastRatedAt = rating === null ? undefined : this.#library.seconds()
    this.#library.touchView(item)
  }

  #record(item: PlexItem, options: WatchOptions): PlexPlay {
    const row: PlexPlay = {
      id: this.#nextRow++,
      ratingKey: item.ratingKey,
      sectionId: item.sectionId,
      title: item.text.title ?? '',
      viewedAt: options.viewedAt ?? this.#library.seconds(),
      accountId: options.accountId ?? ownerAccountId,
      deviceId: options.deviceId ?? 1,
    }
    this.history.push(row)
    return row
  }

  #stopped(item: PlexItem): void {
    this.onPlaying({
      sessionKey: String(this.#nextSession++),
      ratingKey: String(item.ratingKey),
      viewOffset: item.viewOffset ?? 0,
      state: 'stopped',
    })
  }
}
