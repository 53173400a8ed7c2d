/**
 * The query of a request as ordered pairs. Not URLSearchParams, because Plex's filters put operators into the names
 * (`title==x` is the name `title=`, `updatedAt>>=5` the name `updatedAt>>`) and because the order and the repetition of
 * names matter.
 */
export class QueryParams {
  readonly pairs: readonly (readonly [name: string, value: string])[]

  constructor(raw: string) {
    this.pairs = raw === '' ? [] : raw.split('&').filter(Boolean).map(parsePair)
  }

  /** The last value of a name: of a repeated one only one is honoured. */
  get(name: string): string | undefined {
    return this.pairs.findLast((pair) => pair[0] === name)?.[1]
  }

  has(name: string): boolean {
    return this.pairs.some((pair) => pair[0] === name)
  }

  /** As a plain object, the last of repeated names winning. */
  toObject(): Record<string, string> {
    return Object.fromEntries(this.pairs)
  }
}

function parsePair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 0) return [decode(text), '']
  const name = decode(text.slice(0, at))
  const value = text.slice(at + 1)
  // `title==x` and `rating!==5`, unencoded: the second equals sign still belongs to the operator.
  if (value.startsWith('=') && !name.endsWith('=') && !name.includes('[')) return [`${name}=`, decode(value.slice(1))]
  return [name, decode(value)]
}

/** Percent and plus decoding that never throws: a malformed escape stays as it is, as lenient servers have it. */
function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString(),
    )
  }
}
