/** Tests path rules on sample files: which are found in Plex, and why the others are not. Pure over the index. */
import type { PathTest } from '../../../shared/contract.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import type { Remark } from '../../../shared/remarks.ts'
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
    if (reason !== null)
      failures.push({ stash_path: path, mapped: mapped?.path ?? null, reason: englishRemark(reason), ...reason })
    const tally = tallies.get(mapped?.rule ?? '')
    if (tally === undefined) continue
    tally.covered++
    if (reason === null) tally.found++
  }
  return {
    samples: input.paths.length,
    found: input.paths.length - failures.length,
    rules: [...tallies].map(([rule, { covered, found }]) => {
      const evidence: Remark =
        covered === 0 ? { code: 'rule_unused', values: {} } : { code: 'rule_found', values: { found, covered } }
      return { rule, evidence: englishRemark(evidence), ...evidence, files: found }
    }),
    failures,
    examples,
  }
}

/** With the cure; null if Plex has exactly this path in a library that is written. */
function whyNotFound(path: string, isMapped: boolean, { lookup, sections }: PathTestInput): Remark | null {
  const exact = lookup.byPath(pathKey(path))
  const skipped = exact.map((part) => sections.find((section) => section.id === part.sectionId)?.skipped)
  if (skipped.includes(null)) return null
  if (exact.length > 0) {
    const skip = skipped.find((one) => one !== undefined && one !== null)
    return { code: 'in_skipped_library', values: { skipped: skip ?? null } }
  }
  // A name with a backslash may be a Windows path that lost its drive: look under the last piece too.
  const parts = [lookup.byBase(baseKey(path)), lookup.byBase(baseKey(path.replaceAll('\\', '/')))].flat()
  const [first] = parts
  const near = findNearMiss(path, parts)
  if (near !== null) return { code: 'near_miss', values: { file: near.part.file, differs: near.miss } }

  const holding = sectionsHolding(path, sections)
  const section = holding.find((candidate) => candidate.skipped === null)
  if (section !== undefined)
    return isMapped || first === undefined
      ? { code: 'not_scanned', values: { library: section.title } }
      : { code: 'elsewhere', values: { library: section.title, file: first.file } }
  if (holding[0]?.skipped) return { code: 'folder_not_written', values: { skipped: holding[0].skipped } }
  if (isMapped) return { code: 'no_such_folder', values: { folder: folderOf(path) } }
  return first === undefined
    ? { code: 'no_rule_no_file', values: {} }
    : { code: 'no_rule', values: { file: first.file } }
}
