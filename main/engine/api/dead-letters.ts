import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { Services } from '../services.ts'
import { stashLink } from './links.ts'

export function deadLetterHandlers(
  services: Services,
): Pick<
  Handlers,
  | 'listDeadLetters'
  | 'listDeadLetterCauses'
  | 'retryDeadLetters'
  | 'discardDeadLetters'
  | 'restoreDeadLetters'
  | 'purgeDeadLetters'
> {
  const changed = (): void => {
    services.events.send('deadLetters', services.deadLetters.counts())
    services.events.statusChanged()
    services.worker.wake()
  }
  const after = <T>(value: T): T => {
    changed()
    return value
  }
  return {
    listDeadLetters: async () => {
      const { stash_url } = services.settings.settings()
      const rows = services.deadLetters.list()
      return ok({ rows: rows.map((row) => ({ ...row, stash_url: stashLink(stash_url, row.scene_id) })) })
    },
    listDeadLetterCauses: async () => ok({ causes: services.deadLetters.groups() }),
    retryDeadLetters: async (selection) => ok(after({ retried: services.deadLetters.retry(selection) })),
    discardDeadLetters: async (selection) => ok(after(services.deadLetters.discard(selection))),
    restoreDeadLetters: async ({ ids }) => ok(after({ restored: services.deadLetters.restore(ids) })),
    purgeDeadLetters: async ({ older_than_days }) => ok(after({ purged: services.deadLetters.purge(older_than_days) })),
  }
}
