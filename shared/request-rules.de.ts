/** German phrases for values that a call does not take; English ones are in request-rules.ts. */
import type { RequestRuleTexts } from './request-rules.ts'

export const germanRules: RequestRuleTexts = {
  present: 'fehlt',
  types: {
    text: 'muss ein Text sein',
    number: 'muss eine Zahl sein',
    whole_number: 'muss eine ganze Zahl sein',
    switch: 'muss true oder false sein',
    list: 'muss eine Liste sein',
    object: 'muss ein Objekt sein',
    other: 'hat den falschen Typ; die Beschreibung steht unter /api/openapi.json',
  },
  choice: (choices) => `muss eines von diesen sein: ${choices}`,
  least: (least, counts) =>
    counts ? `braucht mindestens ${least} Einträge oder Zeichen` : `muss mindestens ${least} sein`,
  most: (most, counts) =>
    counts ? `darf höchstens ${most} Einträge oder Zeichen haben` : `darf höchstens ${most} sein`,
  id: 'muss eine positive ganze Zahl sein',
  known: (names) => `kennt ${names} nicht`,
  contract: 'passt nicht zu diesem Aufruf; die Beschreibung steht unter /api/openapi.json',
}
