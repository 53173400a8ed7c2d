/** One scene on its own: found, compared with its item, written and read back. */
import type { ComparedScene, FoundScene, Handlers } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import {
  type FieldValue,
  listFields,
  type SceneId,
  type StashScene,
  scalarFields,
  sceneIdSchema,
} from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Library } from '../match/library.ts'
import { scalarOf, taggingsOf } from '../merge/plex-fields.ts'
import type { PlexClient } from '../plex/client.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import { isConfigured } from '../settings/configured.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'
import { stashLink } from '../stash/scene-link.ts'
import type { Planner } from '../sync/planner.ts'
import { type PlannedItem, remarkOfUnwritten, type ScenePlan } from '../sync/scene-plan.ts'
import { titleOf } from '../sync/scene-title.ts'
import type { WrittenScene } from '../sync/write-scene.ts'
import type { EngineEvents } from './events.ts'

/** Scenes that are looked at for one that matches well: two requests to each server. */
const looked = 50
const pages = 4

export interface CompareSceneDeps {
  readonly stash: Pick<StashClient, 'scenes' | 'scenesAfter' | 'searchScenes'>
  readonly plex: Pick<PlexClient, 'webUrl'>
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly library: Pick<Library, 'titleOf'>
  readonly planner: Planner
  readonly settings: SettingsStore
}

export function compareSceneHandlers(deps: CompareSceneDeps): Pick<Handlers, 'findScenes' | 'compareScene'> {
  const { stash, identities } = deps
  return {
    findScenes: async ({ text, limit }, signal) => {
      const named = sceneIdSchema.safeParse(text.trim())
      const byId = named.success ? await stash.scenes([named.data], signal) : ok(new Map<string, StashScene>())
      if (!byId.ok) return byId
      const found = await stash.searchScenes(text, limit, signal)
      if (!found.ok) return found
      const scenes = new Map([...byId.value.values(), ...found.value].map((scene) => [scene.id, scene]))
      return ok({ scenes: [...scenes.values()].slice(0, limit).map(foundScene) })
    },

    compareScene: async ({ scene_id, except }, signal) => {
      const known = await identities.ensurePlex(signal)
      if (!known.ok) return known
      const plan =
        scene_id === undefined ? await goodMatch(new Set(except), deps, signal) : await planOf(scene_id, deps, signal)
      return plan.ok ? ok({ scene: plan.value === null ? null : comparedScene(plan.value, deps) }) : plan
    },
  }
}

export interface WriteSceneHandlerDeps {
  readonly settings: SettingsStore
  /** Writes a scene and reads it back. */
  readonly write: (sceneId: SceneId, signal: AbortSignal) => Promise<Result<WrittenScene>>
  readonly plex: Pick<PlexClient, 'webUrl'>
  readonly events: EngineEvents
}

export function writeSceneHandlers({
  settings,
  write,
  plex,
  events,
}: WriteSceneHandlerDeps): Pick<Handlers, 'writeScene'> {
  return {
    writeScene: async ({ scene_id }, signal) => {
      if (!isConfigured(settings)) return decline('not_configured', { code: 'servers_missing', values: {} })
      const result = await write(scene_id, signal)
      events.statusChanged()
      if (!result.ok) return result
      const { title, ratingKey, written, verified, differs, items } = result.value
      return ok({
        scene_id,
        title,
        rating_key: ratingKey,
        written,
        verified,
        differs,
        items: items.map((item) => ({
          rating_key: item.ratingKey,
          plex_url: plex.webUrl(item.ratingKey),
          changes: [...item.changes],
          kept: [...item.kept],
        })),
      })
    },
  }
}

async function planOf(
  id: SceneId,
  { stash, planner }: CompareSceneDeps,
  signal: AbortSignal,
): Promise<Result<ScenePlan>> {
  const scenes = await stash.scenes([id], signal)
  if (!scenes.ok) return scenes
  const plans = await planner.plan([...scenes.value.values()], signal)
  if (!plans.ok) return plans
  const [plan] = plans.value
  return plan === undefined ? decline('unknown_name', { code: 'no_scene', values: { ids: [id] } }) : ok(plan)
}

/** The scene that a write would change most, of those that are certain to be in Plex; null if none is found soon. */
async function goodMatch(
  except: ReadonlySet<SceneId>,
  { stash, planner }: CompareSceneDeps,
  signal: AbortSignal,
): Promise<Result<ScenePlan | null>> {
  let after = 0
  for (let page = 0; page < pages; page += 1) {
    const read = await stash.scenesAfter({ after, since: null, limit: looked }, signal)
    if (!read.ok) return read
    const { scenes } = read.value
    const plans = await planner.plan(
      scenes.filter(({ id }) => !except.has(id)),
      signal,
    )
    if (!plans.ok) return plans
    const [best] = plans.value.filter(isGood).sort((a, b) => changesOf(b) - changesOf(a))
    if (best !== undefined) return ok(best)
    after = Number(scenes.at(-1)?.id ?? 0)
    if (scenes.length < looked) break
  }
  return ok(null)
}

function isGood(plan: ScenePlan): boolean {
  return plan.kind === 'planned' && plan.decision?.confidence === 'high' && changesOf(plan) > 0
}

function changesOf(plan: ScenePlan): number {
  return plan.kind === 'planned' ? plan.items.reduce((sum, item) => sum + item.plan.changes.length, 0) : 0
}

function foundScene(scene: StashScene): FoundScene {
  return { scene_id: scene.id, title: titleOf(scene), path: scene.files[0]?.path ?? '' }
}

function comparedScene(plan: ScenePlan, { library, settings, plex }: CompareSceneDeps): ComparedScene {
  const { scene, decision } = plan
  const item = plan.kind === 'planned' ? plan.items[0] : undefined
  const remark = plan.kind === 'planned' ? null : remarkOfUnwritten(plan)
  return {
    ...foundScene(scene),
    confidence: decision?.confidence ?? 'none',
    rating_key: item?.target.ratingKey ?? null,
    section: item === undefined ? '' : library.titleOf(item.target.sectionId),
    stash_url: stashLink(settings.settings().stash_url, scene.id),
    plex_url: item === undefined ? null : plex.webUrl(item.target.ratingKey),
    rows: item === undefined ? [] : rowsOf(item),
    kept: [...(item?.plan.kept ?? [])],
    reason: remark === null ? null : englishRemark(remark),
    ...remark,
  }
}

/** The fields that either side has; those that a setting switches off are left out. */
function rowsOf({ wanted, item, plan }: PlannedItem): ComparedScene['rows'] {
  const row = (
    field: ComparedScene['rows'][number]['field'],
    stash: FieldValue,
    plex: FieldValue,
  ): ComparedScene['rows'] => {
    const change = plan.changes.find((one) => one.field === field)
    const isEmpty = [stash, plex, change?.after ?? null].every((value) => value === null || value.length === 0)
    return isEmpty ? [] : [{ field, stash, plex, after: change === undefined ? plex : change.after }]
  }
  const named = (names: readonly { readonly name: string }[]): FieldValue =>
    names.length === 0 ? null : names.map(({ name }) => name)
  return [
    ...scalarFields.flatMap((field) => {
      const value = wanted.scalars[field]
      return value === undefined ? [] : row(field, value || null, scalarOf(item, field) || null)
    }),
    ...listFields.flatMap((field) => {
      const names = wanted.lists[field]
      return names === undefined ? [] : row(field, named(names), named(taggingsOf(item, field)))
    }),
  ]
}
