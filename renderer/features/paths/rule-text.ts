/**
 * The text of the `path_map` setting as rows to edit, and back. Tolerant: what the user is still typing must not vanish;
 * the engine checks the text when it is tested and saved. test/e2e/window holds both readings against each other.
 */
export interface EditedRule {
  readonly stash: string
  readonly plex: string
}

// A side in double quotes (a quote inside is doubled), or anything up to the next mark.
const pieces = /\s*(?:"((?:[^"]|"")*)"\s*|((?:(?!=>|[;\r\n]).)*))(=>|;|[\r\n]|$)/g

export function parseRules(text: string): EditedRule[] {
  const rules: EditedRule[] = []
  let sides: string[] = []
  for (const [, quoted, plain = '', mark] of text.matchAll(pieces)) {
    sides.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'))
    if (mark === '=>') continue
    const [stash = '', plex = ''] = sides
    if (stash !== '' || plex !== '') rules.push({ stash, plex })
    sides = []
  }
  return rules
}

export function formatRules(rules: readonly EditedRule[]): string {
  return rules.map(formatRule).join('; ')
}

export function formatRule({ stash, plex }: EditedRule): string {
  return `${quoted(stash.trim())} => ${quoted(plex.trim())}`
}

function quoted(side: string): string {
  return /^"|[;\r\n]|=>/.test(side) ? `"${side.replaceAll('"', '""')}"` : side
}

/** Both sides are there, or none: such a row is only a place to type. */
export function isComplete({ stash, plex }: EditedRule): boolean {
  return (stash.trim() === '') === (plex.trim() === '')
}

export function isBlank({ stash, plex }: EditedRule): boolean {
  return stash.trim() === '' && plex.trim() === ''
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = list.toSpliced(from, 1)
  return to < 0 || to >= list.length ? [...list] : next.toSpliced(to, 0, ...list.slice(from, from + 1))
}
