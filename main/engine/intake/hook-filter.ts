/** Decides, from a hook and the settings alone, whether it can change anything in Plex. Pure. */
import type { JobKind, SceneId } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { needsOf, type SceneNeeds } from '../stash/scene-needs.ts'
import type { ChangeHook, Hook } from './hook.ts'

/** The job that a hook asks for; the queue adds the rest. */
export interface HookJob {
  readonly kind: JobKind
  readonly subjectId: string
  /** Names of Stash's input fields that matter, sorted; null if it is not known which ones changed. */
  readonly fields: readonly string[] | null
  readonly origin: 'hook'
}

export type Verdict =
  | { readonly kind: 'take'; readonly job: HookJob }
  /** The scene is gone: its waiting job and its sync state go too, Plex is left alone. */
  | { readonly kind: 'destroy'; readonly sceneId: SceneId }
  | { readonly kind: 'pong' }
  | { readonly kind: 'filtered'; readonly reason: string }

/** What is written anywhere: the settings themselves, and those of libraries that have their own. */
export interface HookRules {
  readonly settings: Settings
  readonly ofLibraries: readonly Settings[]
}

type Matters = (settings: Settings, needs: SceneNeeds) => boolean
const always: Matters = () => true
const never: Matters = () => false
const tagsMatter: Matters = (settings, needs) =>
  settings.sync_tags || settings.only_tagged !== '' || settings.not_tagged !== '' || needs.tags

/**
 * Stash's input fields (SceneUpdateInput and BulkSceneUpdateInput share the names) and the settings that make them
 * matter. What is not listed, such as play_count, o_counter or resume_time, is never written to Plex.
 */
const sceneInputs: ReadonlyMap<string, Matters> = new Map<string, Matters>([
  ['title', always],
  ['details', (settings) => settings.sync_summary],
  ['date', (settings, needs) => settings.sync_date || needs.date],
  ['rating100', (_settings, needs) => needs.rating],
  ['studio_id', (settings, needs) => settings.sync_studio || settings.sync_collection || needs.studio],
  ['performer_ids', (settings, needs) => settings.sync_performers || needs.performers],
  ['tag_ids', tagsMatter],
  ['cover_image', (settings) => settings.sync_poster || settings.sync_background],
  ['organized', (_settings, needs) => needs.organized],
  ['code', (_settings, needs) => needs.code],
  ['director', (_settings, needs) => needs.director],
  ['url', (_settings, needs) => needs.urls],
  ['urls', (_settings, needs) => needs.urls],
  ['stash_ids', (_settings, needs) => needs.stashIds],
  ['groups', (_settings, needs) => needs.groups],
  ['group_ids', (_settings, needs) => needs.groups],
  ['movies', (_settings, needs) => needs.groups],
  ['movie_ids', (_settings, needs) => needs.groups],
  // Another file is another place in Plex.
  ['primary_file_id', always],
  ['file_ids', always],
  ['files', always],
])

/** Of what a scene carries, Plex sees the names, and what settings derive from it. */
const inputsOf: Readonly<Record<JobKind, ReadonlyMap<string, Matters>>> = {
  scene: sceneInputs,
  performer: new Map<string, Matters>([
    ['name', always],
    ['disambiguation', (_settings, needs) => needs.disambiguation],
    ['gender', (_settings, needs) => needs.gender],
    ['tag_ids', (_settings, needs) => needs.performerTags],
  ]),
  studio: new Map<string, Matters>([
    ['name', always],
    ['parent_id', (_settings, needs) => needs.parentStudio],
  ]),
  tag: new Map<string, Matters>([
    ['name', always],
    ['parent_ids', (_settings, needs) => needs.tagParents],
    // Stash: the children of a tag are edited in its own form too.
    ['child_ids', (_settings, needs) => needs.tagParents],
  ]),
  group: new Map<string, Matters>([
    ['name', always],
    ['front_image', (settings) => settings.poster_from_group && settings.sync_poster],
  ]),
}

const kindMatters: Readonly<Record<JobKind, Matters>> = {
  scene: always,
  performer: (settings, needs) => settings.sync_performers || needs.performers || needs.performerTags,
  studio: (settings, needs) => settings.sync_studio || settings.sync_collection || needs.studio,
  tag: (settings, needs) => tagsMatter(settings, needs) || needs.performerTags,
  group: (_settings, needs) => needs.groups,
}

/** The kind of one hook. A reason is a phrase for people: `Scene 123 update filtered (no metadata changes)`. */
export function filterHook(hook: Hook, { settings, ofLibraries }: HookRules): Verdict {
  if (hook.category === 'ping') return { kind: 'pong' }
  if (hook.category === 'other') return filtered('PlexSync has no use for this hook')
  // Also while switched off: the id of a destroyed scene says nothing any more.
  if (hook.kind === 'scene' && hook.action === 'destroy') return { kind: 'destroy', sceneId: hook.id }
  if (!settings.enabled) return filtered('PlexSync is disabled: enabled is off')
  const writing = [settings, ...ofLibraries].filter(({ sync_master }) => sync_master)
  if (writing.length === 0) return filtered('sync_master is off')
  if (hook.action === 'create' && hook.kind !== 'scene') return filtered('no scene carries it yet')
  const matters = (test: Matters) => writing.some((one) => test(one, needsOf(one)))
  if (!matters(kindMatters[hook.kind])) return filtered(`${hook.kind}s are not synced`)
  if (hook.action !== 'update') return take(hook, null)
  return filterUpdate(hook, matters)
}

function filterUpdate(hook: ChangeHook, matters: (test: Matters) => boolean): Verdict {
  // Stash: a scan that moves or changes a file fires an update without input.
  if (hook.inputFields === null || hook.inputFields.length === 0) return take(hook, null)
  const inputs = inputsOf[hook.kind]
  const fields = new Set(hook.inputFields.filter((name) => matters(inputs.get(name) ?? never)))
  return fields.size === 0 ? filtered('no metadata changes') : take(hook, [...fields].sort())
}

function take(hook: ChangeHook, fields: readonly string[] | null): Verdict {
  return { kind: 'take', job: { kind: hook.kind, subjectId: hook.id, fields, origin: 'hook' } }
}

function filtered(reason: string): Verdict {
  return { kind: 'filtered', reason }
}
