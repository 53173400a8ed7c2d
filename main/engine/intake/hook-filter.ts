/** Decides, from a hook and the settings alone, whether it can change anything in Plex. Pure. */
import type { JobKind, SceneId } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { ChangeHook, HookEvent } from './hook-event.ts'

/** The job that a hook asks for; the queue adds the rest. */
export interface HookJob {
  readonly kind: JobKind
  readonly subjectId: string
  /** Names of Stash's input fields that matter, sorted; null where it is not known which ones changed. */
  readonly fields: readonly string[] | null
  readonly origin: 'hook'
}

export type Verdict =
  | { readonly kind: 'take'; readonly job: HookJob }
  /** The scene is gone: its waiting job and its sync state go too, Plex is left alone. */
  | { readonly kind: 'destroy'; readonly sceneId: SceneId }
  | { readonly kind: 'pong' }
  | { readonly kind: 'filtered'; readonly reason: string }

type Matters = (settings: Settings) => boolean
const always: Matters = () => true

/**
 * Stash's input fields (SceneUpdateInput and BulkSceneUpdateInput share the names) and the settings that make them
 * matter. What is not listed, such as play_count, o_counter or resume_time, is never written to Plex.
 */
const sceneInputs: ReadonlyMap<string, Matters> = new Map<string, Matters>([
  ['title', always],
  ['details', (settings) => settings.sync_summary],
  ['date', (settings) => settings.sync_date],
  ['rating100', (settings) => settings.sync_rating],
  ['studio_id', (settings) => settings.sync_studio || settings.sync_collection],
  ['performer_ids', (settings) => settings.sync_performers],
  ['tag_ids', (settings) => settings.sync_tags],
  ['cover_image', (settings) => settings.sync_poster || settings.sync_background],
  ['organized', (settings) => settings.only_organized],
  // Another file is another place in Plex.
  ['primary_file_id', always],
  ['file_ids', always],
  ['files', always],
])

/** Of what a scene carries, Plex sees the names (and the studio's parent, as a collection). */
const inputsOf: Readonly<Record<JobKind, ReadonlyMap<string, Matters>>> = {
  scene: sceneInputs,
  performer: new Map([['name', always]]),
  studio: new Map([
    ['name', always],
    ['parent_id', (settings: Settings) => settings.sync_collection],
  ]),
  tag: new Map([['name', always]]),
  group: new Map([['name', always]]),
}

const kindMatters: Readonly<Record<JobKind, Matters>> = {
  scene: always,
  performer: (settings) => settings.sync_performers,
  studio: (settings) => settings.sync_studio || settings.sync_collection,
  tag: (settings) => settings.sync_tags,
  group: always,
}

/** The kind of one hook. A reason is a phrase for people: `Scene 123 update filtered (no metadata changes)`. */
export function filterHook(event: HookEvent, settings: Settings): Verdict {
  if (event.hook === 'ping') return { kind: 'pong' }
  if (event.hook === 'other') return filtered('PlexSync has no use for this hook')
  // Also while switched off: the id of a destroyed scene says nothing any more.
  if (event.kind === 'scene' && event.action === 'destroy') return { kind: 'destroy', sceneId: event.id }
  if (!settings.enabled) return filtered('PlexSync is disabled: enabled is off')
  if (!settings.sync_master) return filtered('sync_master is off')
  if (event.action === 'create' && event.kind !== 'scene') return filtered('no scene carries it yet')
  if (!kindMatters[event.kind](settings)) return filtered(`${event.kind}s are not synced`)
  if (event.action !== 'update') return take(event, null)
  return filterUpdate(event, settings)
}

function filterUpdate(event: ChangeHook, settings: Settings): Verdict {
  // Stash: a scan that moves or changes a file fires an update without input.
  if (event.inputFields === null || event.inputFields.length === 0) return take(event, null)
  const inputs = inputsOf[event.kind]
  const fields = new Set(event.inputFields.filter((name) => inputs.get(name)?.(settings)))
  return fields.size === 0 ? filtered('no metadata changes') : take(event, [...fields].sort())
}

function take(event: ChangeHook, fields: readonly string[] | null): Verdict {
  return { kind: 'take', job: { kind: event.kind, subjectId: event.id, fields, origin: 'hook' } }
}

function filtered(reason: string): Verdict {
  return { kind: 'filtered', reason }
}
