import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import { stashLink } from './links.ts'
import type { Rooms } from './rooms.ts'

export function deadLetterHandlers(
  rooms: Rooms,
): Pick<
  Handlers,
  'listDeadLetters' | 'retryDeadLetters' | 'discardDeadLetters' | 'restoreDeadLetters' | 'purgeDeadLetters'
> {
  const changed = (): void => {
    rooms.events.send('deadLetters', rooms.deadLetters.counts())
    rooms.events.statusChanged()
    rooms.worker.wake()
  }
  const after = <T>(value: T): T => {
    changed()
    return value
  }
  return {
    listDeadLetters: async () => {
      const { stash_url } = rooms.settings.settings()
      const rows = rooms.deadLetters.list()
      return ok({ rows: rows.map((row) => ({ ...row, stash_url: stashLink(stash_url, row.scene_id) })) })
    },
    retryDeadLetters: async (selection) => ok(after({ retried: rooms.deadLetters.retry(selection) })),
    discardDeadLetters: async (selection) => ok(after(rooms.deadLetters.discard(selection))),
    restoreDeadLetters: async ({ ids }) => ok(after({ restored: rooms.deadLetters.restore(ids) })),
    purgeDeadLetters: async ({ older_than_days }) => ok(after({ purged: rooms.deadLetters.purge(older_than_days) })),
  }
}
