/**
 * Which Plex items play the files of a scene: the ladder from certain to unknown. Pure over the index. A wrong match would
 * write one film's metadata to another, so all that is not certain goes to a person.
 */
import type { Candidate, Confidence, PlexPart } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { candidateList, strongestPerItem } from './candidates.ts'
import { bytes, seconds } from './evidence.ts'
import { type ExpectedFile, type FileMatch, itemList, type MatchInput, matchFile, onePerItem } from './file-match.ts'
import { baseName } from './path-key.ts'

/** An item to write, and which of its files made it one. */
export interface Target {
  readonly ratingKey: string
  readonly sectionId: string
  /** As Plex sees it. */
  readonly file: string
  /** As Stash sees it. */
  readonly scenePath: string
}

export type MatchFault = Extract<ErrorCode, 'no_file_path' | 'low_confidence' | 'unknown_library' | 'not_in_plex'>

export interface Decision {
  readonly confidence: Confidence
  /** All items to write; each item once. Empty unless `fault` is null. */
  readonly targets: readonly Target[]
  /** What looks like the scene where nothing is certain, the best first, at most ten. */
  readonly candidates: readonly Candidate[]
  /** One sentence per step, in the order taken. */
  readonly steps: readonly string[]
  /** A path rule covers every file, or both servers share its root: what is missing is not in Plex yet. */
  readonly covered: boolean
  readonly expected: readonly ExpectedFile[]
  /** Why there is no target; null where there is one. */
  readonly fault: MatchFault | null
  /** The outcome in one sentence. */
  readonly message: string
}

/**
 * Takes every file of the scene down the ladder: picked by a person → exact path → same name and size → candidates →
 * nothing. All items that are certain for any file are targets, also different items for different files: each of them
 * plays this scene. A file that is only likely adds nothing where another one is certain.
 */
export function decide(input: MatchInput): Decision {
  const steps: string[] = []
  const matches = input.files.map((file, at) => {
    steps.push(
      `File ${at + 1} of ${input.files.length}: ${file.path} (${bytes(file.size)}, ${seconds(file.duration)}).`,
    )
    return matchFile(file, input, steps)
  })
  const conclusion = conclude(matches, input, steps)
  steps.push(conclusion.message)
  return {
    ...conclusion,
    steps,
    covered: matches.every((match) => match.covered),
    expected: matches.flatMap((match) => match.expected),
  }
}

function conclude(
  matches: readonly FileMatch[],
  input: MatchInput,
  steps: string[],
): Pick<Decision, 'confidence' | 'targets' | 'candidates' | 'fault' | 'message'> {
  const targetsOf = (confidence: Confidence) =>
    onePerItem(
      matches.flatMap((match, at) =>
        match.confidence === confidence ? match.parts.map((part) => target(part, input.files[at]?.path ?? '')) : [],
      ),
    )
  const high = targetsOf('high')
  if (high.length > 0)
    return {
      confidence: 'high',
      targets: high,
      candidates: [],
      fault: null,
      message: `HIGH confidence match: ${itemList(high, input.sections)}.`,
    }

  const name = baseName(input.files[0]?.path ?? '')
  const weighed = strongestPerItem(matches.flatMap((match) => match.weighed))
  const candidates = candidateList(weighed, input.sections)
  if (matches.some((match) => match.confidence === 'low')) {
    const count = weighed.length === 1 ? '1 candidate' : `${weighed.length} candidates`
    const low = `LOW confidence match for '${name}': ${count} found`
    const taken = targetsOf('low')
    if (taken.length > 0) {
      steps.push(`${low}.`)
      const message = `strict_matching is off, so the best candidate is taken: ${itemList(taken, input.sections)}.`
      return { confidence: 'low', targets: taken, candidates, fault: null, message }
    }
    return { confidence: 'low', targets: [], candidates, fault: 'low_confidence', message: low }
  }
  const none = { confidence: 'none', targets: [], candidates } as const
  if (input.files.length === 0)
    return { ...none, fault: 'no_file_path', message: 'The scene has no file, so it has no place in Plex.' }
  if (matches.some((match) => match.wrongLibrary))
    return { ...none, fault: 'unknown_library', message: `'${name}' lies in a Plex library that is not written.` }
  return { ...none, fault: 'not_in_plex', message: `No Plex item found for '${name}'.` }
}

function target(part: PlexPart, scenePath: string): Target {
  return { ratingKey: part.ratingKey, sectionId: part.sectionId, file: part.file, scenePath }
}
