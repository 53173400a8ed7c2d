import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import Trash2 from '@lucide/svelte/icons/trash-2'
import type { DeadLetterSelection } from '../../../shared/contract.ts'
import type { Action } from '../../state/action.ts'
import type { App } from '../../state/app.ts'

const fewLetters = 100

interface Labels {
  readonly retry: string
  readonly discard: string
  readonly retryKey?: string
  readonly discardKey?: string
}

/** What is called after an action. */
interface Followers {
  /** The list is another one. */
  readonly changed: () => void
  /** The selection was dealt with; `changed` if it is left out. */
  readonly done?: () => void
}

/** Retry and discard for any selection. Both act immediately; a discard offers the way back. */
export function deadLetterActions(
  app: App,
  selection: DeadLetterSelection,
  labels: Labels,
  { changed, done = changed }: Followers,
): { retry: Action; discard: Action } {
  const t = app.t.needsYou

  /** Many are a task; a few are dealt with within a moment. */
  const isFew = selection.select === 'ids' && selection.ids.length <= fewLetters

  async function restore(ids: number[]): Promise<void> {
    const answer = isFew
      ? await app.attempt('restoreDeadLetters', { ids })
      : await app.work('restoreDeadLetters', { kind: 'undo_discard', request: { ids } })
    if (!answer) return
    app.notices.show(t.restored(answer.restored ?? ids.length))
    changed()
  }

  return {
    retry: {
      label: labels.retry,
      icon: RotateCcw,
      ...(labels.retryKey ? { key: labels.retryKey } : {}),
      run: async () => {
        const answer = isFew
          ? await app.attempt('retryDeadLetters', selection)
          : await app.work('retryDeadLetters', { kind: 'retry', request: selection })
        if (!answer) return
        app.notices.show(t.retried(answer.retried ?? 0))
        done()
      },
    },
    discard: {
      label: labels.discard,
      icon: Trash2,
      ...(labels.discardKey ? { key: labels.discardKey } : {}),
      run: async () => {
        const answer = isFew
          ? await app.attempt('discardDeadLetters', selection)
          : await app.work('discardDeadLetters', { kind: 'discard', request: selection })
        if (!answer) return
        const back = { label: app.t.common.undo, run: () => restore(answer.ids) }
        app.notices.show(t.discarded(answer.discarded), answer.ids.length > 0 ? back : null)
        done()
      },
    },
  }
}
