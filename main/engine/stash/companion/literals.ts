/**
 * Texts as literals of the languages of the companion's files. Each comes out in plain ASCII, whatever the text holds: a
 * quote, a line end or a foreign letter in a token must neither break the file nor run as code in it.
 */

/** A double-quoted literal of JavaScript (ES5 too). */
export function javascriptLiteral(text: string): string {
  // JSON leaves U+2028 and U+2029 as they are, which end a line in ES5: escaped like all else beyond ASCII.
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, utf16Escape)
}

/** A double-quoted literal of Python 3. */
export function pythonLiteral(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, codePointEscape)
}

/** A double-quoted scalar of YAML, 1.1 as well as 1.2. */
export function yamlLiteral(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, codePointEscape)
}

function utf16Escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Python and YAML take a surrogate pair for two broken letters: beyond U+FFFF they have a separate escape. */
function codePointEscape(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : utf16Escape(letter)
}
