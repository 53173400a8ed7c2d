import { asciiLower } from './plex-item.ts'
import { escapeRegex } from './request-log.ts'
import type { StashFile, StashScene, StashStudio, StashTag } from './stash-model.ts'

export interface Criterion {
  value?: unknown
  value2?: unknown
  modifier: string
  depth?: number
  excludes?: string[]
}

export type SceneFilter = Record<string, unknown>

/** A filter that the server refuses while it runs: 200 with errors. */
export class FilterError extends Error {}

/** Whether a scene passes a filter. Unknown names cannot occur: the schema refuses them. */
export function passesFilter(scene: StashScene, filter: SceneFilter): boolean {
  checkCombination(filter)
  const { AND, OR, NOT, ...criteria } = filter
  const own = Object.entries(criteria).every(([name, value]) => value === null || sceneTest(scene, name, value))
  if (AND) return own && passesFilter(scene, AND as SceneFilter)
  if (OR) return own || passesFilter(scene, OR as SceneFilter)
  if (NOT) return own && !passesFilter(scene, NOT as SceneFilter)
  return own
}

/** As stored: in UTC, whatever the server's zone. */
function lastPlayed({ playTimes }: StashScene): string | null {
  if (playTimes.length === 0) return null
  return `${new Date(Math.max(...playTimes) * 1000).toISOString().slice(0, 19)}Z`
}

function checkCombination(filter: SceneFilter): void {
  const used = ['AND', 'OR', 'NOT'].filter((name) => filter[name])
  if (used.length > 1) throw new FilterError(`can only have one of AND, OR, NOT: ${used.join(', ')}`)
}

function sceneTest(scene: StashScene, name: string, value: unknown): boolean {
  const criterion = value as Criterion
  const ids = (list: readonly { id: number }[]) => list.map((entity) => entity.id)
  switch (name) {
    case 'title':
    case 'code':
    case 'details':
    case 'director':
      return textTest([scene[name]], criterion)
    case 'url':
      return textTest(scene.urls, criterion)
    case 'path':
      return textTest(
        scene.files.map((file) => file.path),
        criterion,
      )
    case 'date':
      return orderTest(scene.date, criterion)
    case 'created_at':
    case 'updated_at':
      return orderTest(scene[name], criterion)
    case 'last_played_at':
      return orderTest(lastPlayed(scene), criterion)
    case 'id':
    case 'rating100':
      return orderTest(scene[name], criterion)
    case 'o_counter':
      return orderTest(scene.oTimes.length, criterion)
    case 'play_count':
      return orderTest(scene.playTimes.length, criterion)
    case 'file_count':
      return orderTest(scene.files.length, criterion)
    case 'tag_count':
      return orderTest(scene.tags.length, criterion)
    case 'performer_count':
      return orderTest(scene.performers.length, criterion)
    case 'duration':
      return orderTest(Math.floor(scene.files[0]?.duration ?? 0), criterion)
    case 'organized':
      return scene.organized === value
    case 'oshash':
    case 'checksum':
      return textTest(fingerprints(scene, name === 'oshash' ? 'oshash' : 'md5'), criterion)
    case 'studios':
      return studioTest(scene.studio, criterion)
    case 'tags':
      return tagTest(scene.tags, criterion)
    case 'performers':
      return setTest(ids(scene.performers), criterion)
    case 'performer_tags':
      return tagTest(
        scene.performers.flatMap((performer) => performer.tags),
        criterion,
      )
    case 'groups':
    case 'movies':
      return setTest(ids(scene.groups.map(({ group }) => group)), criterion)
    case 'is_missing':
      return isMissing(scene, String(value))
    case 'files_filter':
      return scene.files.some((file) => passesFileFilter(file, value as SceneFilter))
    default:
      throw new FilterError(`filter ${name} is not simulated`)
  }
}

export function passesFileFilter(file: StashFile, filter: SceneFilter): boolean {
  checkCombination(filter)
  const { AND, OR, NOT, ...criteria } = filter
  const own = Object.entries(criteria).every(([name, value]) => {
    const criterion = value as Criterion
    if (name === 'path') return textTest([file.path], criterion)
    if (name === 'basename') return textTest([file.basename], criterion)
    if (name === 'dir') return textTest([file.path.slice(0, -file.basename.length - 1)], criterion)
    return orderTest(
      name === 'mod_time' ? file.mod_time : name === 'created_at' ? file.created_at : file.updated_at,
      criterion,
    )
  })
  if (AND) return own && passesFileFilter(file, AND as SceneFilter)
  if (OR) return own || passesFileFilter(file, OR as SceneFilter)
  if (NOT) return own && !passesFileFilter(file, NOT as SceneFilter)
  return own
}

/** Text criteria over the values of one column; a scene without values has a null there. */
export function textTest(values: readonly string[], { value, modifier }: Criterion): boolean {
  const text = String(value ?? '')
  const any = (test: (one: string) => boolean) => values.some(test)
  switch (modifier) {
    case 'EQUALS':
      return any(like(text))
    case 'NOT_EQUALS':
      return !any(like(text))
    case 'INCLUDES':
      return words(text).some((word) => any(like(`%${word}%`)))
    case 'EXCLUDES':
      return words(text).every((word) => !any(like(`%${word}%`)))
    case 'IS_NULL':
      return values.every((one) => one.trim() === '')
    case 'NOT_NULL':
      return any((one) => one.trim() !== '')
    case 'MATCHES_REGEX':
      return any((one) => pattern(text).test(one))
    case 'NOT_MATCHES_REGEX':
      return !any((one) => pattern(text).test(one))
    default:
      throw new FilterError(`unsupported string modifier ${modifier}`)
  }
}

/** Blanks separate words, any of which will do, unless the whole text is in double quotes. */
function words(text: string): string[] {
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) return [text.slice(1, -1)]
  return text.split(' ').filter(Boolean)
}

const likes = new Map<string, (text: string) => boolean>()

/** SQL's LIKE: ASCII letters without case, `%` and `_` are wildcards and cannot be escaped. */
function like(term: string): (text: string) => boolean {
  const known = likes.get(term)
  if (known) return known
  const lowered = asciiLower(term)
  const body = lowered
    .split('')
    .map((sign) => (sign === '%' ? '[^]*' : sign === '_' ? '[^]' : escapeRegex(sign)))
    .join('')
  const expression = new RegExp(`^${body}$`)
  const test = (text: string) => expression.test(asciiLower(text))
  if (likes.size > 1000) likes.clear()
  likes.set(term, test)
  return test
}

/** Go's RE2 as near as JavaScript comes; `(?i)` in front is understood. */
export function pattern(text: string): RegExp {
  const blind = text.startsWith('(?i)')
  try {
    return new RegExp(blind ? text.slice(4) : text, blind ? 'iu' : 'u')
  } catch {
    throw new FilterError(`error parsing regexp: ${text}`)
  }
}

/** Numbers by size; dates and moments as text, whatever their offset. */
export function orderTest(actual: string | number | null, { value, value2, modifier }: Criterion): boolean {
  if (modifier === 'IS_NULL') return actual === null || actual === ''
  if (modifier === 'NOT_NULL') return actual !== null && actual !== ''
  if (actual === null) return modifier === 'NOT_EQUALS'
  const first = value as string | number
  const second = value2 as string | number
  switch (modifier) {
    case 'EQUALS':
      return actual === first
    case 'NOT_EQUALS':
      return actual !== first
    case 'GREATER_THAN':
      return actual > first
    case 'LESS_THAN':
      return actual < first
    case 'BETWEEN':
      return actual >= first && actual <= second
    case 'NOT_BETWEEN':
      return actual < first || actual > second
    default:
      throw new FilterError(`unsupported modifier ${modifier}`)
  }
}

function setTest(actual: number[], { value, modifier, excludes }: Criterion): boolean {
  const wanted = ((value ?? []) as string[]).map(Number)
  if (excludes?.some((id) => actual.includes(Number(id)))) return false
  switch (modifier) {
    case 'INCLUDES':
      return wanted.length === 0 || wanted.some((id) => actual.includes(id))
    case 'INCLUDES_ALL':
      return wanted.every((id) => actual.includes(id))
    case 'EQUALS':
      return wanted.length === actual.length && wanted.every((id) => actual.includes(id))
    case 'EXCLUDES':
      return !wanted.some((id) => actual.includes(id))
    case 'IS_NULL':
      return actual.length === 0
    case 'NOT_NULL':
      return actual.length > 0
    default:
      throw new FilterError(`unsupported modifier ${modifier}`)
  }
}

/** With a depth, scenes of subsidiary studios count too; -1 is any depth. */
function studioTest(studio: StashStudio | null, criterion: Criterion): boolean {
  const chain: number[] = []
  const depth = criterion.depth ?? 0
  for (let at = studio, level = 0; at && (depth < 0 || level <= depth); at = at.parent_studio, level++)
    chain.push(at.id)
  return setTest(chain, criterion)
}

function tagTest(tags: readonly StashTag[], criterion: Criterion): boolean {
  const depth = criterion.depth ?? 0
  const reached = new Set<number>()
  const climb = (tag: StashTag, level: number) => {
    reached.add(tag.id)
    if (depth < 0 || level < depth)
      for (const parent of tag.parents) if (!reached.has(parent.id)) climb(parent, level + 1)
  }
  for (const tag of tags) climb(tag, 0)
  return setTest([...reached], criterion)
}

function fingerprints(scene: StashScene, type: string): string[] {
  return scene.files.flatMap((file) =>
    file.fingerprints.filter((print) => print.type === type).map((print) => print.value),
  )
}

function isMissing(scene: StashScene, what: string): boolean {
  if (what === 'title' || what === 'details' || what === 'code' || what === 'director') return scene[what] === ''
  if (what === 'date') return scene.date === null
  if (what === 'rating') return scene.rating100 === null
  if (what === 'studio') return scene.studio === null
  if (what === 'performers') return scene.performers.length === 0
  if (what === 'tags') return scene.tags.length === 0
  if (what === 'group' || what === 'movie') return scene.groups.length === 0
  if (what === 'url') return scene.urls.length === 0
  if (what === 'stash_id') return scene.stash_ids.length === 0
  if (what === 'cover') return scene.cover === null
  throw new FilterError(`is_missing ${what} is not simulated`)
}
