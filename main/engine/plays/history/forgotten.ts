/** Which rows were forgotten: they must not come back as new ones. Pure. */
import { longestWindowSeconds } from '../decide/dedupe.ts'
import type { PlayProgress } from '../store/progress-store.ts'

/** True for a row that the table does not know, but that was dealt with. */
export function isForgotten(viewedAt: number, { readFrom, forgottenTo }: PlayProgress): boolean {
  // A double of a forgotten row may be just outside of what was read.
  return (
    readFrom !== null && forgottenTo !== null && viewedAt >= readFrom - longestWindowSeconds && viewedAt <= forgottenTo
  )
}
