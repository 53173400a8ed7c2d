import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import Undo2 from '@lucide/svelte/icons/undo-2'
import type { SceneStory } from '../../../shared/contract.ts'
import type { Action } from '../../state/action.ts'
import type { App } from '../../state/app.ts'

/** What can be done with one scene; `changed` is called after the engine did it. */
export function sceneActions(
  app: App,
  sceneId: string,
  story: SceneStory | null,
  changed: () => void,
): { main: Action[]; menu: Action[] } {
  const t = app.t.scenePanel
  const canUndo = story?.items.some((item) => item.can_undo) ?? false

  async function retry(): Promise<void> {
    const report = await app.attempt('enqueueScenes', { scope: 'scenes', scene_ids: [sceneId] })
    if (!report) return
    app.notices.show(t.retried)
    changed()
  }

  async function undo(): Promise<void> {
    const answer = await app.attempt('undoScene', { scene_id: sceneId })
    if (!answer) return
    // The way back from taking a write back is to write it again.
    app.notices.show(t.undone(answer.changes.length), { label: app.t.common.undo, run: retry })
    changed()
  }

  return {
    main: [
      { label: t.retry, icon: RotateCcw, key: 's', run: retry },
      { label: t.undo, icon: Undo2, key: 'z', run: undo, disabledReason: canUndo ? undefined : t.undoNothing },
    ],
    menu: [
      { label: t.explain, run: () => app.router.go('paths', { explain: sceneId }) },
      { label: t.logs, run: () => app.router.go('logs', { scene: sceneId }) },
    ],
  }
}
