/** German sentences for what is wrong with what a server sent, or was sent; English ones are in answer-problems.ts. */
import type { AnswerProblemTexts } from './answer-problems.ts'
import { germanFields } from './field-names.de.ts'

export const germanAnswers: AnswerProblemTexts = {
  answer_damaged: ({ server }) => `Die Antwort von ${server} ist abgeschnitten oder beschädigt.`,
  answer_unknown: ({ server, at }) =>
    `${server} hat Daten in unbekannter Form gesendet${at === null ? '' : ` (bei ${at})`}.`,
  no_graphql: () => 'Die Antwort von Stash passt zu keiner Abfrage.',
  not_cover: ({ scene, type }) =>
    `Statt des Covers der Szene ${scene} hat Stash ${type ?? 'etwas Unbekanntes'} gesendet.`,
  cover_too_large: ({ scene, megabytes }) =>
    `Das Cover der Szene ${scene} hat ${decimal(megabytes)} MB; Plex nimmt höchstens 10 MB. Nimm in Stash ein kleineres Bild.`,
  image_too_large: ({ megabytes }) =>
    `Das Bild hat ${decimal(megabytes)} MB; Plex nimmt höchstens 10 MB. Nimm in Stash ein kleineres Bild.`,
  image_empty: () => 'Das Bild ist leer; nimm in Stash ein anderes.',
  values_refused: ({ fields, refused, status }) =>
    `Plex lehnt ${refused.map((value) => (value === '' ? 'einen leeren Wert' : `„${value}“`)).join(', ')} ab (${fields.map((field) => germanFields[field]).join(', ')}; ${status ?? 'Verbindung getrennt'}). Alles andere wurde geschrieben.`,
  too_many_refused: () => 'Plex lehnt zu viele Werte zugleich ab.',
}

function decimal(megabytes: string): string {
  return megabytes.replace('.', ',')
}
