/**
 * Puts all scenes into the queue: their ids in pages, each page in one transaction with the place to continue from, so
 * that a restart neither forgets nor repeats any. What is skipped is counted by Stash, without reading those scenes.
 */
import * as z from 'zod'
import { type EnqueueReport, enqueueReportSchema } from '../../../shared/contract.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { rulesOf } from '../merge/rules.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { SceneChoice } from '../stash/scene-choice.ts'
import type { TaskRun } from '../task-run.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

export interface SyncAllDeps {
  readonly stash: Pick<StashClient, 'sceneIds' | 'sceneCount'>
  readonly jobs: JobStore
  /** Those for all libraries first, then those of each library that has its own. */
  readonly settings: () => readonly Settings[]
  /** Whole scenes, where a setting cannot be said in Stash's filters. */
  readonly byReading: (run: TaskRun) => Promise<Result<EnqueueReport>>
  /** Wakes the worker for what came into the queue. */
  readonly workChanged: () => void
}

/** A response of some 100 KB. */
const idsPerPage = 4_000
/** One commit; a few milliseconds. */
const idsPerCommit = 1_000

const memoSchema = z.object({ after: z.number(), done: z.number(), total: z.number(), report: enqueueReportSchema })
type Memo = z.infer<typeof memoSchema>

export async function syncAll(run: TaskRun, deps: SyncAllDeps): Promise<Result<EnqueueReport>> {
  const choice = choiceOf(deps.settings())
  if (choice === null) return deps.byReading(run)
  const kept = memoSchema.safeParse(run.memo)
  const begun = kept.success ? ok(kept.data) : await count(choice, deps, run.signal)
  // A Stash that does not know one of the filters is read scene by scene.
  if (!begun.ok) return begun.fault.code === 'rejected' ? deps.byReading(run) : begun
  const memo = begun.value
  run.progress(memo.done, memo.total)
  for (;;) {
    const page = await deps.stash.sceneIds(choice, { after: memo.after, limit: idsPerPage }, run.signal)
    if (!page.ok) return page
    const ids = page.value.filter((id) => Number(id) > memo.after)
    for (let from = 0; from < ids.length; from += idsPerCommit) {
      if (run.signal.aborted) return fail('cancelled', 'Stopped')
      enqueue(ids.slice(from, from + idsPerCommit), memo, run, deps.jobs)
      run.progress(memo.done, memo.total)
      deps.workChanged()
      await yieldToEventLoop()
    }
    if (ids.length === 0 || page.value.length < idsPerPage) break
  }
  return ok({ ...memo.report, scenes: memo.report.scenes + memo.done })
}

function enqueue(ids: readonly string[], memo: Memo, run: TaskRun, jobs: JobStore): void {
  const { report } = memo
  jobs.inTransaction(() => {
    for (const subjectId of ids) {
      const outcome = jobs.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'manual' }, 0)
      if (outcome === 'queued') report.enqueued += 1
      else report.skipped.already_queued += 1
    }
    memo.after = Number(ids.at(-1) ?? memo.after)
    memo.done += ids.length
    run.remember(memo)
  })
}

/** What is left out, counted by Stash. */
async function count(choice: SceneChoice, { stash }: SyncAllDeps, signal: AbortSignal): Promise<Result<Memo>> {
  const counts: number[] = []
  for (const one of [{ kind: 'any' }, { kind: 'no_file' }, { kind: 'no_metadata' }, choice] as const) {
    const counted = await stash.sceneCount(one, signal)
    if (!counted.ok) return counted
    counts.push(counted.value)
  }
  const [all = 0, noFile = 0, noMetadata = 0, total = 0] = counts
  const filtered = Math.max(0, all - noFile - noMetadata - total)
  const skipped = { no_file: noFile, no_metadata: noMetadata, already_queued: 0, filtered }
  return ok({ after: 0, done: 0, total, report: { scenes: noFile + noMetadata + filtered, enqueued: 0, skipped } })
}

/**
 * The scenes that some library is written with. Null if Stash's filters cannot say it: with rules about the names of
 * tags, or where libraries differ.
 */
function choiceOf(all: readonly Settings[]): SceneChoice | null {
  const choices = all.map((settings): SceneChoice | null => {
    const { onlyTagged, notTagged } = rulesOf(settings)
    if (onlyTagged.size > 0 || notTagged.size > 0) return null
    const { only_organized, only_with_stash_id, only_with_url } = settings
    return { kind: 'ready', organized: only_organized, stashId: only_with_stash_id, url: only_with_url }
  })
  const [first = null] = choices
  return choices.every((choice) => JSON.stringify(choice) === JSON.stringify(first)) ? first : null
}
