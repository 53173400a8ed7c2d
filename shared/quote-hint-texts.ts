/** Phrases for how quotes in a list of names are meant to be read, in both languages. */
import type { QuoteHint } from './quote-hints.ts'

export function quoteHintText({ reading, name, parts }: QuoteHint): string {
  return reading === 'several'
    ? `"${name}" is one name because of its quotes; remove them to name ${parts.join(' and ')}`
    : `put double quotes around "${name}": it is one name`
}

export function germanQuoteHint({ reading, name, parts }: QuoteHint): string {
  return reading === 'several'
    ? `„${name}“ ist wegen der Anführungszeichen ein einziger Name; entfern sie, wenn du ${parts.join(' und ')} meinst`
    : `setz "${name}" in Anführungszeichen: es ist ein einziger Name`
}
