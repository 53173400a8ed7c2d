/** What a scene should look like in Plex, according to Stash and the settings alone; what Plex has does not matter here. */
import type { ListField, ScalarField, StashScene } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { splitNames } from '../../../shared/names.ts'
import { type Fault, fail } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { isSceneDate } from './partial-date.ts'
import { type Cleaned, cleanLine, cleanSummary } from './sanitise.ts'
import { nameKey } from './text-equality.ts'

export interface DesiredName {
  readonly name: string
  /** Address of a performer's photo; empty where none is to be sent. */
  readonly photo: string
}

/** Absent fields are switched off or cannot be told: neither written nor cleared. Empty ones are empty in Stash. */
export interface Desired {
  /** `date` may be `YYYY` or `YYYY-MM`; `rating` is `0.1` to `10`. */
  readonly scalars: Readonly<Partial<Record<ScalarField, string>>>
  readonly lists: Readonly<Partial<Record<ListField, readonly DesiredName[]>>>
  /** Stash has no title; it is the file's name, which does not outweigh a title that a person locked in Plex. */
  readonly titleFromFile: boolean
}

/** The wanted values; or why the scene is not written: held back on purpose, or failed for good. */
export type WantedOutcome =
  | { readonly kind: 'wanted'; readonly wanted: Desired }
  | { readonly kind: 'gated'; readonly gate: 'not_organized' | 'no_metadata'; readonly reason: string }
  /** `no_file_path`, or with strict_mode `invalid_metadata` naming the scene, what is wrong and how. */
  | { readonly kind: 'failed'; readonly fault: Fault }

export const noMetadataReason = 'no Stash metadata yet: add studio/performers/tags/date/details to allow sync'
export const notOrganizedReason = 'not marked as organised in Stash (only_organized is on)'

/** The address of a performer's photo that Plex can fetch, or null. */
export type PhotoOf = (performerId: string) => string | null

/**
 * What the scene should look like. The gates come before anything is compared with Plex, so that a scene that lost its
 * metadata clears nothing.
 */
export function desiredOf(scene: StashScene, settings: Settings, photoOf: PhotoOf = () => null): WantedOutcome {
  if (scene.files.length === 0) return failed('no_file_path', `No file path for scene ${scene.id}, cannot sync to Plex`)
  if (settings.only_organized && !scene.organized)
    return { kind: 'gated', gate: 'not_organized', reason: notOrganizedReason }
  if (!hasMetadata(scene)) return { kind: 'gated', gate: 'no_metadata', reason: noMetadataReason }
  if (!settings.sync_master) return { kind: 'wanted', wanted: nothing }

  const problems: string[] = []
  const wanted = collect(scene, settings, photoOf, problems)
  if (settings.strict_mode && problems.length > 0)
    return failed('invalid_metadata', `scene ${scene.id}: ${problems.join('; ')}`)
  return { kind: 'wanted', wanted }
}

const nothing: Desired = { scalars: {}, lists: {}, titleFromFile: false }

function failed(code: ErrorCode, message: string): WantedOutcome {
  return { kind: 'failed', fault: fail(code, message).fault }
}

/** Judged by what Stash has, whatever fields are switched on. A title alone is no metadata: each scan makes one. */
export function hasMetadata(scene: StashScene): boolean {
  const isNamed = (named: { readonly name: string }) => cleanLine(named.name).text !== ''
  return (
    (scene.studio !== null && isNamed(scene.studio)) ||
    scene.performers.some(isNamed) ||
    scene.tags.some(isNamed) ||
    scene.date.trim() !== '' ||
    cleanSummary(scene.details).text !== ''
  )
}

function collect(scene: StashScene, settings: Settings, photoOf: PhotoOf, problems: string[]): Desired {
  /** The cleaned text; what was wrong with it is noted under its name in Stash. */
  const noted = (what: string, { text, problems: found }: Cleaned): string => {
    problems.push(...found.map((problem) => `${what} ${problem}`))
    return text
  }
  const names = (what: string, list: readonly { readonly name: string; readonly photo?: string }[]): DesiredName[] => {
    const byKey = new Map<string, DesiredName>()
    for (const { name: raw, photo = '' } of list) {
      const cleaned = cleanLine(raw)
      const name = noted(`${what} '${shortened(cleaned.text)}'`, cleaned)
      if (name !== '' && !byKey.has(nameKey(name))) byKey.set(nameKey(name), { name, photo })
    }
    return [...byKey.values()]
  }

  const scalars: Partial<Record<ScalarField, string>> = {}
  const lists: Partial<Record<ListField, readonly DesiredName[]>> = {}

  const ownTitle = noted('title', cleanLine(scene.title))
  const title = ownTitle || cleanLine(fileStem(scene)).text
  if (title !== '') {
    scalars.title = title
    if (settings.sync_title_sort) scalars.title_sort = title
  }
  if (settings.sync_studio) scalars.studio = noted('studio', cleanLine(scene.studio?.name ?? ''))
  if (settings.sync_summary) scalars.summary = noted('details', cleanSummary(scene.details))
  if (settings.sync_date) {
    const date = scene.date.trim()
    if (date === '' || isSceneDate(date)) scalars.date = date
    else problems.push(`date '${shortened(cleanLine(date).text)}' is not a possible date`)
  }
  if (settings.sync_rating) {
    const rating = ratingOf(scene.rating100)
    if (rating === null) problems.push(`rating ${scene.rating100} is not between 0 and 100`)
    else scalars.rating = rating
  }
  if (settings.sync_performers) {
    const photo = (id: string) => (settings.performer_photos ? withoutKey(photoOf(id)) : '')
    lists.performers = names(
      'performer',
      scene.performers.map(({ id, name }) => ({ name, photo: photo(id) })),
    )
  }
  if (settings.sync_tags) lists.tags = names('tag', permittedTags(scene, settings)).slice(0, settings.max_tags)
  if (settings.sync_collection) {
    const parent = settings.collection_parent_studio ? scene.studio?.parentName : null
    lists.collection = names('collection', [{ name: parent || (scene.studio?.name ?? '') }])
  }
  return { scalars, lists, titleFromFile: ownTitle === '' }
}

/**
 * The file's name without its last extension: `Vol. 2.5.mp4` → `Vol. 2.5`. Stash gives a scene's files in no certain
 * order, so it is always the one whose path sorts first; any other choice could change the title at every sync.
 */
function fileStem(scene: StashScene): string {
  const [path = ''] = scene.files.map((file) => file.path).sort()
  return stemOf(path)
}

/** The file name of a POSIX or Windows path without its last extension; only that: dots before it belong to the name. */
export function stemOf(path: string): string {
  // A POSIX name may contain a backslash.
  const name = path.split(path.startsWith('/') ? '/' : /[\\/]/).at(-1) ?? ''
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

/** 0 to 100 → `0.1` to `10`; unrated and 0, which Plex cannot tell from unrated, are empty; null where it is no rating. */
function ratingOf(rating100: number | null): string | null {
  if (rating100 === null || rating100 === 0) return ''
  return rating100 > 0 && rating100 <= 100 ? String(rating100 / 10) : null
}

function permittedTags(scene: StashScene, settings: Settings): StashScene['tags'] {
  const keys = (list: string) => new Set(splitNames(list).map(nameKey))
  const allowed = keys(settings.tag_allow)
  const denied = keys(settings.tag_deny)
  return scene.tags.filter(({ name }) => {
    const key = nameKey(cleanLine(name).text)
    return (allowed.size === 0 || allowed.has(key)) && !denied.has(key)
  })
}

/** Plex hands the address of a photo to every client: one that carries a key of Stash is never given to it. */
function withoutKey(address: string | null): string {
  if (address === null || !URL.canParse(address)) return ''
  const url = new URL(address)
  const hasKey =
    url.username !== '' || url.password !== '' || [...url.searchParams.keys()].some((name) => /key|token/i.test(name))
  return hasKey ? '' : address
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text
}
