/** Scenes whose file is in an item that another scene writes to: both may have been watched. */
import type { DeadLetters } from '../../queue/dead-letters.ts'

export interface TakenItem {
  readonly sceneId: string
  /** The file in Stash; null if not known. */
  readonly path: string | null
}

export function takenItems(deadLetters: DeadLetters): TakenItem[] {
  // The list is long where much is wrong, and it is read at every pull.
  if (!deadLetters.groups().some(({ code }) => code === 'item_taken')) return []
  return deadLetters
    .list()
    .filter(({ code }) => code === 'item_taken')
    .map(({ scene_id, path }) => ({ sceneId: scene_id, path }))
}
