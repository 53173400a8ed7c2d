/**
 * Many dead letters tried again, thrown away or removed: in portions, each in one commit with the place to continue from, so
 * that hooks are answered in between and a restart repeats none.
 */
import * as z from 'zod'
import type { ParsedRequestOf, ResponseOf } from '../../../shared/contract.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { TaskRun } from '../task-run.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

export interface DeadLetterTaskDeps {
  readonly deadLetters: DeadLetters
  readonly jobs: Pick<JobStore, 'inTransaction'>
  /** Dead letters have gone, or come back: after each portion. */
  readonly changed: () => void
  readonly ended: () => void
}

type Calls = 'retryDeadLetters' | 'discardDeadLetters' | 'restoreDeadLetters' | 'purgeDeadLetters'
export type DeadLetterWork = {
  readonly [N in Calls]: (request: ParsedRequestOf<N>, run: TaskRun) => Promise<Result<ResponseOf<N>>>
}

/** One commit; a few milliseconds. */
const idsAtOnce = 500

/** The ids up to `last` that are not done are those behind `after`: later ones failed since and are not meant. */
const memoSchema = z.object({ after: z.number(), last: z.number(), done: z.number(), seen: z.number() })
const purgeMemoSchema = z.object({ failedBefore: z.number(), purged: z.number() })

export function deadLetterWork(deps: DeadLetterTaskDeps): DeadLetterWork {
  const { deadLetters, jobs, changed, ended } = deps
  return {
    retryDeadLetters: async (selection, run) => {
      const retried = await inPortions(deadLetters.selected(selection), deps, run, (ids) => deadLetters.retryMany(ids))
      return retried.ok ? ok({ retried: retried.value }) : retried
    },

    // After a restart only the ids of what was left are returned: who waited for all of them is gone.
    discardDeadLetters: async (selection, run) => {
      const gone: number[] = []
      const discarded = await inPortions(deadLetters.selected(selection), deps, run, (ids) => {
        const moved = deadLetters.discard(ids)
        for (const id of moved) gone.push(id)
        return moved.length
      })
      return discarded.ok ? ok({ discarded: discarded.value, ids: gone }) : discarded
    },

    restoreDeadLetters: async ({ ids }, run) => {
      const ascending = ids.toSorted((a, b) => a - b)
      const restored = await inPortions(ascending, deps, run, (portion) => deadLetters.restore(portion))
      return restored.ok ? ok({ restored: restored.value }) : restored
    },

    purgeDeadLetters: async ({ older_than_days }, run) => {
      const kept = purgeMemoSchema.safeParse(run.memo)
      const memo = kept.success ? kept.data : { failedBefore: deadLetters.failedBefore(older_than_days), purged: 0 }
      const total = memo.purged + deadLetters.countBefore(memo.failedBefore)
      try {
        while (memo.purged < total) {
          run.progress(memo.purged, total)
          if (run.signal.aborted) return fail('cancelled', 'Stopped')
          const isDone = jobs.inTransaction(() => {
            const purged = deadLetters.purgeSome(memo.failedBefore)
            memo.purged += purged
            run.remember(memo)
            return purged === 0
          })
          changed()
          if (isDone) break
          await yieldToEventLoop()
        }
        run.progress(memo.purged, memo.purged)
        return ok({ purged: memo.purged })
      } finally {
        ended()
      }
    },
  }
}

/** Does `work` on the ids, ascending, in portions; returns the sum of what it returns. */
async function inPortions(
  all: readonly number[],
  { jobs, changed, ended }: DeadLetterTaskDeps,
  run: TaskRun,
  work: (ids: readonly number[]) => number,
): Promise<Result<number>> {
  const kept = memoSchema.safeParse(run.memo)
  const memo = kept.success ? kept.data : { after: 0, last: all.at(-1) ?? 0, done: 0, seen: 0 }
  const ids = all.filter((id) => id > memo.after && id <= memo.last)
  const total = memo.seen + ids.length
  run.progress(memo.seen, total)
  try {
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      if (run.signal.aborted) return fail('cancelled', 'Stopped')
      const portion = ids.slice(from, from + idsAtOnce)
      jobs.inTransaction(() => {
        memo.done += work(portion)
        memo.seen += portion.length
        memo.after = portion.at(-1) ?? memo.after
        run.remember(memo)
      })
      run.progress(memo.seen, total)
      changed()
      await yieldToEventLoop()
    }
    return ok(memo.done)
  } finally {
    ended()
  }
}
