/** What a scene should look like in Plex, according to Stash and the settings alone; what Plex has does not matter here. */
import type { ListField, ScalarField, StashScene } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { type Fault, fail } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { castOf } from './cast.ts'
import { collectionsOf } from './collections.ts'
import type { DesiredName } from './desired-name.ts'
import { isSceneDate } from './partial-date.ts'
import { rulesOf, type WrittenRules } from './rules.ts'
import { type Cleaned, cleanLine, cleanSummary } from './sanitise.ts'
import { TagRules, tagKey } from './tags.ts'
import { hasGenres, hasLabels } from './taken-back.ts'
import { nameKey } from './text-equality.ts'
import { titlesOf } from './titles.ts'

/** Absent fields are switched off or cannot be known: neither written nor cleared. Empty ones are empty in Stash. */
export interface Desired {
  /** `date` may be `YYYY` or `YYYY-MM`; `rating` is `0.1` to `10`. */
  readonly scalars: Readonly<Partial<Record<ScalarField, string>>>
  readonly lists: Readonly<Partial<Record<ListField, readonly DesiredName[]>>>
  /** The title is the file's name, which does not outweigh a title that the user locked in Plex. */
  readonly titleFromFile: boolean
  /** The one of the labels that is the scene's code. */
  readonly codeLabel?: string
}

/** Each is the code of a remark. */
type SkipCause = 'not_organized' | 'no_stash_id' | 'no_url' | 'not_tagged_so' | 'tagged_out' | 'no_metadata'

/** The wanted values; or why the scene is not written: held back on purpose, or failed for good. */
export type WantedOutcome =
  | { readonly kind: 'wanted'; readonly wanted: Desired }
  | { readonly kind: 'skipped'; readonly reason: SkipCause }
  /** `no_file_path`, or with strict_mode `invalid_metadata` naming the scene, what is wrong and how. */
  | { readonly kind: 'failed'; readonly fault: Fault }

/** The address of a performer's photo that Plex can fetch, or null. */
export type PhotoOf = (performerId: string) => string | null

/**
 * What the scene should look like. The gates come before anything is compared with Plex. A scene without metadata is held
 * back too, unless `evenEmpty`: it was written, and what was written is to be taken back.
 */
export function desiredOf(
  scene: StashScene,
  settings: Settings,
  photoOf: PhotoOf = () => null,
  evenEmpty = false,
): WantedOutcome {
  if (scene.files.length === 0) return failed('no_file_path', `No file path for scene ${scene.id}, cannot sync to Plex`)
  const skipped = skipOf(scene, settings)
  if (skipped !== null && !(evenEmpty && skipped === 'no_metadata')) return { kind: 'skipped', reason: skipped }
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

/** Why the scene is held back; null if it may be written. */
function skipOf(scene: StashScene, settings: Settings): SkipCause | null {
  const { onlyTagged, notTagged } = rulesOf(settings)
  if (settings.only_organized && !scene.organized) return 'not_organized'
  if (settings.only_with_stash_id && scene.hasStashId !== true) return 'no_stash_id'
  if (settings.only_with_url && scene.hasUrl !== true) return 'no_url'
  if (onlyTagged.size > 0 && !hasTag(scene, onlyTagged)) return 'not_tagged_so'
  if (hasTag(scene, notTagged)) return 'tagged_out'
  return hasMetadata(scene) ? null : 'no_metadata'
}

function hasTag(scene: StashScene, keys: ReadonlySet<string>): boolean {
  return keys.size > 0 && scene.tags.some(({ name }) => keys.has(tagKey(name)))
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

  const rules = rulesOf(settings)
  const scalars: Partial<Record<ScalarField, string>> = {}
  const lists: Partial<Record<ListField, readonly DesiredName[]>> = {}
  const cast = castOf(scene, settings, rules)
  const tags = new TagRules(settings, rules)

  const titles = titlesOf(scene, cast, rules, noted)
  if (titles.title !== '') scalars.title = titles.title
  if (titles.titleSort !== '') scalars.title_sort = titles.titleSort
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
  if (settings.content_rating !== '') scalars.content_rating = contentRatingOf(scene, rules)
  const code = settings.code_as === 'none' ? '' : noted('code', cleanLine(scene.code ?? ''))
  if (settings.code_as === 'tagline') scalars.tagline = code
  if (settings.code_as === 'original_title') scalars.original_title = code

  if (settings.sync_performers) {
    const photo = (id: string) => (settings.performer_photos ? withoutKey(photoOf(id)) : '')
    lists.performers = names(
      'performer',
      cast.map(({ id, name }) => ({ name, photo: photo(id) })),
    )
  }
  const found = settings.sync_tags ? tags.of(scene, cast) : []
  const tagNames = names('tag', found).slice(0, settings.max_tags)
  if (settings.sync_tags && hasGenres(settings)) lists.tags = tags.genres(tagNames, found)
  if (settings.sync_collection && settings.collections !== '')
    lists.collection = names(
      'collection',
      collectionsOf({ scene, cast, isPermitted: (name) => tags.isPermitted(name) }, settings, rules).map(
        ({ name }) => ({ name }),
      ),
    )
  if (settings.sync_director) lists.director = names('director', directorsOf(scene))
  const codeLabel = settings.code_as === 'label' ? code : ''
  const tagLabels = hasLabels(settings) ? tagNames : tagNames.filter(({ name }) => rules.labelTags.has(nameKey(name)))
  if (settings.code_as === 'label' || (settings.sync_tags && (hasLabels(settings) || rules.labelTags.size > 0)))
    lists.labels = names('label', [...tagLabels, ...(codeLabel === '' ? [] : [{ name: codeLabel }])])
  return { scalars, lists, titleFromFile: titles.fromFile, ...(codeLabel === '' ? {} : { codeLabel }) }
}

/** Stash has one text for all directors. */
function directorsOf(scene: StashScene): { name: string }[] {
  return (scene.director ?? '').split(',').map((name) => ({ name: name.trim() }))
}

function contentRatingOf(scene: StashScene, { contentRatings }: WrittenRules): string {
  const keys = new Set(scene.tags.map(({ name }) => tagKey(name)))
  const rule = contentRatings.byTag.find(({ tags }) => tags.some((tag) => keys.has(nameKey(tag))))
  return cleanLine(rule?.rating ?? contentRatings.otherwise).text
}

/** 0 to 100 → `0.1` to `10`; unrated and 0, which Plex cannot distinguish from unrated, are empty; null if it is no rating. */
function ratingOf(rating100: number | null): string | null {
  if (rating100 === null || rating100 === 0) return ''
  return rating100 > 0 && rating100 <= 100 ? String(rating100 / 10) : null
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
