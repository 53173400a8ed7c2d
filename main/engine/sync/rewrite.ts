/**
 * What a change of settings does to the library: how many items it would change, and the rewrite of those that differ.
 * Stash is read page by page; Plex is asked only for items that a preview has to show.
 */
import * as z from 'zod'
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { type CollectionMarks, namesOf, wantsArt } from '../collections/collection-marks.ts'
import type { Matcher } from '../match/matcher.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { TaskRun } from '../task-run.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { DesiredValues, SettingsFor } from './desired-values.ts'
import type { Planner } from './planner.ts'
import type { ScenePlan } from './scene-plan.ts'
import type { WrittenItems } from './written-items.ts'

export interface RewriteDeps {
  readonly stash: Pick<StashClient, 'scenesAfter'>
  readonly matcher: Matcher
  readonly desired: Pick<DesiredValues, 'settingsFor'>
  readonly planner: Pick<Planner, 'plan'>
  readonly written: WrittenItems
  readonly jobs: Pick<JobStore, 'inTransaction' | 'enqueue'>
  readonly collections: Pick<CollectionMarks, 'noteWritten'>
}

export interface ChangePreview {
  /** Items of Plex that a scene is matched with. */
  readonly items: number
  /** Those of them that would be written. */
  readonly changed: number
  /** Collections that would get text and poster, and do not under the settings in force. */
  readonly collections: number
  readonly sample: readonly ScenePlan[]
}

const scenesPerPage = 500
const scenesPerPlan = 50
const sampleSize = 20

const memoSchema = z.object({
  /** The scene that was looked at last. */
  after: z.number(),
  done: z.number(),
  report: z.object({ scenes: z.number(), enqueued: z.number(), alreadyQueued: z.number() }),
})

type Memo = z.infer<typeof memoSchema>

export class Rewrite {
  readonly #deps: RewriteDeps

  constructor(deps: RewriteDeps) {
    this.#deps = deps
  }

  /** What would be written under these settings, beside what is in sync under those in force. */
  async preview(
    settingsFor: SettingsFor,
    { signal, progress }: Pick<TaskRun, 'signal' | 'progress'>,
  ): Promise<Result<ChangePreview>> {
    const { stash, matcher, desired, planner, written } = this.#deps
    let [items, changed, done] = [0, 0, 0]
    const sample: ScenePlan[] = []
    const collections = new Set<string>()
    const ready = await matcher.library.ready(signal)
    if (!ready.ok) return ready
    for await (const page of pages(0, stash, signal)) {
      if (!page.ok) return page
      const { scenes, left } = page.value
      progress(done, done + left)
      const touched: StashScene[] = []
      for (const scene of scenes) {
        const { targets } = matcher.match(scene)
        items += targets.length
        for (const { sectionId } of targets) {
          const settings = settingsFor(sectionId)
          if (!wantsArt({ settings }) || wantsArt({ settings: desired.settingsFor(sectionId) })) continue
          for (const [key, { origin }] of namesOf([{ scene, sectionId, settings }]))
            if (origin !== null) collections.add(`${sectionId} ${key}`)
        }
        if (targets.some((target) => written.differs(scene, target, settingsFor(target.sectionId)))) touched.push(scene)
      }
      for (let from = 0; from < touched.length; from += scenesPerPlan) {
        const plans = await planner.plan(touched.slice(from, from + scenesPerPlan), signal, settingsFor)
        if (!plans.ok) return plans
        for (const plan of plans.value) {
          if (plan.kind !== 'planned') continue
          const due = plan.items.map((item) => written.withPoster(item)).filter((item) => item.plan.changes.length > 0)
          changed += due.length
          if (due.length > 0 && sample.length < sampleSize) sample.push({ ...plan, items: due })
        }
      }
      done += scenes.length
      progress(done, done + left - scenes.length)
    }
    return ok({ items, changed, collections: collections.size, sample })
  }

  /**
   * Enqueues the scenes of all items that differ by the settings in force, each page in one transaction with the place to
   * continue from: a restart neither forgets nor repeats any. Returns how many it found and enqueued.
   */
  async enqueue(run: Pick<TaskRun, 'signal' | 'progress' | 'memo' | 'remember'>): Promise<Result<Memo['report']>> {
    const { stash, matcher, desired, written, jobs, collections } = this.#deps
    const { signal, progress, remember } = run
    const kept = memoSchema.safeParse(run.memo)
    const memo = kept.success ? kept.data : { after: 0, done: 0, report: { scenes: 0, enqueued: 0, alreadyQueued: 0 } }
    const { report } = memo
    const ready = await matcher.library.ready(signal)
    if (!ready.ok) return ready
    for await (const page of pages(memo.after, stash, signal)) {
      if (!page.ok) return page
      const { scenes, left } = page.value
      progress(memo.done, memo.done + left)
      const due: SceneId[] = []
      for (const scene of scenes) {
        const { targets } = matcher.match(scene)
        if (targets.some((target) => written.differs(scene, target, desired.settingsFor(target.sectionId))))
          due.push(scene.id)
        else {
          for (const target of targets) written.restamp(target)
          // What is written already is reported here; what is due is reported when it is written.
          collections.noteWritten(
            targets.map(({ sectionId }) => ({ scene, sectionId, settings: desired.settingsFor(sectionId) })),
          )
        }
      }
      report.scenes += due.length
      memo.done += scenes.length
      memo.after = Number(scenes.at(-1)?.id ?? memo.after)
      jobs.inTransaction(() => {
        for (const subjectId of due)
          if (jobs.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'manual' }, 0) === 'queued')
            report.enqueued += 1
          else report.alreadyQueued += 1
        remember(memo)
      })
      progress(memo.done, memo.done + left - scenes.length)
    }
    return ok(report)
  }
}

interface Page {
  readonly scenes: readonly StashScene[]
  /** How many scenes there are from this page on. */
  readonly left: number
}

async function* pages(first: number, stash: RewriteDeps['stash'], signal: AbortSignal): AsyncGenerator<Result<Page>> {
  for (let after = first; ; ) {
    const page = await stash.scenesAfter({ after, since: null, limit: scenesPerPage }, signal)
    if (!page.ok) return yield page
    const { scenes, count } = page.value
    for (let from = 0; from < scenes.length; from += scenesPerPlan) {
      if (signal.aborted) return yield fail('cancelled', 'Stopped')
      yield ok({ scenes: scenes.slice(from, from + scenesPerPlan), left: Math.max(count, scenes.length) - from })
      await yieldToEventLoop()
    }
    const last = scenes.at(-1)
    if (scenes.length < scenesPerPage || last === undefined) return
    after = Number(last.id)
  }
}
