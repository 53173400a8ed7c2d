/** When two texts count as the same, although two servers and two file systems have had their hands on them. */

/** No two spellings of one text exist among the characters before the combining ones, except for line ends. */
const mayDiffer = /[^ -\u02ff]|\r/

/** One kind of line end and composed characters: either server may change both on the way. */
function canonical(text: string): string {
  if (!mayDiffer.test(text)) return text
  return text.replace(/\r\n?/g, '\n').normalize('NFC')
}

export function sameText(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other)
}

/**
 * What makes two tags, actors or collections one. Plex: tags are rows shared by the whole server and found without
 * regard to case, and some kinds come back capitalised; compared exactly they would be written again forever.
 */
export function nameKey(name: string): string {
  return canonical(name).toLowerCase()
}
