/** What the user decides about a match: this item plays the scene, or does not. */
import type { Handlers } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { ok } from '../../../shared/result.ts'
import type { Picks } from '../match/picks.ts'
import { pause } from '../pause.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { Undo } from '../sync/undo.ts'
import { filesOf } from './files-of-scene.ts'

export interface PickHandlerDeps {
  readonly stash: Pick<StashClient, 'scenes'>
  readonly plex: Pick<PlexClient, 'items'>
  readonly picks: Picks
  readonly jobs: JobStore
  readonly undo: Undo
  readonly clock: Clock
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

export function pickHandlers(deps: PickHandlerDeps): Pick<Handlers, 'pickMatch' | 'unpickMatch'> {
  const { stash, plex, picks } = deps
  return {
    pickMatch: async ({ scene_id, rating_key }, signal) => {
      const files = await filesOf(scene_id, stash, signal)
      if (!files.ok) return files
      const file = files.value[0]
      if (file === undefined) return decline('no_file_path', { code: 'no_scene_file', values: { scene: scene_id } })
      const items = await plex.items([rating_key], signal)
      if (!items.ok) return items
      const item = items.value.get(rating_key)
      if (item === undefined)
        return decline('unknown_name', { code: 'no_item', values: { rating_key: String(rating_key) } })
      const part = item.parts.find(({ size }) => size !== null && size === file.size) ?? item.parts[0]
      if (part === undefined)
        return decline('unknown_name', { code: 'no_item_file', values: { rating_key: String(rating_key) } })
      picks.remember({ ...part, path: file.path, sceneId: scene_id, ratingKey: rating_key })
      askAgain(scene_id, deps)
      return ok({ path: file.path, rating_key })
    },

    unpickMatch: ({ scene_id, rating_key }, signal) => unpick(scene_id, rating_key, deps, signal),
  }
}

/** A job that has begun with the pick ends first, so that its write can be taken back too. */
const longestWaitMs = 30_000
const lookMs = 100

/** Forgets the pick, takes back what was written because of it, and asks again. */
async function unpick(
  sceneId: string,
  ratingKey: string,
  deps: PickHandlerDeps,
  signal: AbortSignal,
): ReturnType<Handlers['unpickMatch']> {
  const { jobs, picks, undo, clock } = deps
  const pick = picks.list().find((one) => one.sceneId === sceneId && one.ratingKey === ratingKey)
  if (pick === undefined)
    return decline('unknown_name', { code: 'not_picked', values: { scene: sceneId, rating_key: String(ratingKey) } })
  picks.forget(pick.path)
  const end = clock.now() + longestWaitMs
  while (jobs.isInProgress('scene', sceneId) && clock.now() < end && !signal.aborted) await pause(lookMs, clock)
  const undone = await undo.item(sceneId, ratingKey, pick.pickedAt, signal)
  // Whatever the outcome: the scene needs its question back.
  askAgain(sceneId, deps)
  return undone.ok ? ok({ changes: undone.value.changes }) : undone
}

function askAgain(sceneId: string, { jobs, workChanged }: PickHandlerDeps): void {
  jobs.enqueue({ kind: 'scene', subjectId: sceneId, fields: null, origin: 'manual', force: true }, 0)
  workChanged()
}
