import type { ExpectedFields } from './made-scene.ts'
import { tagNames } from './plex-item.ts'
import type { PlexItem } from './plex-model.ts'
import type { PlexServer } from './plex-server.ts'
import type { SampleLibrary, SampleScene } from './sample-library.ts'

interface SampleFailure {
  sceneId: number
  kind: string
  ratingKey: number
  problems: string[]
}

export interface SampleReport {
  /** Scenes whose items show what is expected. */
  verified: number
  /** The number of scenes that had to be written or equal. */
  wanted: number
  failures: SampleFailure[]
}

/** Photographs the items that must not change; taken after filling, compared by `checkSample`. */
export function photograph(sample: SampleLibrary, plex: PlexServer): Map<number, string> {
  const keys = sample.scenes.flatMap((scene) => scene.bystanderKeys)
  return new Map(keys.map((key) => [key, portrait(plex.library.item(key))]))
}

/** Compares Plex with what the sample expects; with a photograph also that no bystander was harmed. */
export function checkSample(sample: SampleLibrary, plex: PlexServer, before?: Map<number, string>): SampleReport {
  const failures: SampleFailure[] = []
  let verified = 0
  let wanted = 0
  for (const scene of sample.scenes) {
    const found = [...checkWritten(scene, plex), ...checkBystanders(scene, plex, before)]
    failures.push(...found)
    if (!scene.expected) continue
    wanted++
    if (found.length === 0) verified++
  }
  return { verified, wanted, failures }
}

function checkWritten(scene: SampleScene, plex: PlexServer): SampleFailure[] {
  const { expected, sceneId, kind } = scene
  if (!expected) return []
  return scene.ratingKeys.flatMap((ratingKey) => {
    const problems = compareFields(plex.library.item(ratingKey), expected)
    return problems.length > 0 ? [{ sceneId, kind, ratingKey, problems }] : []
  })
}

function checkBystanders(scene: SampleScene, plex: PlexServer, before?: Map<number, string>): SampleFailure[] {
  const { sceneId, kind } = scene
  return scene.bystanderKeys.flatMap((ratingKey) => {
    const photo = before?.get(ratingKey)
    if (photo === undefined || photo === portrait(plex.library.item(ratingKey))) return []
    return [{ sceneId, kind, ratingKey, problems: ['an item was changed that is not the scene’s'] }]
  })
}

/** What differs between an item and the expected fields; empty when all is well. */
export function compareFields(item: PlexItem, expected: ExpectedFields): string[] {
  const problems: string[] = []
  const scalar = (name: 'title' | 'studio' | 'summary' | 'originallyAvailableAt') => {
    const wanted = expected[name]
    const actual = item.text[name]
    if (wanted !== undefined && actual !== wanted) problems.push(`${name}: wanted ${show(wanted)}, got ${show(actual)}`)
  }
  scalar('title')
  scalar('studio')
  scalar('summary')
  scalar('originallyAvailableAt')
  if (expected.summaryPrefix !== undefined) {
    const actual = item.text.summary ?? ''
    if (!actual.startsWith(expected.summaryPrefix) || actual.length > 10_000)
      problems.push('summary: not cut as wanted')
  }
  const list = (name: string, wanted: string[] | undefined, actual: string[]) => {
    if (wanted && folded(wanted) !== folded(actual))
      problems.push(`${name}: wanted ${show(wanted)}, got ${show(actual)}`)
  }
  const genres = tagNames(item, 'genre')
  list('genres', expected.genres, genres)
  list('actors', expected.actors, tagNames(item, 'actor'))
  list('collections', expected.collections, tagNames(item, 'collection'))
  const { genresFrom } = expected
  if (genresFrom && (genres.length !== genresFrom.count || !genres.every((name) => genresFrom.names.includes(name)))) {
    problems.push(`genres: wanted ${genresFrom.count} of the given, got ${genres.length}`)
  }
  return problems
}

function folded(names: string[]): string {
  return names
    .map((name) => name.toLowerCase())
    .sort()
    .join('\n')
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Everything of an item that an edit could change, as text. */
function portrait(item: PlexItem): string {
  const tags = Object.entries(item.tags).map(([kind, list]) => [kind, list.map((one) => one.tag.tag)])
  return JSON.stringify([item.text, item.numbers, tags, [...item.locked], item.shelves.posters.selected])
}
