/** Why a path that looks right is not found: Plex has it with another spelling. Pure. */
import type { PlexPart } from '../../../shared/domain.ts'
import type { NearMiss } from '../../../shared/match-steps.ts'

/** The first part whose path differs from the one sought in spelling only, and in what; null if there is none. */
export function findNearMiss(
  path: string,
  parts: readonly PlexPart[],
): { readonly part: PlexPart; readonly miss: NearMiss } | null {
  for (const part of parts) {
    const miss = nearMiss(path, part.file)
    if (miss !== null) return { part, miss }
  }
  return null
}

/** In what spelling two different paths differ; null if they differ in more than one way of spelling, or not at all. */
function nearMiss(ours: string, theirs: string): NearMiss | null {
  const same = (change: (path: string) => string) => change(ours.normalize('NFC')) === change(theirs.normalize('NFC'))
  if (same((path) => path)) return null
  if (same(oneSeparator)) return 'separators'
  if (same((path) => oneSeparator(path).toLowerCase())) return 'letter_case'
  return same((path) => plainForm(oneSeparator(path)).toLowerCase()) ? 'unicode_form' : null
}

function oneSeparator(path: string): string {
  return path.replace(/[\\/]+/g, '/')
}

function plainForm(path: string): string {
  return path.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
}
