/** What looks like a file without being certain, in the order of its evidence. Pure. */
import type { Candidate, PlexPart, SceneFile } from '../../../shared/domain.ts'
import type { MatchStep } from '../../../shared/match-steps.ts'
import { englishEvidence } from '../../../shared/match-texts.ts'
import { compareEvidence, contradicts, type Evidence, evidenceCodes } from './evidence.ts'
import { pathKey } from './path-key.ts'
import { type MatchSection, sectionTitle } from './section-choice.ts'

/** A part of Plex, weighed against a file of the scene. */
export interface WeighedPart {
  readonly part: PlexPart
  readonly evidence: Evidence
  readonly file: SceneFile
}

/** As many as the user can look through. */
const mostShown = 10

/** The strongest evidence first, one part per item. */
export function strongestPerItem(weighed: readonly WeighedPart[]): WeighedPart[] {
  const sorted = [...weighed].sort((a, b) => compareEvidence(a.evidence, b.evidence))
  const seen = new Set<string>()
  return sorted.filter(({ part }) => !seen.has(part.ratingKey) && seen.add(part.ratingKey))
}

/**
 * Without strict matching: the candidate with the strongest evidence, in each library that has the same file. None where
 * two different files are equally likely, or where size and duration speak against it.
 */
export function bestParts(weighed: readonly WeighedPart[], steps: MatchStep[]): PlexPart[] {
  const [best] = weighed
  if (best === undefined) return []
  if (contradicts(best.evidence)) {
    steps.push({ code: 'best_contradicted', values: { rating_key: best.part.ratingKey } })
    return []
  }
  const key = pathKey(best.part.file)
  const equal = weighed.filter(({ evidence }) => compareEvidence(evidence, best.evidence) === 0)
  if (equal.some(({ part }) => pathKey(part.file) !== key)) {
    steps.push({ code: 'equally_likely', values: { count: equal.length } })
    return []
  }
  return equal.map(({ part }) => part)
}

/** As shown to people, at most ten. */
export function candidateList(weighed: readonly WeighedPart[], sections: readonly MatchSection[]): Candidate[] {
  return weighed.slice(0, mostShown).map(({ part, evidence, file }) => {
    const codes = evidenceCodes(evidence, file, part)
    return {
      rating_key: part.ratingKey,
      section: sectionTitle(part.sectionId, sections),
      file: part.file,
      title: part.title,
      evidence: codes.map(englishEvidence),
      evidence_codes: codes,
    }
  })
}
