/** Puts the scenes that the user selected into the queue. */
import type { EnqueueReport, SyncSelection } from '../../../shared/contract.ts'
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { hasMetadata } from '../merge/desired.ts'
import type { Clock } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { DesiredValues } from '../sync/desired-values.ts'
import type { TaskRun } from '../task-run.ts'
import { selectedScenes } from './scene-selection.ts'

export interface EnqueueDeps {
  readonly stash: Pick<StashClient, 'scenePage' | 'scenes' | 'sceneStamps'>
  readonly jobs: JobStore
  readonly settings: SettingsStore
  readonly desired: DesiredValues
  readonly clock: Clock
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

/**
 * Puts the scenes into the queue, as they are in Stash; no state of an earlier run keeps one of them out. A task that continues
 * after a restart begins again: those that wait are not put in twice.
 */
export async function enqueueByReading(
  selection: SyncSelection,
  deps: EnqueueDeps,
  { signal, progress }: Pick<TaskRun, 'signal' | 'progress'>,
): Promise<Result<EnqueueReport>> {
  const report = { scenes: 0, enqueued: 0, skipped: { no_file: 0, no_metadata: 0, already_queued: 0, filtered: 0 } }
  const { stash, jobs, clock, workChanged } = deps
  const total = selection.scope === 'scenes' ? new Set(selection.scene_ids).size : null
  for await (const page of selectedScenes(selection, stash, clock, signal)) {
    if (!page.ok) return page
    jobs.inTransaction(() => {
      for (const scene of page.value) enqueue(scene, selection.scope === 'scenes', deps, report)
    })
    workChanged()
    progress(report.scenes, total)
  }
  return ok(report)
}

function enqueue(
  scene: StashScene,
  byId: boolean,
  deps: EnqueueDeps,
  report: { scenes: number; enqueued: number; skipped: EnqueueReport['skipped'] },
): void {
  report.scenes += 1
  if (scene.files.length === 0) report.skipped.no_file += 1
  else if (!hasMetadata(scene)) report.skipped.no_metadata += 1
  else if (isHeldBack(scene, deps)) report.skipped.filtered += 1
  else if (
    deps.jobs.enqueue(
      // Asked for by its id: the one write that needs no consent to any other.
      { kind: 'scene', subjectId: scene.id, fields: null, origin: 'manual', force: byId, explicit: byId },
      0,
    ) === 'queued'
  )
    report.enqueued += 1
  else report.skipped.already_queued += 1
}

/** No library is written with this scene, by settings such as only_organized. */
function isHeldBack(scene: StashScene, { settings, desired }: EnqueueDeps): boolean {
  return [settings.settings(), ...settings.ofLibraries()].every((one) => {
    const outcome = desired.of(scene, one)
    return outcome.kind === 'skipped' && outcome.reason !== 'no_metadata'
  })
}
