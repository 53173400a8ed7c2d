import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { Activity } from '../queue/activity.ts'
import type { History } from '../queue/history.ts'
import { type UndoDeps, undoScene } from '../sync/undo.ts'
import type { EngineEvents } from './events.ts'
import type { SceneStories } from './scene-stories.ts'

export interface ActivityHandlerDeps {
  readonly activity: Activity
  readonly history: History
  readonly stories: SceneStories
  readonly undo: UndoDeps
  readonly pictures: Pick<Pictures, 'outdate'>
  readonly events: EngineEvents
}

export function activityHandlers({
  activity,
  history,
  stories,
  undo,
  pictures,
  events,
}: ActivityHandlerDeps): Pick<Handlers, 'listActivity' | 'getHistory' | 'getScene' | 'undoScene'> {
  return {
    listActivity: async (filter) => ok(activity.list(filter)),
    getHistory: async () => ok({ hours: history.list() }),
    getScene: async ({ scene_id }) => ok(stories.of(scene_id)),
    undoScene: async ({ scene_id }, signal) => {
      const undone = await undoScene(scene_id, undo, signal)
      for (const { ratingKey } of undo.items.ofScene(scene_id)) pictures.outdate(ratingKey)
      events.statusChanged()
      return undone
    },
  }
}
