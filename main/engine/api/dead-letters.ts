/** Dead letters as they are listed, and what tasks do with many of them. */
import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { DeadLetterPages } from '../queue/dead-letter-pages.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { stashLink } from '../stash/scene-link.ts'
import { type DeadLetterWork, deadLetterWork } from '../tasks/dead-letter-tasks.ts'
import type { EngineEvents } from './events.ts'

export interface DeadLetterHandlerDeps {
  readonly deadLetters: DeadLetters
  readonly deadLetterPages: DeadLetterPages
  readonly settings: SettingsStore
}

export function deadLetterHandlers({
  deadLetters,
  deadLetterPages,
  settings,
}: DeadLetterHandlerDeps): Pick<Handlers, 'listDeadLetters' | 'listDeadLetterCauses'> {
  return {
    listDeadLetters: async (filter) => {
      const { stash_url } = settings.settings()
      const { rows, ...page } = deadLetterPages.page(filter)
      return ok({ ...page, rows: rows.map((row) => ({ ...row, stash_url: stashLink(stash_url, row.scene_id) })) })
    },
    listDeadLetterCauses: async () => ok({ causes: deadLetters.groups() }),
  }
}

export interface DeadLetterWorkDeps {
  readonly deadLetters: DeadLetters
  readonly jobs: JobStore
  readonly events: EngineEvents
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

export function deadLetterTasks({ deadLetters, jobs, events, workChanged }: DeadLetterWorkDeps): DeadLetterWork {
  return deadLetterWork({
    deadLetters,
    jobs,
    changed: workChanged,
    ended: () => events.send('deadLetters', deadLetters.counts()),
  })
}
