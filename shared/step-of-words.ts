/** The last step of a match, read back from the sentence that earlier releases stored of a failure. */
import type { MatchStep } from './match-steps.ts'

/** Faults of matching carry the words of their last step. */
export function stepOfWords(message: string): MatchStep | null {
  const [, unsure, candidates] = /^LOW confidence match for '(.*)': (\d+) candidates? found\.?$/s.exec(message) ?? []
  if (unsure !== undefined) return { code: 'candidates_found', values: { name: unsure, count: Number(candidates) } }
  const [, missing] = /^No Plex item found for '(.*)'\.$/s.exec(message) ?? []
  return missing === undefined ? null : { code: 'not_found', values: { name: missing } }
}
