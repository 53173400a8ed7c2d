import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { stashLink } from '../stash/scene-link.ts'
import type { EngineEvents } from './events.ts'

export interface DeadLetterHandlerDeps {
  readonly deadLetters: DeadLetters
  readonly settings: SettingsStore
  readonly events: EngineEvents
  /** Wakes the worker and tells the windows. */
  readonly workChanged: () => void
}

export function deadLetterHandlers({
  deadLetters,
  settings,
  events,
  workChanged,
}: DeadLetterHandlerDeps): Pick<
  Handlers,
  | 'listDeadLetters'
  | 'listDeadLetterCauses'
  | 'retryDeadLetters'
  | 'discardDeadLetters'
  | 'restoreDeadLetters'
  | 'purgeDeadLetters'
> {
  const after = <T>(value: T): T => {
    events.send('deadLetters', deadLetters.counts())
    workChanged()
    return value
  }
  return {
    listDeadLetters: async () => {
      const { stash_url } = settings.settings()
      const rows = deadLetters.list()
      return ok({ rows: rows.map((row) => ({ ...row, stash_url: stashLink(stash_url, row.scene_id) })) })
    },
    listDeadLetterCauses: async () => ok({ causes: deadLetters.groups() }),
    retryDeadLetters: async (selection) => ok(after({ retried: deadLetters.retry(selection) })),
    discardDeadLetters: async (selection) => ok(after(deadLetters.discard(selection))),
    restoreDeadLetters: async ({ ids }) => ok(after({ restored: deadLetters.restore(ids) })),
    purgeDeadLetters: async ({ older_than_days }) => ok(after({ purged: deadLetters.purge(older_than_days) })),
  }
}
