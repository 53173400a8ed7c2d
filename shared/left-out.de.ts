/** German phrases for settings of Stash2Plex that are not imported; English ones are in left-out.ts. */
import { wordsFor } from './coded.ts'
import type { LeftOut, LeftOutTexts } from './left-out.ts'
import { germanProblems } from './value-problems.de.ts'
import { problemPhrase } from './value-problems.ts'

const german: LeftOutTexts = {
  stays_enabled: () => 'bleibt hier, wie es ist: Schalte nur Stash2Plex ab, damit nicht beide nach Plex schreiben',
  no_tagline: () => 'Szenen in Stash haben keinen Slogan; der Schalter war ohne Wirkung',
  pages_fixed: () => 'PlexSync wählt die Größe seiner Seiten selbst; da gibt es nichts einzustellen',
  session_expires: () => 'die Anmeldung einer Browsersitzung läuft ab; trag stattdessen stash_api_key ein',
  no_such_setting: () => 'diese Einstellung gibt es in PlexSync nicht',
  value_refused: ({ name, problem }) => `${name}: ${problemPhrase(problem, germanProblems)}`,
}

export function germanLeftOut(leftOut: LeftOut): string {
  return wordsFor(leftOut, german)
}
