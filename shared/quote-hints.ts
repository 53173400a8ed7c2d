/**
 * Where quotes in a list of names are the cause that a name is not known: a quoted list is one name, and a bare name with a
 * comma is several. Pure.
 */
import * as z from 'zod'
import { splitNames } from './names.ts'

export const quoteHintSchema = z.object({
  /** How the text should be read: as several names, or as one. */
  reading: z.enum(['several', 'one']),
  name: z.string(),
  parts: z.array(z.string()),
})
export type QuoteHint = z.infer<typeof quoteHintSchema>

/** One hint for each name whose other reading exists. */
export function quoteHints(names: readonly string[], exists: (name: string) => boolean): QuoteHint[] {
  const several = names.flatMap((name): QuoteHint[] => {
    const parts = splitNames(name)
    return !exists(name) && parts.length > 1 && parts.every(exists) ? [{ reading: 'several', name, parts }] : []
  })
  return [...several, ...namesInPieces(names, exists)]
}

/** Neighbours that only together are a name: the longest run first, and none of them twice. */
function namesInPieces(names: readonly string[], exists: (name: string) => boolean): QuoteHint[] {
  const hints: QuoteHint[] = []
  for (let from = 0; from < names.length; from += 1) {
    for (let to = Math.min(names.length, from + longestRun); to > from + 1; to -= 1) {
      const parts = names.slice(from, to)
      const name = parts.join(', ')
      if (parts.every(exists) || !exists(name)) continue
      hints.push({ reading: 'one', name, parts })
      from = to - 1
      break
    }
  }
  return hints
}

/** No name has that many commas. */
const longestRun = 8
