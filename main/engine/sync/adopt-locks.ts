/**
 * Adopts fields that are locked in Plex and that this installation does not know: from then on they count as written by it,
 * so that later changes in Stash reach them. Fields whose value equals what would be written, or all of them on the user's
 * word; then the scenes are enqueued, and what differs is written.
 */

import * as z from 'zod'
import { type AdoptedLocks, adoptedLocksSchema } from '../../../shared/contract.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Logger } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { TaskRun } from '../task-run.ts'
import type { AdoptedItems } from './adopted-items.ts'
import type { FoundLocks, LockSearch } from './lock-search.ts'
import { workerLines } from './worker-log.ts'

export interface LockAdoptionDeps {
  readonly stash: Pick<StashClient, 'scenesAfter'>
  readonly search: LockSearch
  readonly adopted: AdoptedItems
  readonly jobs: Pick<JobStore, 'inTransaction' | 'enqueue'>
  readonly logger: Logger
}

export interface AdoptRequest {
  /** Also fields with another value than Stash has: theirs are overwritten then. */
  readonly all: boolean
  readonly dry_run: boolean
}

const scenesPerPage = 500
const scenesPerPlan = 50
const sampleSize = 20
const memoSchema = z.object({ after: z.number(), done: z.number(), report: adoptedLocksSchema })

export class LockAdoption {
  readonly #deps: LockAdoptionDeps

  constructor(deps: LockAdoptionDeps) {
    this.#deps = deps
  }

  /** Returns what was adopted, or what would be. A restart continues where it stopped. */
  async run(
    request: AdoptRequest,
    run: Pick<TaskRun, 'signal' | 'progress' | 'memo' | 'remember'>,
  ): Promise<Result<AdoptedLocks>> {
    const { stash, search, jobs } = this.#deps
    const kept = memoSchema.safeParse(run.memo)
    const nothing = { items: 0, fields: 0, differing: 0, enqueued: 0, sample: [] }
    const memo = kept.success ? kept.data : { after: 0, done: 0, report: nothing }
    for (;;) {
      const page = await stash.scenesAfter({ after: memo.after, since: null, limit: scenesPerPage }, run.signal)
      if (!page.ok) return page
      const { scenes, count } = page.value
      const total = memo.done + Math.max(count, scenes.length)
      for (let from = 0; from < scenes.length; from += scenesPerPlan) {
        if (run.signal.aborted) return fail('cancelled', 'Stopped')
        const slice = scenes.slice(from, from + scenesPerPlan)
        const found = await search.in(slice, run.signal)
        if (!found.ok) return found
        jobs.inTransaction(() => {
          for (const one of found.value) this.#adopt(one, request, memo.report)
          memo.done += slice.length
          memo.after = Number(slice.at(-1)?.id ?? memo.after)
          run.remember(memo)
        })
        run.progress(memo.done, total)
      }
      if (scenes.length < scenesPerPage) return ok(memo.report)
    }
  }

  #adopt(found: FoundLocks, { all, dry_run }: AdoptRequest, report: AdoptedLocks): void {
    const { adopted, jobs, logger } = this.#deps
    const { scene, planned, locks, poster } = found
    const { ratingKey } = planned.target
    if (adopted.isOvertaken(planned)) return
    const taken = locks.filter(({ isEqual }) => all || isEqual)
    const differing = locks.filter(({ isEqual }) => !isEqual)
    const fields = taken.length + (poster === null ? 0 : 1)
    report.fields += fields
    report.differing += differing.length
    if (fields > 0) report.items += 1
    for (const { field, plex, stash } of differing)
      if (report.sample.length < sampleSize)
        report.sample.push({ scene_id: scene.id, rating_key: ratingKey, title: scene.title, field, plex, stash })
    if (dry_run || fields === 0) return
    adopted.note(found, taken)
    if (!all || differing.length === 0) return
    // What the user gave up is named before it is overwritten.
    const names = differing.map(({ field }) => field).join(', ')
    logger.log(...workerLines.adopted({ fields: names, item: ratingKey }), { sceneId: scene.id })
    adopted.isToBeWritten(ratingKey)
    const job = { kind: 'scene', subjectId: scene.id, fields: null, origin: 'manual' } as const
    if (jobs.enqueue(job, 0) === 'queued') report.enqueued += 1
  }
}
