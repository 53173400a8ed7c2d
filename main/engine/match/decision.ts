/**
 * Which Plex items play the files of a scene: the ladder from certain to unknown. Pure over the index. A wrong match would
 * write one film's metadata to another, so all that is not certain goes to the user.
 */

import type { Candidate, Confidence, PlexPart } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { MatchStep } from '../../../shared/match-steps.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { candidateList, strongestPerItem } from './candidates.ts'
import {
  type ExpectedFile,
  type FileMatch,
  type MatchInput,
  matchedItems,
  matchFile,
  onePerItem,
} from './file-match.ts'
import { matchLines } from './match-log.ts'
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

type MatchFault = Extract<ErrorCode, 'no_file_path' | 'low_confidence' | 'unknown_library' | 'not_in_plex'>

export interface Decision {
  readonly confidence: Confidence
  /** All items to write; each item once. Empty unless `fault` is null. */
  readonly targets: readonly Target[]
  /** What looks like the scene where nothing is certain, the best first, at most ten. */
  readonly candidates: readonly Candidate[]
  /** In the order taken; the message shows the last one. */
  readonly steps: readonly MatchStep[]
  /** A path rule covers every file, or both servers share its root: what is missing is not in Plex yet. */
  readonly covered: boolean
  /** Paths of files without a certain item, whatever was found for the others. */
  readonly unmatched: readonly string[]
  readonly expected: readonly ExpectedFile[]
  /** Why there is no target; null if there is one. */
  readonly fault: MatchFault | null
  /** The outcome in one sentence. */
  readonly message: string
}

/**
 * Takes every file of the scene down the ladder: picked by the user → exact path → same name and size → candidates →
 * nothing. All items that are certain for any file are targets, also different items for different files: each of them
 * plays this scene. A file that is only likely adds nothing where another one is certain.
 */
export function decide(input: MatchInput): Decision {
  const steps: MatchStep[] = []
  const matches = input.files.map((file, at) => {
    const { path, size, duration } = file
    steps.push({ code: 'file', values: { at: at + 1, of: input.files.length, path, size, duration } })
    return matchFile(file, input, steps)
  })
  const { step, ...conclusion } = conclude(matches, input, steps)
  steps.push(step)
  return {
    ...conclusion,
    message: messageOf(step),
    steps,
    covered: matches.every((match) => match.covered),
    unmatched: input.files.flatMap(({ path }, at) => (matches[at]?.confidence === 'high' ? [] : [path])),
    expected: matches.flatMap((match) => match.expected),
  }
}

/** As it is logged: people search for these words. */
function messageOf(step: MatchStep): string {
  if (step.code !== 'candidates_found') return englishStep(step)
  const count = step.values.count === 1 ? '1 candidate' : `${step.values.count} candidates`
  const [, , message] = matchLines.lowConfidence({ file: step.values.name, candidates: count })
  return message
}

type Conclusion = Pick<Decision, 'confidence' | 'targets' | 'candidates' | 'fault'> & { readonly step: MatchStep }

function conclude(matches: readonly FileMatch[], input: MatchInput, steps: MatchStep[]): Conclusion {
  const { sections, files } = input
  const targetsOf = (confidence: Confidence) =>
    onePerItem(
      matches.flatMap((match, at) =>
        match.confidence === confidence ? match.parts.map((part) => target(part, files[at]?.path ?? '')) : [],
      ),
    )
  const high = targetsOf('high')
  if (high.length > 0) {
    const step = { code: 'matched', values: { items: matchedItems(high, sections) } } as const
    return { confidence: 'high', targets: high, candidates: [], fault: null, step }
  }

  const name = baseName(files[0]?.path ?? '')
  const weighed = strongestPerItem(matches.flatMap((match) => match.weighed))
  const candidates = candidateList(weighed, sections)
  if (matches.some((match) => match.confidence === 'low')) {
    const low: MatchStep = { code: 'candidates_found', values: { name, count: weighed.length } }
    const taken = targetsOf('low')
    if (taken.length === 0) return { confidence: 'low', targets: [], candidates, fault: 'low_confidence', step: low }
    steps.push(low)
    const step = { code: 'best_taken', values: { items: matchedItems(taken, sections) } } as const
    return { confidence: 'low', targets: taken, candidates, fault: null, step }
  }
  const none = { confidence: 'none', targets: [], candidates } as const
  if (files.length === 0) return { ...none, fault: 'no_file_path', step: { code: 'no_file', values: {} } }
  if (matches.some((match) => match.wrongLibrary))
    return { ...none, fault: 'unknown_library', step: { code: 'library_not_written', values: { name } } }
  return { ...none, fault: 'not_in_plex', step: { code: 'not_found', values: { name } } }
}

function target(part: PlexPart, scenePath: string): Target {
  return { ratingKey: part.ratingKey, sectionId: part.sectionId, file: part.file, scenePath }
}
