/** The outcome of a job: its settlement in the queue, and what is remembered of the scene and its items. Pure. */

import type { StashScene } from '../../../shared/domain.ts'
import { type Remark, remarkOfFault } from '../../../shared/remarks.ts'
import { type Fault, fail } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { keptRefused, refusableFields } from '../merge/refused.ts'
import type { Random } from '../ports.ts'
import type { ClaimedJob, JobReport, ReasonValues, Settlement } from '../queue/job.ts'
import { decideRetry } from '../queue/retry-delay.ts'
import { stateKey } from '../stash/scene-keys.ts'
import type { AppliedScene } from './applied.ts'
import type { ScenePlan } from './scene-plan.ts'
import type { Handling } from './scene-state.ts'
import { titleOf } from './scene-title.ts'

export interface JobOutcome {
  readonly settlement: Settlement
  /** Set where this state of the scene was dealt with for good: the sweep does not bring it back. */
  readonly handled: { readonly scene: StashScene; readonly handling: Handling } | null
  readonly applied: AppliedScene | null
  /** The fault that decided; null if there was none. */
  readonly fault: Fault | null
}

/** What else decides about a job. */
export interface OutcomeContext {
  readonly settings: Pick<Settings, 'max_retries' | 'skip_not_found'>
  readonly random: Random
  /** Epoch milliseconds. */
  readonly now: number
  /** Whether the scene is a dead letter because Plex refuses one of its values. */
  readonly isRefused: (sceneId: string) => boolean
}

/** The outcome of a job whose plan was carried out as far as it could be. */
export function outcomeOfApplied(
  job: ClaimedJob,
  plan: Extract<ScenePlan, { kind: 'planned' }>,
  applied: AppliedScene,
  context: OutcomeContext,
): JobOutcome {
  const { scene } = plan
  if (applied.fault !== null) return { ...outcomeOfFault(job, applied.fault, plan, context), applied }
  const refusal = refusalOf(applied)
  const isNews = applied.items.some(({ newlyRefused }) => Object.keys(newlyRefused).length > 0)
  if (refusal !== null && (isNews || context.isRefused(scene.id))) {
    const failed = outcomeOfFault(job, refusal.fault, plan, context)
    const report = reportOf(plan, applied, context.now)
    const { settlement } = failed
    if (settlement.kind !== 'dead') return { ...failed, applied }
    return { ...failed, applied, settlement: { ...settlement, report, values: refusal.values } }
  }
  const outcome = applied.items.some((item) => item.changes.length > 0) ? 'synced' : 'unchanged'
  return {
    settlement: {
      job,
      kind: 'done',
      outcome,
      title: titleOf(scene),
      remark: remarkOfApplied(applied),
      report: reportOf(plan, applied, context.now),
    },
    handled: { scene, handling: outcome },
    applied,
    fault: null,
  }
}

/** The outcome of a job whose scene is not written on purpose. */
export function outcomeOfSkipped(
  job: ClaimedJob,
  { scene, remark }: Extract<ScenePlan, { kind: 'skipped' }>,
): JobOutcome {
  return {
    settlement: { job, kind: 'done', outcome: 'filtered', title: titleOf(scene), remark },
    handled: { scene, handling: 'filtered' },
    applied: null,
    fault: null,
  }
}

/** The outcome of a job whose scene Stash no longer has. */
export function outcomeOfGone(job: ClaimedJob): JobOutcome {
  const remark = { code: 'gone_from_stash', values: {} } as const
  return {
    settlement: { job, kind: 'done', outcome: 'scene_gone', title: '', remark },
    handled: null,
    applied: null,
    fault: null,
  }
}

/** Puts a job back, nothing counted: due as before, or at `dueAt` (epoch ms). */
export function released(job: ClaimedJob, dueAt?: number): JobOutcome {
  const settlement = { job, kind: 'release', ...(dueAt !== undefined && { dueAt }) } as const
  return { settlement, handled: null, applied: null, fault: null }
}

/**
 * The outcome of a job that ended in a fault. Instead of a plan the title by which the scene is known, if the fault is one of
 * a server, before anything was read of the scene.
 */
export function outcomeOfFault(
  job: ClaimedJob,
  fault: Fault,
  planned: ScenePlan | { readonly title: string },
  { settings, random, now }: OutcomeContext,
): JobOutcome {
  const plan = 'title' in planned ? null : planned
  const { attempts, misses } = job
  const { code, message, retryAfterMs } = fault
  const remark = remarkOfFault(fault)
  const title = 'title' in planned ? planned.title : titleOf(planned.scene)
  const decided = decideRetry(
    { code, attempts, misses, retryAfterMs },
    { maxRetries: settings.max_retries, skipNotFound: settings.skip_not_found },
    random,
  )
  const settled = (settlement: Settlement, handled: JobOutcome['handled'] = null): JobOutcome => ({
    settlement,
    handled,
    applied: null,
    fault,
  })
  switch (decided.kind) {
    case 'release':
      return settled({ job, kind: 'release' })
    case 'retry': {
      const { counts, delayMs } = decided
      const retry = { job, kind: 'retry', counts, dueAt: now + delayMs, code, message, remark, title } as const
      return settled(plan === null ? retry : { ...retry, triedState: stateKey(plan.scene) })
    }
    case 'skip':
      return settled(
        { job, kind: 'done', outcome: 'skipped', title, remark: skippedRemark(fault) },
        plan === null ? null : { scene: plan.scene, handling: 'skipped' },
      )
    case 'dead': {
      const path = plan?.scene.files[0]?.path
      const candidates = plan?.kind === 'failed' ? plan.candidates : undefined
      return settled(
        {
          ...{ job, kind: 'dead', code, message, remark, title },
          ...(path && { path }),
          ...(candidates && { candidates }),
        },
        plan === null ? null : { scene: plan.scene, handling: 'dead' },
      )
    }
  }
}

/** What Plex refuses of the scene, as one fault that names the fields; null if it refuses nothing. */
function refusalOf({ items }: AppliedScene): { readonly fault: Fault; readonly values: ReasonValues } | null {
  const refused = items.flatMap((item) =>
    refusableFields.flatMap((field) => {
      const values = item.refused[field]
      return values === undefined ? [] : [{ field, status: values.status, kept: keptRefused(field, values) }]
    }),
  )
  const [first] = refused
  if (first === undefined) return null
  const said = [...new Set(refused.map(({ field, kept }) => `${field}: ${kept.reason}`))].join('; ')
  const fields = [...new Set(refused.map(({ field }) => field))]
  const values = [...new Set(refused.map(({ kept }) => kept.values?.value ?? ''))]
  const because = { code: 'values_refused', values: { fields, refused: values, status: first.status } } as const
  return {
    fault: fail('value_refused', `${said}. Everything else was written.`, { because }).fault,
    values: { fields, refused: values, status: first.status ?? 0 },
  }
}

function remarkOfApplied(applied: AppliedScene): Remark {
  const fields = [...new Set(applied.items.flatMap((item) => item.changes.map((change) => change.field)))]
  const kept = [...new Set(applied.items.flatMap((item) => item.kept.map((one) => one.field)))]
  return fields.length === 0
    ? { code: 'nothing_to_write', values: { kept } }
    : { code: 'wrote', values: { fields, kept } }
}

function skippedRemark({ message, step }: Fault): Remark {
  return { code: 'not_found_skipped', values: { message, ...(step !== undefined && { step }) } }
}

function reportOf({ decision }: ScenePlan, applied: AppliedScene, now: number): JobReport {
  const wrote = applied.items.some((item) => item.changes.length > 0)
  return {
    ...(decision !== null && { matched: { confidence: decision.confidence, step_codes: [...decision.steps] } }),
    items: applied.items.map(({ planned, changes, kept }) => ({
      rating_key: planned.target.ratingKey,
      section: planned.target.sectionId,
      changes: [...changes],
      kept: [...kept],
    })),
    ...(wrote && { written_at: now }),
  }
}
