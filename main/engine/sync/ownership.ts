/**
 * The one response to two questions: is this item, as Plex has it now, the one on record, and may this scene write it? A
 * rating key alone answers neither, because a restored or rebuilt Plex gives it to another film.
 */
import type { PlexFile, RatingKey, SceneId, StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { isSameFile } from '../match/file-identity.ts'
import type { Matcher } from '../match/matcher.ts'
import { pathKey } from '../match/path-key.ts'
import type { StashClient } from '../stash/client.ts'
import type { SyncItem } from './sync-item.ts'
import type { SyncItems } from './sync-items.ts'

/** An item with the files that Plex has in it at present. */
export interface PresentItem {
  readonly ratingKey: RatingKey
  readonly parts: readonly PlexFile[]
}

/** A scene that is to write an item, and its file because of which it does. */
export interface Claim {
  readonly scene: Pick<StashScene, 'id' | 'files'>
  readonly item: PresentItem
  readonly scenePath: string
}

export class Ownership {
  readonly #items: SyncItems
  readonly #matcher: Matcher
  readonly #stash: Pick<StashClient, 'scenes'>

  constructor(deps: {
    readonly items: SyncItems
    readonly matcher: Matcher
    readonly stash: Pick<StashClient, 'scenes'>
  }) {
    this.#items = deps.items
    this.#matcher = deps.matcher
    this.#stash = deps.stash
  }

  /** What PlexSync knows of the item, for this scene; null if it is an item never seen before. */
  recordOf(sceneId: SceneId, item: PresentItem): SyncItem | null {
    const record = this.#items.get(item.ratingKey)
    return record !== null && isSameFile(record, record.sceneId === sceneId, item.parts) ? record : null
  }

  /** Whether anything was written for the scene. */
  hasWritten(sceneId: SceneId): boolean {
    return this.#items.hasWritten(sceneId)
  }

  /** The scene that wrote the item last, whatever file it had then; null if nothing was written under this key. */
  lastWriter(ratingKey: RatingKey): SceneId | null {
    return this.#items.writerOf(ratingKey)
  }

  /** The other scene whose item this is by the record, except where the user has picked the item for this scene. */
  rivalOf(claim: Claim): SceneId | null {
    const { scene, item } = claim
    const writer = this.#items.writerOf(item.ratingKey)
    if (writer === null || writer === scene.id) return null
    const record = this.#items.get(item.ratingKey)
    if (record === null || !isSameFile(record, true, item.parts)) return null
    return this.isPicked(claim) ? null : writer
  }

  /** The user has picked this item for the scene's file, and it still plays the picked file. */
  isPicked({ scene, item, scenePath }: Claim): boolean {
    const file = scene.files.find(({ path }) => path === scenePath)
    const pick = file === undefined ? null : this.#matcher.picks.find(file, scene.id)
    return pick !== null && isSameFile(pick, true, item.parts)
  }

  /**
   * Items that a claiming scene may not write, with the scene that keeps them. Each rival is asked for in Stash: it may
   * have been deleted or merged away without a hook, or its file may be another item's by now.
   */
  async taken(claims: readonly Claim[], signal: AbortSignal): Promise<Result<Map<Claim, SceneId>>> {
    const rivals = new Map<Claim, SceneId>()
    for (const claim of claims) {
      const rival = this.rivalOf(claim)
      if (rival !== null) rivals.set(claim, rival)
    }
    if (rivals.size === 0) return ok(rivals)
    const read = await this.#stash.scenes([...new Set(rivals.values())], signal)
    if (!read.ok) return read
    for (const [claim, rival] of rivals) {
      const scene = read.value.get(rival)
      const stillClaims =
        scene !== undefined &&
        this.#matcher.match(scene).targets.some((target) => target.ratingKey === claim.item.ratingKey)
      if (!stillClaims) rivals.delete(claim)
    }
    return ok(rivals)
  }
}

/** The present file of the item at this path; undefined if it plays another file by now. */
export function partAt(item: PresentItem, file: string): PlexFile | undefined {
  const key = pathKey(file)
  return item.parts.find((part) => pathKey(part.file) === key)
}
