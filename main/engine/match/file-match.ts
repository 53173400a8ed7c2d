/** One file of a scene on its way down the ladder. Pure over the index. */
import type { Confidence, PlexPart, SceneFile, SceneId } from '../../../shared/domain.ts'
import { bestParts, strongestPerItem, type WeighedPart } from './candidates.ts'
import { confirms, describeEvidence, type SoughtFile, soughtFile, weigh } from './evidence.ts'
import { isSameFile } from './file-identity.ts'
import { findNearMiss, nearMissSentence } from './near-miss.ts'
import { lookupLimit, type PartLookup, type PickLookup } from './part-lookup.ts'
import { baseKey, folderOf, pathKey } from './path-key.ts'
import type { PathRules } from './path-rules.ts'
import { type MatchSection, sectionsHolding, sectionTitle } from './section-choice.ts'

export interface MatchInput {
  /** Null where a path alone is asked for. */
  readonly sceneId: SceneId | null
  readonly files: readonly SceneFile[]
  readonly rules: PathRules
  readonly lookup: PartLookup
  /** All libraries of the server, those that are not written too. */
  readonly sections: readonly MatchSection[]
  readonly picks?: PickLookup
  /** The setting `strict_matching`. */
  readonly strict: boolean
}

/** Where Plex should have a file that it does not have: what a partial scan may be asked for. */
export interface ExpectedFile {
  readonly sectionId: string
  readonly folder: string
  readonly path: string
}

/** What one file of the scene came to. */
export interface FileMatch {
  readonly confidence: Confidence
  readonly parts: readonly PlexPart[]
  readonly weighed: readonly WeighedPart[]
  readonly covered: boolean
  readonly expected: readonly ExpectedFile[]
  /** The file was found, or belongs, only where PlexSync does not write. */
  readonly wrongLibrary: boolean
}

/** Picked by a person → exact path → same name and size → candidates → nothing. Adds its steps to `steps`. */
export function matchFile(file: SceneFile, input: MatchInput, steps: string[]): FileMatch {
  const { lookup, rules } = input
  const mapped = rules.map(file.path)
  const path = mapped?.path ?? file.path
  const holding = sectionsHolding(path, input.sections)
  const covered = mapped !== null || holding.length > 0
  const found: FileMatch = { confidence: 'high', parts: [], weighed: [], covered, expected: [], wrongLibrary: false }

  const picked = pickedParts(file, input, steps)
  if (picked.kind === 'found') return { ...found, parts: picked.parts }
  if (picked.kind === 'doubtful') {
    const sought = soughtFile(file, path)
    const weighed = picked.parts.map((part) => ({ part, evidence: weigh(sought, part), file }))
    return { ...found, confidence: 'low', weighed: strongestPerItem(weighed) }
  }

  if (mapped !== null) steps.push(`The path rule "${mapped.rule}" makes it ${path}.`)
  else steps.push(covered ? 'No path rule covers it, but Plex has its folder.' : 'No path rule covers it.')

  const atPath = lookup.byPath(pathKey(path))
  const exact = writable(atPath, input, steps)
  if (exact.length > 0) {
    steps.push(`Plex has exactly this path: ${itemList(exact, input.sections)}.`)
    return { ...found, parts: exact }
  }
  // Found, but only where nothing is written: whatever else bears its name is another file.
  if (atPath.length > 0) return { ...found, confidence: 'none', wrongLibrary: anyOfWrongType(atPath, input) }
  steps.push(`Plex has no item with the path ${path}.`)

  const sought = soughtFile(file, path)
  const confirmed = confirmedParts(sought, input, steps)
  if (confirmed.length > 0) return { ...found, parts: confirmed }

  const weighed = weighedCandidates(sought, input)
  const near = findNearMiss(
    path,
    weighed.map(({ part }) => part),
  )
  if (near !== null) steps.push(`Plex has ${near.part.file}: ${nearMissSentence[near.miss]}.`)
  if (covered) {
    const expected = expectedIn(holding, path)
    steps.push(missingSentence(holding, weighed.length))
    const wrongLibrary = holding.some((section) => section.skipped?.because === 'wrong_type') && expected.length === 0
    return { ...found, confidence: 'none', weighed, expected, wrongLibrary }
  }
  if (weighed.length === 0) {
    steps.push('Nothing in Plex has its name or title.')
    return { ...found, confidence: 'none' }
  }
  return { ...found, confidence: 'low', weighed, parts: input.strict ? [] : bestParts(weighed, steps) }
}

type Picked =
  | { readonly kind: 'none' }
  /** `doubtful`: 1.0.0 kept no file with a pick, so the item under its key may be another film. */
  | { readonly kind: 'found' | 'doubtful'; readonly parts: readonly PlexPart[] }

/** What was picked for this file, wherever Plex has that file now; its former key may belong to another film. */
function pickedParts(file: SceneFile, input: MatchInput, steps: string[]): Picked {
  const pick = input.picks?.find(file, input.sceneId) ?? null
  if (pick === null) return { kind: 'none' }
  const atKey = input.lookup.byItem(pick.ratingKey)
  if (pick.file === null && atKey.length > 0) {
    steps.push(`You picked item ${pick.ratingKey} in an earlier release, which did not record its file: pick it again.`)
    return { kind: 'doubtful', parts: writable(atKey, input, steps) }
  }
  const atPath = pick.file === null ? [] : input.lookup.byPath(pathKey(pick.file))
  const picked = [...atKey, ...atPath].find((part) => isSameFile(pick, true, [part]))
  if (picked === undefined) {
    const why = atKey.length === 0 ? 'Plex no longer has it' : 'that item plays another file now'
    steps.push(`You picked item ${pick.ratingKey} for this file, but ${why}.`)
    return { kind: 'none' }
  }
  const parts = writable([picked], input, steps)
  if (parts.length === 0) return { kind: 'none' }
  steps.push(`You picked item ${picked.ratingKey} for this file.`)
  return { kind: 'found', parts }
}

/** Same name, and size or duration confirm it: only where they point to one item, or to one file in several libraries. */
function confirmedParts(sought: SoughtFile, input: MatchInput, steps: string[]): PlexPart[] {
  const { lookup } = input
  const key = baseKey(sought.file.path)
  const size = sought.file.size !== null && sought.file.size > 0 ? sought.file.size : null
  const lists =
    size === null
      ? [lookup.byBase(key)]
      : [lookup.byBaseAndSize(key, size), lookup.byBaseAndSize(key, null), lookup.byBaseAndSize(key, 0)]
  // A full list may have left out a second item that fits as well.
  if (lists.some((list) => list.length >= lookupLimit)) {
    steps.push(`More than ${lookupLimit} files in Plex are called like it: its name proves nothing.`)
    return []
  }
  const fitting = writable(
    lists.flat().filter((part) => confirms(weigh(sought, part))),
    input,
    steps,
  )
  const items = new Set(fitting.map((part) => part.ratingKey))
  const paths = new Set(fitting.map((part) => pathKey(part.file)))
  const first = fitting[0]
  if (first === undefined) {
    steps.push(
      size !== null
        ? 'No file in Plex has the same name and size.'
        : sought.file.duration === null
          ? 'Neither its size nor its duration is known: its name alone proves nothing.'
          : 'Its size is not known, and no file in Plex has the same name and duration.',
    )
    return []
  }
  if (items.size > 1 && paths.size > 1) {
    steps.push(`${items.size} items in Plex have the same name and size: ${itemList(fitting, input.sections)}.`)
    return []
  }
  const proof = describeEvidence(weigh(sought, first), sought.file, first).join(', ')
  steps.push(`One file in Plex is surely the same (${proof}): ${itemList(fitting, input.sections)}.`)
  return fitting
}

/** What has the name or the title, strongest evidence first, one part per item. */
function weighedCandidates(sought: SoughtFile, input: MatchInput): WeighedPart[] {
  const { lookup } = input
  const key = baseKey(sought.file.path)
  const parts = [
    ...lookup.byBaseAndSize(key, sought.file.size),
    ...lookup.byBase(key),
    ...sought.titles.flatMap((title) => lookup.byTitle(title)),
  ]
  const weighed = writable(parts, input, []).map((part) => ({ part, evidence: weigh(sought, part), file: sought.file }))
  return strongestPerItem(weighed)
}

/** The parts in libraries that are written; says for each other library why it is not. */
function writable(parts: readonly PlexPart[], input: MatchInput, steps: string[]): PlexPart[] {
  const byId = new Map(input.sections.map((section) => [section.id, section]))
  const reasons = new Set<string>()
  const usable = parts.filter((part) => {
    const section = byId.get(part.sectionId)
    if (section === undefined) reasons.add(`the library ${part.sectionId} does not exist any more`)
    else if (section.skipped !== null) reasons.add(section.skipped.reason)
    return section !== undefined && section.skipped === null
  })
  for (const reason of reasons) steps.push(`Items are skipped: ${reason}.`)
  return usable
}

function anyOfWrongType(parts: readonly PlexPart[], input: MatchInput): boolean {
  const wrong = new Set(
    input.sections.filter((section) => section.skipped?.because === 'wrong_type').map((section) => section.id),
  )
  return parts.some((part) => wrong.has(part.sectionId))
}

function expectedIn(holding: readonly MatchSection[], path: string): ExpectedFile[] {
  return holding
    .filter((section) => section.skipped === null)
    .map((section) => ({ sectionId: section.id, folder: folderOf(path), path }))
}

function missingSentence(holding: readonly MatchSection[], lookalikes: number): string {
  const section = holding.find(({ skipped }) => skipped === null) ?? holding[0]
  const bearing =
    lookalikes === 0
      ? ''
      : lookalikes === 1
        ? '; the one item with its name or title is not surely the same file'
        : `; none of the ${lookalikes} items with its name or title is surely the same file`
  if (section === undefined)
    return `No Plex library has that folder: correct the path rule, or add the folder to a library${bearing}.`
  if (section.skipped !== null) return `Its folder is skipped: ${section.skipped.reason}${bearing}.`
  return `It belongs to the library "${section.title}" and is not in Plex yet${bearing}.`
}

/** The first of each item, in their order. */
export function onePerItem<T extends { readonly ratingKey: string }>(list: readonly T[]): T[] {
  return [...new Map(list.toReversed().map((entry) => [entry.ratingKey, entry])).values()].toReversed()
}

/** `item 101 in "Scenes" and item 205 in "Archive"`. */
export function itemList(
  items: readonly { readonly ratingKey: string; readonly sectionId: string }[],
  sections: readonly MatchSection[],
): string {
  const names = onePerItem(items).map((item) => `item ${item.ratingKey} in "${sectionTitle(item.sectionId, sections)}"`)
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(' and ')
}
