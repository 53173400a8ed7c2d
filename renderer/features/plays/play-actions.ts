import type { Action } from '../../state/action.ts'
import type { App } from '../../state/app.ts'

/** Takes back what a run brought, or everything; asks first, because a play that was taken back never comes again. */
export function undoAction(app: App, run: number | null, changed: () => void): Action {
  const { t } = app
  return {
    label: run === null ? t.plays.undoAll : t.plays.undoRun(run),
    ask: { title: run === null ? t.plays.undoAllAsk : t.plays.undoRunAsk(run), body: t.plays.undoBody },
    run: async () => {
      const answer = await app.attempt('undoPlays', run === null ? { select: 'all' } : { select: 'run', run })
      if (answer) app.notices.show(t.plays.undone(answer.undone, answer.resume + answer.ratings, answer.kept))
      changed()
    },
  }
}
