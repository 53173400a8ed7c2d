/** What a change of settings would do to Plex: previews, and the rewrite. */
import type { Handlers } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Services } from '../services.ts'
import type { SettingsPreview } from '../settings/settings-preview.ts'
import type { SettingsFor } from '../sync/desired-values.ts'
import { type PlannedImagesDeps, withImages } from '../sync/planned-images.ts'
import { enqueueRewrite, previewChange, type RewriteDeps } from '../sync/rewrite.ts'
import type { WatchedWork } from '../tasks/task-kinds.ts'
import { libraryForSettings } from './library-named.ts'
import { planRows } from './sync.ts'

/** What tasks do: the preview of a change of settings, and the rewrite. */
export function writtenWork(services: Services): Pick<WatchedWork, 'previewSettings' | 'rewriteItems'> {
  const deps: RewriteDeps = {
    stash: services.stash,
    planning: { matcher: services.matcher, desired: services.desired, planner: services.planner },
    inSync: services.inSync,
    rules: services.rules,
    jobs: services.store,
    collections: services.collections,
  }

  return {
    previewSettings: async ({ values, library }, run) => {
      const preview = await previewOf(services, values, library, run.signal)
      if (!preview.ok) return preview
      const known = await services.identities.ensurePlex(run.signal)
      if (!known.ok) return known
      const change = await previewChange(settingsForOf(services, preview.value), deps, run)
      if (!change.ok) return change
      const { items, changed, collections, sample } = change.value
      return ok({ items, changed, collections, sample: sample.flatMap(planRows).slice(0, 20) })
    },

    rewriteItems: async (_request, run) => {
      const known = await services.identities.ensurePlex(run.signal)
      if (!known.ok) return known
      const done = await enqueueRewrite(deps, run)
      services.worker.wake()
      services.events.statusChanged()
      if (!done.ok) return done
      const { scenes, enqueued, alreadyQueued } = done.value
      return ok({
        scenes,
        enqueued,
        skipped: { no_file: 0, no_metadata: 0, already_queued: alreadyQueued, filtered: 0 },
      })
    },
  }
}

export function writtenHandlers(services: Services, images: PlannedImagesDeps): Pick<Handlers, 'previewScene'> {
  return {
    previewScene: async ({ scene_id, values, library }, signal) => {
      const preview = await previewOf(services, values, library, signal)
      if (!preview.ok) return preview
      const scenes = await services.stash.scenes([scene_id], signal)
      if (!scenes.ok) return scenes
      const plans = await services.planner.plan(
        [...scenes.value.values()],
        signal,
        settingsForOf(services, preview.value),
      )
      if (!plans.ok) return plans
      return ok({ plans: (await withImages(plans.value, images, signal)).flatMap(planRows) })
    },
  }
}

async function previewOf(
  { settings, ...services }: Services,
  values: Readonly<Record<string, unknown>>,
  library: string | undefined,
  signal: AbortSignal,
): Promise<Result<SettingsPreview>> {
  if (library === undefined) return settings.preview(values)
  const ref = await libraryForSettings({ settings, ...services }, library, Object.keys(values), signal)
  return ref.ok ? settings.preview(values, ref.value) : ref
}

function settingsForOf({ library }: Services, preview: SettingsPreview): SettingsFor {
  const known = new Map<string | null, ReturnType<SettingsFor>>()
  return (sectionId) => {
    const before = known.get(sectionId)
    if (before !== undefined) return before
    const settings = sectionId === null ? preview.settings : preview.forLibrary(library.uuidOf(sectionId))
    known.set(sectionId, settings)
    return settings
  }
}
