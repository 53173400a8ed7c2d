/** One file of a scene on its way down the ladder. Pure over the index. */
import type { Confidence, PlexPart, SceneFile, SceneId } from '../../../shared/domain.ts'
import type { MatchedItem, MatchStep, SkippedLibrary } from '../../../shared/match-steps.ts'
import { bestParts, strongestPerItem, type WeighedPart } from './candidates.ts'
import { confirms, evidenceCodes, type SoughtFile, soughtFile, weigh } from './evidence.ts'
import { isSameFile } from './file-identity.ts'
import { findNearMiss } from './near-miss.ts'
import { lookupLimit, type PartLookup } from './part-lookup.ts'
import { baseKey, folderOf, pathKey } from './path-key.ts'
import type { PathRules } from './path-rules.ts'
import type { PickLookup } from './pick.ts'
import { type MatchSection, sectionsHolding, sectionTitle } from './section-choice.ts'

export interface MatchInput {
  /** Null if a path alone is asked for. */
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

/** Picked by the user → exact path → same name and size → candidates → nothing. Adds its steps to `steps`. */
export function matchFile(file: SceneFile, input: MatchInput, steps: MatchStep[]): FileMatch {
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

  if (mapped !== null) steps.push({ code: 'path_rule', values: { rule: mapped.rule, path } })
  else steps.push({ code: 'no_path_rule', values: { folder_in_plex: covered } })

  const atPath = lookup.byPath(pathKey(path))
  const exact = writable(atPath, input, steps)
  if (exact.length > 0) {
    steps.push({ code: 'same_path', values: { items: matchedItems(exact, input.sections) } })
    return { ...found, parts: exact }
  }
  // Found, but only where nothing is written: any other file of that name is another file.
  if (atPath.length > 0) return { ...found, confidence: 'none', wrongLibrary: anyOfWrongType(atPath, input) }
  steps.push({ code: 'no_path', values: { path } })

  const sought = soughtFile(file, path)
  const confirmed = confirmedParts(sought, input, steps)
  if (confirmed.length > 0) return { ...found, parts: confirmed }

  const weighed = weighedCandidates(sought, input)
  const near = findNearMiss(
    path,
    weighed.map(({ part }) => part),
  )
  if (near !== null) steps.push({ code: 'near_miss', values: { file: near.part.file, differs: near.miss } })
  if (covered) {
    const expected = expectedIn(holding, path)
    steps.push(missingStep(holding, weighed.length))
    const wrongLibrary = holding.some((section) => section.skipped?.because === 'wrong_type') && expected.length === 0
    return { ...found, confidence: 'none', weighed, expected, wrongLibrary }
  }
  if (weighed.length === 0) {
    steps.push({ code: 'nothing_alike', values: {} })
    return { ...found, confidence: 'none' }
  }
  return { ...found, confidence: 'low', weighed, parts: input.strict ? [] : bestParts(weighed, steps) }
}

type Picked =
  | { readonly kind: 'none' }
  /** `doubtful`: 1.0.0 kept no file with a pick, so the item under its key may be another film. */
  | { readonly kind: 'found' | 'doubtful'; readonly parts: readonly PlexPart[] }

/** What was picked for this file, wherever Plex has that file now; its former key may belong to another film. */
function pickedParts(file: SceneFile, input: MatchInput, steps: MatchStep[]): Picked {
  const pick = input.picks?.find(file, input.sceneId) ?? null
  if (pick === null) return { kind: 'none' }
  const atKey = input.lookup.byItem(pick.ratingKey)
  if (pick.file === null && atKey.length > 0) {
    steps.push({ code: 'pick_without_file', values: { rating_key: pick.ratingKey } })
    return { kind: 'doubtful', parts: writable(atKey, input, steps) }
  }
  const atPath = pick.file === null ? [] : input.lookup.byPath(pathKey(pick.file))
  const picked = [...atKey, ...atPath].find((part) => isSameFile(pick, true, [part]))
  if (picked === undefined) {
    const because = atKey.length === 0 ? 'gone' : 'other_file'
    steps.push({ code: 'pick_over', values: { rating_key: pick.ratingKey, because } })
    return { kind: 'none' }
  }
  const parts = writable([picked], input, steps)
  if (parts.length === 0) return { kind: 'none' }
  steps.push({ code: 'picked', values: { rating_key: picked.ratingKey } })
  return { kind: 'found', parts }
}

/** Same name, and size or duration confirm it: only if they point to one item, or to one file in several libraries. */
function confirmedParts(sought: SoughtFile, input: MatchInput, steps: MatchStep[]): PlexPart[] {
  const { lookup } = input
  const key = baseKey(sought.file.path)
  const size = sought.file.size !== null && sought.file.size > 0 ? sought.file.size : null
  const lists =
    size === null
      ? [lookup.byBase(key)]
      : [lookup.byBaseAndSize(key, size), lookup.byBaseAndSize(key, null), lookup.byBaseAndSize(key, 0)]
  // A full list may have left out a second item that fits as well.
  if (lists.some((list) => list.length >= lookupLimit)) {
    steps.push({ code: 'name_too_common', values: { limit: lookupLimit } })
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
    const by = size !== null ? 'size' : sought.file.duration === null ? 'nothing' : 'duration'
    steps.push({ code: 'nothing_confirmed', values: { by } })
    return []
  }
  if (items.size > 1 && paths.size > 1) {
    steps.push({
      code: 'several_confirmed',
      values: { count: items.size, items: matchedItems(fitting, input.sections) },
    })
    return []
  }
  const evidence = evidenceCodes(weigh(sought, first), sought.file, first)
  steps.push({ code: 'confirmed', values: { evidence, items: matchedItems(fitting, input.sections) } })
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
function writable(parts: readonly PlexPart[], input: MatchInput, steps: MatchStep[]): PlexPart[] {
  const byId = new Map(input.sections.map((section) => [section.id, section]))
  const skipped = new Map<string, SkippedLibrary>()
  const usable = parts.filter(({ sectionId }) => {
    const section = byId.get(sectionId)
    if (section === undefined) skipped.set(sectionId, { library: sectionId, because: 'gone', type: '' })
    else if (section.skipped !== null) skipped.set(sectionId, section.skipped)
    return section !== undefined && section.skipped === null
  })
  for (const values of skipped.values()) steps.push({ code: 'library_skipped', values })
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

function missingStep(holding: readonly MatchSection[], lookalikes: number): MatchStep {
  const section = holding.find(({ skipped }) => skipped === null) ?? holding[0]
  if (section === undefined) return { code: 'no_library_folder', values: { lookalikes } }
  return section.skipped === null
    ? { code: 'not_yet_in_plex', values: { library: section.title, lookalikes } }
    : { code: 'folder_skipped', values: { ...section.skipped, lookalikes } }
}

/** The first of each item, in their order. */
export function onePerItem<T extends { readonly ratingKey: string }>(list: readonly T[]): T[] {
  return [...new Map(list.toReversed().map((entry) => [entry.ratingKey, entry])).values()].toReversed()
}

export function matchedItems(
  items: readonly { readonly ratingKey: string; readonly sectionId: string }[],
  sections: readonly MatchSection[],
): MatchedItem[] {
  return onePerItem(items).map((item) => ({
    rating_key: item.ratingKey,
    library: sectionTitle(item.sectionId, sections),
  }))
}
