import type { StashLibrary } from './stash-library.ts'
import type { StashFile, StashScene } from './stash-model.ts'
import { FilterError, passesFileFilter, passesFilter, pattern, type SceneFilter } from './stash-scene-filter.ts'

export interface FindFilter {
  q?: string | null
  page?: number | null
  per_page?: number | null
  sort?: string | null
  direction?: 'ASC' | 'DESC' | null
}

export interface Found<T> {
  count: number
  rows: T[]
  /** All that match, not only the page. */
  all: readonly T[]
}

type SortKey<T> = (row: T) => string | number

/** Splits what was found into the asked page: 25 a page by default, 0 only counts, -1 is everything. */
export function page<T>(all: readonly T[], filter: FindFilter | null | undefined): Found<T> {
  const size = filter?.per_page ?? 25
  if (size < 0) return { count: all.length, rows: [...all], all }
  const start = (Math.max(1, filter?.page ?? 1) - 1) * size
  return { count: all.length, rows: all.slice(start, start + size), all }
}

const sceneSorts: Record<string, SortKey<StashScene>> = {
  id: (scene) => scene.id,
  title: (scene) => (scene.title || (scene.files[0]?.basename ?? '')).toLowerCase(),
  path: (scene) => scene.files[0]?.path ?? '',
  date: (scene) => scene.date ?? '',
  code: (scene) => scene.code,
  created_at: (scene) => scene.created_at,
  updated_at: (scene) => scene.updated_at,
  file_mod_time: (scene) => scene.files[0]?.mod_time ?? '',
  rating: (scene) => scene.rating100 ?? -1,
  duration: (scene) => scene.files[0]?.duration ?? 0,
  filesize: (scene) => scene.files[0]?.size ?? 0,
  file_count: (scene) => scene.files.length,
  tag_count: (scene) => scene.tags.length,
  performer_count: (scene) => scene.performers.length,
  play_count: (scene) => scene.playTimes.length,
  play_duration: (scene) => scene.play_duration,
  resume_time: (scene) => scene.resume_time,
  o_counter: (scene) => scene.oTimes.length,
  organized: (scene) => Number(scene.organized),
  last_played_at: (scene) => Math.max(0, ...scene.playTimes),
  studio: (scene) => scene.studio?.name ?? '',
}

/** findScenes with a filter. An unknown sort is an error while it runs. */
export function findScenes(
  library: StashLibrary,
  filter: SceneFilter | null | undefined,
  find: FindFilter | null | undefined,
): Found<StashScene> {
  let rows = [...library.scenes.values()]
  if (filter) rows = rows.filter((scene) => passesFilter(scene, filter))
  if (find?.q) rows = rows.filter(searchTest(find.q))
  return page(sorted(rows, find, sceneSorts), find)
}

/** findScenes with ids: the order is kept, filters are ignored, one missing or repeated id fails the whole query. */
export function findScenesByIds(library: StashLibrary, ids: readonly (string | number)[]): Found<StashScene> {
  const seen = new Set<number>()
  const rows = ids.map((given) => {
    const id = numericId(given)
    const scene = seen.has(id) ? undefined : library.scenes.get(id)
    if (!scene) throw new FilterError(`scene with id ${id} not found`)
    seen.add(id)
    return scene
  })
  return { count: rows.length, rows, all: rows }
}

/** findFiles: every file of every scene. */
export function findFiles(
  library: StashLibrary,
  filter: SceneFilter | null | undefined,
  find: FindFilter | null | undefined,
): Found<StashFile> {
  let rows = [...library.scenes.values()].flatMap((scene) => scene.files)
  if (filter) rows = rows.filter((file) => passesFileFilter(file, filter))
  const keys = {
    id: (file: StashFile) => file.id,
    path: (file: StashFile) => file.path,
    updated_at: (file: StashFile) => file.updated_at,
    mod_time: (file: StashFile) => file.mod_time,
    size: (file: StashFile) => file.size,
  }
  return page(sorted(rows, find, keys), find)
}

/** findScenesByPathRegex: `q` is the expression, without regard to case. */
export function findScenesByPath(library: StashLibrary, find: FindFilter | null | undefined): Found<StashScene> {
  const expression = pattern(`(?i)${find?.q ?? ''}`)
  const rows = [...library.scenes.values()].filter((scene) => scene.files.some((file) => expression.test(file.path)))
  return page(sorted(rows, find, sceneSorts), find)
}

/** Sorts rows; ties go by id. */
export function sorted<T extends { id: number }>(
  rows: T[],
  find: FindFilter | null | undefined,
  keys: Record<string, SortKey<T>>,
): T[] {
  const name = find?.sort
  if (!name || name.startsWith('random')) return rows
  const key = keys[name]
  if (!key) throw new FilterError(`invalid sort: ${name}`)
  const sign = find?.direction === 'DESC' ? -1 : 1
  const keyed = rows.map((row) => ({ row, key: key(row) }))
  keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.row.id - b.row.id))
  return keyed.map(({ row }) => row)
}

/** An id as the resolvers read it. */
export function numericId(given: string | number): number {
  const id = typeof given === 'number' ? given : Number.parseInt(given, 10)
  if (!/^\d+$/.test(String(given)))
    throw new FilterError(`converting id: strconv.Atoi: parsing "${given}": invalid syntax`)
  return id
}

/** `q`: every word must occur in title, details or path; `-word` must not. */
function searchTest(q: string): (scene: StashScene) => boolean {
  const terms = (q.match(/-?"[^"]*"|\S+/g) ?? []).map((term) => ({
    not: term.startsWith('-'),
    text: term.replace(/^-/, '').replaceAll('"', '').toLowerCase(),
  }))
  return (scene) => {
    const text = [scene.title, scene.details, ...scene.files.map((file) => file.path)].join('\n').toLowerCase()
    return terms.every((term) => text.includes(term.text) !== term.not)
  }
}
