/** Makes text from Stash fit for Plex, and says what had to be mended, so that strict_mode can refuse it instead. */

export const lineLimit = 255
export const summaryLimit = 10_000

export interface Cleaned {
  readonly text: string
  /**
   * What the text lost on the way, each completing "the title …": `contains control characters`. Empty if nothing was
   * lost; composed characters (NFC), line ends and blanks at the ends are matters of form and never a problem.
   */
  readonly problems: readonly string[]
}

/** Titles, studios and names: one line of at most 255 UTF-16 units. */
export function cleanLine(raw: string): Cleaned {
  return clean(raw, lineLimit, false)
}

/** Summaries: line breaks and tabs stay; at most 10,000 UTF-16 units. */
export function cleanSummary(raw: string): Cleaned {
  return clean(raw, summaryLimit, true)
}

const halfCharacters = /\p{Surrogate}/gu
const controls = /[\p{Cc}--[\n\t]]/gv
/**
 * Format characters except for joiners (emoji, Indic and Persian words) and direction marks (right-to-left titles). The
 * first branch keeps the flags of England, Scotland and Wales, which are spelled in invisible letters.
 */
const formats = /(\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F})|[\p{Cf}--[\u200C\u200D\u200E\u200F\u061C]]/gv
const breaks = / *[\n\t][ \n\t]*/g
const nothingVisible = /^[\s\p{Cf}]*$/u

/** Most names: letters of Western Europe and blanks between them, which nothing below would change. */
const plainLine = /^[\x21-\x7e\xa1-\xac\xae-\xff](?:[\x20-\x7e\xa1-\xac\xae-\xff]*[\x21-\x7e\xa1-\xac\xae-\xff])?$/

function clean(raw: string, limit: number, multiline: boolean): Cleaned {
  if (raw === '' || (raw.length <= limit && plainLine.test(raw))) return { text: raw, problems: [] }
  const problems: string[] = []
  let text = raw.replace(/\r\n?|[\u2028\u2029]/g, '\n').trim()
  const replace = (pattern: RegExp, by: string, problem: string) => {
    const less = text.replace(pattern, by)
    if (less !== text) problems.push(problem)
    text = less
  }
  // Half characters go first: two of them around a control character would otherwise become one that was never written.
  replace(halfCharacters, '', 'contains half a character (a lone surrogate)')
  replace(controls, '', 'contains control characters')
  replace(formats, '$1', 'contains invisible format characters')
  if (!multiline) replace(breaks, ' ', 'contains line breaks or tabs')
  // Composed last: what was removed may have been between a letter and its accent.
  text = text.normalize('NFC').trim()
  if (text.length > limit) {
    problems.push(`is longer than ${limit.toLocaleString('en')} characters`)
    text = cutAt(text, limit)
  }
  return { text: nothingVisible.test(text) ? '' : text, problems }
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Cuts at the last blank if it is past 80 % of the limit, else at the limit; never inside what is seen as one character. */
export function cutAt(text: string, limit: number): string {
  const end = clusterStart(text, limit)
  const blank = /\s/.test(text.charAt(end)) ? end : text.slice(0, end).search(/\s\S*$/)
  return text.slice(0, blank > limit * 0.8 ? clusterStart(text, blank) : end).trimEnd()
}

/** Where the grapheme cluster begins that covers the UTF-16 unit at `index`. */
function clusterStart(text: string, index: number): number {
  return graphemes.segment(text).containing(index)?.index ?? index
}
