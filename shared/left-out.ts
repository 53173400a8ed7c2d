/**
 * Why a setting of Stash2Plex is not imported: codes with values, and the English phrases. German: left-out.de.ts.
 */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'
import { englishProblem, valueProblemSchema } from './value-problems.ts'

export const leftOutSchema = z.discriminatedUnion('code', [
  coded('stays_enabled', {}),
  coded('no_tagline', {}),
  coded('pages_fixed', {}),
  coded('session_expires', {}),
  coded('no_such_setting', {}),
  coded('value_refused', { name: z.string(), problem: valueProblemSchema }),
])
export type LeftOut = z.infer<typeof leftOutSchema>

/** A code without words does not compile. */
export type LeftOutTexts = WordsFor<LeftOut>

const english: LeftOutTexts = {
  stays_enabled: () => 'unchanged here: switch off only Stash2Plex, so that not both write to Plex',
  no_tagline: () => 'scenes in Stash have no tagline, so the switch had no effect',
  pages_fixed: () => 'PlexSync chooses the size of its pages; there is nothing to set',
  session_expires: () => 'the login of a browser session expires; set stash_api_key instead',
  no_such_setting: () => 'PlexSync has no such setting',
  value_refused: ({ name, problem }) => `${name}: ${englishProblem(problem)}`,
}

export function englishLeftOut(leftOut: LeftOut): string {
  return wordsFor(leftOut, english)
}
