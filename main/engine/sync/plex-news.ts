/**
 * Turns news of Plex's items into work: a new file wakes the scenes that wrote it under another key or name and the dead
 * letters that waited for it, a vanished item wakes the scene that wrote it.
 */

import type { PlexPart, RatingKey, SceneId } from '../../../shared/domain.ts'
import { Listeners } from '../listeners.ts'
import type { Matcher } from '../match/matcher.ts'
import type { IndexNews } from '../match/part-index.ts'
import { baseKey, pathKey } from '../match/path-key.ts'
import type { Logger } from '../ports.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SceneStates } from './scene-states.ts'
import type { SyncItems } from './sync-items.ts'
import { workerLines } from './worker-log.ts'

export interface PlexNewsDeps {
  readonly items: SyncItems
  readonly states: SceneStates
  readonly jobs: JobStore
  readonly deadLetters: DeadLetters
  readonly matcher: Matcher
  readonly logger: Logger
}

export class PlexNews {
  readonly #deps: PlexNewsDeps
  readonly #woken = new Listeners<void>()

  constructor(deps: PlexNewsDeps) {
    this.#deps = deps
  }

  /** Calls `listener` after scenes were enqueued. */
  onWoken(listener: () => void): () => void {
    return this.#woken.add(listener)
  }

  /** Enqueues the scenes that the news concerns. */
  apply({ added, removed }: IndexNews): void {
    const { jobs, deadLetters, logger } = this.#deps
    const scenes = new Set([...this.#writersOf(added), ...this.#ownersOf(removed)])
    const ids = this.#waitingFor(added)
    if (scenes.size === 0 && ids.length === 0) return
    jobs.inTransaction(() => {
      for (const subjectId of scenes) jobs.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'reconcile' }, 0)
      if (ids.length > 0) deadLetters.retry({ select: 'ids', ids })
    })
    const what = [
      added.length > 0 ? `${added.length} new files` : '',
      removed.length > 0 ? `${removed.length} items gone` : '',
    ].filter(Boolean)
    logger.log(...workerLines.plexNews({ what: what.join(', '), scenes: scenes.size + ids.length }))
    this.#woken.send()
  }

  #writersOf(added: readonly PlexPart[]): SceneId[] {
    const { items, matcher } = this.#deps
    return added.flatMap((part) => items.writersOf(part)).filter((id) => !matcher.isLookedFor(id))
  }

  #ownersOf(removed: readonly RatingKey[]): SceneId[] {
    return removed.flatMap((ratingKey) => {
      const owner = this.#deps.items.get(ratingKey)?.sceneId
      if (owner === undefined) return []
      this.#deps.states.itemGone(owner)
      return [owner]
    })
  }

  /** Dead letters whose file has come: at the path where the rules expect it, or under its name. */
  #waitingFor(added: readonly PlexPart[]): number[] {
    if (added.length === 0) return []
    const paths = new Set(added.map(({ file }) => pathKey(file)))
    const names = new Set(added.map(({ file }) => baseKey(file)))
    const { rules } = this.#deps.matcher
    const ids: number[] = []
    for (const { id, path } of this.#deps.deadLetters.unmatched())
      if (names.has(baseKey(path)) || paths.has(pathKey(rules.map(path)?.path ?? path))) ids.push(id)
    return ids
  }
}
