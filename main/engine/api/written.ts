/** What a change of settings would do to Plex: previews, and the rewrite. */
import type { Handlers } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Library } from '../match/library.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { SettingsPreview } from '../settings/settings-preview.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { SettingsFor } from '../sync/desired-values.ts'
import type { PlannedImages } from '../sync/planned-images.ts'
import type { Planner } from '../sync/planner.ts'
import type { Rewrite } from '../sync/rewrite.ts'
import type { LongWork } from '../tasks/long-kinds.ts'
import type { LibraryNames } from './library-names.ts'
import { planRows } from './plans.ts'

/** Settings as they would be, for the libraries that they are for. */
interface PreviewedSettingsDeps {
  readonly settings: SettingsStore
  readonly libraries: LibraryNames
  readonly library: Pick<Library, 'uuidOf'>
}

export interface WrittenWorkDeps extends PreviewedSettingsDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly rewrite: Rewrite
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

/** What tasks do: the preview of a change of settings, and the rewrite. */
export function writtenWork(deps: WrittenWorkDeps): Pick<LongWork, 'previewSettings' | 'rewriteItems'> {
  const { identities, rewrite, workChanged } = deps
  return {
    previewSettings: async ({ values, library }, run) => {
      const preview = await previewOf(values, library, deps, run.signal)
      if (!preview.ok) return preview
      const known = await identities.ensurePlex(run.signal)
      if (!known.ok) return known
      const change = await rewrite.preview(settingsForOf(preview.value, deps), run)
      if (!change.ok) return change
      const { items, changed, collections, sample } = change.value
      return ok({ items, changed, collections, sample: sample.flatMap(planRows).slice(0, 20) })
    },

    rewriteItems: async (_request, run) => {
      const known = await identities.ensurePlex(run.signal)
      if (!known.ok) return known
      const done = await rewrite.enqueue(run)
      workChanged()
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

export interface PreviewSceneDeps extends PreviewedSettingsDeps {
  readonly stash: Pick<StashClient, 'scenes'>
  readonly planner: Planner
  readonly images: PlannedImages
}

export function writtenHandlers(deps: PreviewSceneDeps): Pick<Handlers, 'previewScene'> {
  const { stash, planner, images } = deps
  return {
    previewScene: async ({ scene_id, values, library }, signal) => {
      const preview = await previewOf(values, library, deps, signal)
      if (!preview.ok) return preview
      const scenes = await stash.scenes([scene_id], signal)
      if (!scenes.ok) return scenes
      const plans = await planner.plan([...scenes.value.values()], signal, settingsForOf(preview.value, deps))
      if (!plans.ok) return plans
      return ok({ plans: (await images.addTo(plans.value, signal)).flatMap(planRows) })
    },
  }
}

async function previewOf(
  values: Readonly<Record<string, unknown>>,
  library: string | undefined,
  { settings, libraries }: PreviewedSettingsDeps,
  signal: AbortSignal,
): Promise<Result<SettingsPreview>> {
  if (library === undefined) return settings.preview(values)
  const ref = await libraries.findForSettings(library, Object.keys(values), signal)
  return ref.ok ? settings.preview(values, ref.value) : ref
}

function settingsForOf(preview: SettingsPreview, { library }: PreviewedSettingsDeps): SettingsFor {
  const known = new Map<string | null, ReturnType<SettingsFor>>()
  return (sectionId) => {
    const before = known.get(sectionId)
    if (before !== undefined) return before
    const settings = sectionId === null ? preview.settings : preview.forLibrary(library.uuidOf(sectionId))
    known.set(sectionId, settings)
    return settings
  }
}
