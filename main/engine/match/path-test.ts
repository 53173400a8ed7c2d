/** Tests path rules on sample files: which are found in Plex, and why the others are not. Pure over the index. */
import type { PathTest } from '../../../shared/contract.ts'
import { nearMissText, skippedText } from '../../../shared/match-texts.ts'
import { findNearMiss } from './near-miss.ts'
import type { PartLookup } from './part-lookup.ts'
import { baseKey, folderOf, pathKey } from './path-key.ts'
import type { PathRules } from './path-rules.ts'
import { type MatchSection, sectionsHolding } from './section-choice.ts'

export interface PathTestInput {
  /** Paths as Stash sees them. */
  readonly paths: readonly string[]
  readonly rules: PathRules
  readonly lookup: PartLookup
  readonly sections: readonly MatchSection[]
}

const mostExamples = 8

export function testPathRules(input: PathTestInput): PathTest {
  const tallies = new Map(input.rules.rules.map((rule) => [rule.text, { covered: 0, found: 0 }]))
  const failures: PathTest['failures'] = []
  const examples: PathTest['examples'] = []
  for (const path of input.paths) {
    const mapped = input.rules.map(path)
    const reason = whyNotFound(mapped?.path ?? path, mapped !== null, input)
    if (reason === null && examples.length < mostExamples)
      examples.push({ stash_path: path, plex_path: mapped?.path ?? path })
    if (reason !== null) failures.push({ stash_path: path, mapped: mapped?.path ?? null, reason })
    const tally = tallies.get(mapped?.rule ?? '')
    if (tally === undefined) continue
    tally.covered++
    if (reason === null) tally.found++
  }
  return {
    samples: input.paths.length,
    found: input.paths.length - failures.length,
    rules: [...tallies].map(([rule, { covered, found }]) => ({
      rule,
      evidence: covered === 0 ? 'No sample lies below it.' : `${found} of ${covered} samples below it are in Plex.`,
      files: found,
    })),
    failures,
    examples,
  }
}

/** One sentence with the cure; null where Plex has exactly this path in a library that is written. */
function whyNotFound(path: string, isMapped: boolean, { lookup, sections }: PathTestInput): string | null {
  const exact = lookup.byPath(pathKey(path))
  const skipped = exact.map((part) => sections.find((section) => section.id === part.sectionId)?.skipped)
  if (skipped.includes(null)) return null
  if (exact.length > 0) {
    const skip = skipped.find((one) => one !== undefined && one !== null)
    return `Plex has it, but ${skip ? skippedText(skip) : 'in a library that does not exist any more'}.`
  }
  // A name with a backslash may be a Windows path that lost its drive: look under the last piece too.
  const parts = [lookup.byBase(baseKey(path)), lookup.byBase(baseKey(path.replaceAll('\\', '/')))].flat()
  const near = findNearMiss(path, parts)
  if (near !== null) return `Plex has it as ${near.part.file}: ${nearMissText(near.miss)}. Correct the path rule.`

  const holding = sectionsHolding(path, sections)
  const section = holding.find((candidate) => candidate.skipped === null)
  if (section !== undefined)
    return isMapped || parts.length === 0
      ? `It belongs to the library "${section.title}", but Plex does not have it (yet): let Plex scan the folder.`
      : `It belongs to the library "${section.title}" but is not there; Plex has that name at ${parts[0]?.file}. A path rule may be missing.`
  if (holding[0]?.skipped) return `It is in a folder that is not written: ${skippedText(holding[0].skipped)}.`
  if (isMapped) return `No Plex library has the folder ${folderOf(path)}: correct the right side of the path rule.`
  if (parts.length === 0)
    return 'No path rule covers it, and Plex has no file of that name: add a rule, or let Plex scan.'
  return `No path rule covers it; Plex has that name at ${parts[0]?.file}. Add a path rule.`
}
