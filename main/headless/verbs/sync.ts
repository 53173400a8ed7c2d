import type { EnqueueReport, Invoke, ScenePlan, SyncSelection } from '../../../shared/contract.ts'
import { fail } from '../../../shared/result.ts'
import type { Holder } from '../../host/instance.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'
import { type Worked, workOf } from '../watch-task.ts'
import { drain } from './process.ts'
import { show } from './show-value.ts'
import { syncOne } from './sync-one.ts'
import type { SyncOptions } from './sync-options.ts'

const scenesAtOnce = 500

export async function sync(context: Context, options: SyncOptions): Promise<ExitCode> {
  if (options.verify === true || options.undo === true) return syncOne(context, options)
  const selection = selectionOf(options)
  if (selection === null)
    return refuse(context, fail('invalid_input', 'Specify which scenes: --all, --recent or --scene ID').fault)
  if (options.detach === true && (options.wait === true || options.dryRun === true))
    return refuse(context, fail('invalid_input', '--detach cannot be combined with --wait or --dry-run').fault)
  return withConfiguredEngine(
    context,
    async (invoke, running) => {
      if (options.dryRun === true) {
        const planned = await plansOf(context, { invoke, running }, selection)
        if (planned.kind === 'code') return planned.code
        const plans = planned.value
        context.output.result({ plans }, () => plans.map(describePlan).join('\n'))
        return exitCodes.done
      }
      // A server that says nothing is waited for here, so only if it matters.
      const before = options.wait === true ? await invoke('getStatus', {}, context.signal) : null
      const report = await enqueue(context, { invoke, running, detach: options.detach }, selection)
      if (report.kind === 'code') return report.code
      const { scenes, enqueued, skipped } = report.value
      const drained =
        options.wait === true
          ? await drain(context, invoke, {
              quiet: true,
              remote: running !== null,
              leaveKept: selection.scope === 'scenes',
            })
          : exitCodes.done
      context.output.result(
        report.value,
        () =>
          `${enqueued} of ${scenes} scenes enqueued; skipped: ${skipped.already_queued} already queued, ` +
          `${skipped.no_metadata} without metadata in Stash, ${skipped.no_file} without a file, ${skipped.filtered} held back by a setting`,
      )
      if (drained !== exitCodes.done) return drained
      if (options.wait !== true) {
        if (running === null && enqueued > 0)
          context.output.note('They are written by: plexsync serve, or plexsync process')
        return exitCodes.done
      }
      const after = await invoke('getStatus', {}, context.signal)
      const needs = before?.ok === true && after.ok && after.value.needs_you > before.value.needs_you
      return needs ? exitCodes.needsPerson : exitCodes.done
    },
    { exclusive: options.wait === true },
  )
}

/** In portions, each a task: however many scenes there are, none is long, and none has a long result. */
async function plansOf(
  context: Context,
  engine: { readonly invoke: Invoke; readonly running: Holder | null },
  selection: SyncSelection,
): Promise<Worked<ScenePlan[]>> {
  const plans: ScenePlan[] = []
  for (let after: string | undefined; ; ) {
    const request = selection.scope === 'scenes' ? { selection } : { selection, limit: scenesAtOnce, after }
    const portion = await workOf(context, engine, 'planScenes', { kind: 'plan', request })
    if (portion.kind === 'code') return portion
    for (const plan of portion.value.plans) plans.push(plan)
    const { next } = portion.value
    if (next === null) return { kind: 'result', value: plans }
    context.output.progress(`dry run: ${plans.length}`)
    after = next
  }
}

function enqueue(
  context: Context,
  engine: { readonly invoke: Invoke; readonly running: Holder | null; readonly detach?: boolean | undefined },
  selection: SyncSelection,
): Promise<Worked<EnqueueReport>> {
  const task =
    selection.scope === 'all'
      ? ({ kind: 'sync_all', request: {} } as const)
      : ({ kind: 'sync_some', request: selection } as const)
  return workOf(context, engine, 'enqueueScenes', task)
}

function selectionOf({ all, recent, scene }: SyncOptions): SyncSelection | null {
  if (all === true) return { scope: 'all' }
  if (recent === true) return { scope: 'recent' }
  return scene === undefined || scene.length === 0 ? null : { scope: 'scenes', scene_ids: [...scene] }
}

function describePlan(plan: ScenePlan): string {
  const head = `Scene ${plan.scene_id} ${plan.title}`.trimEnd()
  if (plan.reason !== null) return `${head}: ${plan.reason}`
  const kept = plan.kept.map((one) => `  ${one.field}: left alone, ${one.reason}`)
  const changes = plan.changes.map((change) => `  ${change.field}: ${show(change.before)} -> ${show(change.after)}`)
  return [
    `${head} -> Plex item ${plan.rating_key} (${plan.confidence})${changes.length === 0 ? ': nothing to write' : ''}`,
    ...changes,
    ...kept,
  ].join('\n')
}
