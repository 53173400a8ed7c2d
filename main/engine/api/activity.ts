import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { Activity } from '../queue/activity.ts'
import type { History } from '../queue/history.ts'
import type { SyncItems } from '../sync/sync-items.ts'
import type { Undo } from '../sync/undo.ts'
import type { EngineEvents } from './events.ts'
import type { SceneStories } from './scene-stories.ts'

export interface ActivityHandlerDeps {
  readonly activity: Activity
  readonly history: History
  readonly stories: SceneStories
  readonly undo: Undo
  readonly items: Pick<SyncItems, 'ofScene'>
  readonly pictures: Pick<Pictures, 'outdate'>
  readonly events: EngineEvents
}

export function activityHandlers({
  activity,
  history,
  stories,
  undo,
  items,
  pictures,
  events,
}: ActivityHandlerDeps): Pick<Handlers, 'listActivity' | 'getHistory' | 'getScene' | 'undoScene'> {
  return {
    listActivity: async (filter) => ok(activity.list(filter)),
    getHistory: async () => ok({ hours: history.list() }),
    getScene: async ({ scene_id }) => ok(stories.of(scene_id)),
    undoScene: async ({ scene_id }, signal) => {
      const undone = await undo.scene(scene_id, signal)
      for (const { ratingKey } of items.ofScene(scene_id)) pictures.outdate(ratingKey)
      events.statusChanged()
      return undone
    },
  }
}
