/** Scenes whose file is in an item that another scene writes to: both may have been watched. */
import type { DeadLetters } from '../../queue/dead-letters.ts'

export interface TakenItem {
  readonly sceneId: string
  /** The file in Stash; null if not known. */
  readonly path: string | null
}

export function takenItems(deadLetters: DeadLetters): readonly TakenItem[] {
  return deadLetters.filesOf('item_taken')
}
