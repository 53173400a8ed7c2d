/**
 * As much YAML as plugin manifests and package indexes use: block and flow collections, quotes, block texts, comments.
 * Anything else is an error. Every scalar stays text, as the reader's types decide what it is; an empty one is null.
 */
export type Yaml = string | null | Yaml[] | { [key: string]: Yaml }

/** Parses one document; throws with the line number on anything that is not understood. */
export function parseYaml(text: string): Yaml {
  const trimmed = text.trim()
  if (/^[[{]/.test(trimmed)) return new Flow(trimmed, 1).whole()
  return new Blocks(text).document()
}

interface Line {
  number: number
  indent: number
  text: string
}

class Blocks {
  readonly #raw: string[]
  #lines: Line[]

  constructor(text: string) {
    this.#raw = text.split(/\r?\n/)
    this.#lines = this.#raw.flatMap((raw, index) => {
      const content = withoutComment(raw).trimEnd()
      if (content.trim() === '' || content === '---') return []
      const indent = content.length - content.trimStart().length
      if (content.slice(0, indent).includes('\t'))
        throw fault(index + 1, 'found a tab character that violates indentation')
      return [{ number: index + 1, indent, text: content.trim() }]
    })
  }

  document(): Yaml {
    const first = this.#lines[0]
    if (!first) return null
    const value = this.#node(first.indent)
    const rest = this.#lines[0]
    if (rest) throw fault(rest.number, 'did not find expected key')
    return value
  }

  #node(indent: number): Yaml {
    const first = this.#lines[0]
    if (!first) return null
    if (first.text === '-' || first.text.startsWith('- ')) return this.#sequence(indent)
    if (keyOf(first)) return this.#mapping(indent)
    this.#lines.shift()
    return scalar(first.text, first.number)
  }

  #sequence(indent: number, compact = false): Yaml[] {
    const list: Yaml[] = []
    for (let line = this.#lines[0]; line && line.indent === indent; line = this.#lines[0]) {
      const isEntry = line.text === '-' || line.text.startsWith('- ')
      if (!isEntry && compact) break
      if (!isEntry) throw fault(line.number, "did not find expected '-' indicator")
      const rest = line.text.slice(1).trimStart()
      if (rest === '') {
        this.#lines.shift()
        list.push(this.#deeper(indent, false))
        continue
      }
      // What follows the dash is a node of its own, indented to where it begins.
      const inner = indent + line.text.length - rest.length
      this.#lines[0] = { number: line.number, indent: inner, text: rest }
      list.push(this.#node(inner))
    }
    return list
  }

  #mapping(indent: number): Record<string, Yaml> {
    const map: Record<string, Yaml> = {}
    for (let line = this.#lines[0]; line && line.indent === indent; line = this.#lines[0]) {
      const entry = keyOf(line)
      if (!entry) throw fault(line.number, 'could not find expected ":"')
      if (Object.hasOwn(map, entry.key)) throw fault(line.number, `key "${entry.key}" already set in map`)
      this.#lines.shift()
      if (entry.rest === '') map[entry.key] = this.#deeper(indent, true)
      else if (/^[|>][-+]?$/.test(entry.rest)) map[entry.key] = this.#blockText(line.number, indent, entry.rest)
      else map[entry.key] = scalar(entry.rest, line.number)
    }
    const next = this.#lines[0]
    if (next && next.indent > indent) throw fault(next.number, 'did not find expected key')
    return map
  }

  /** The value below a key or a dash. A list below a key may stand at the key's own indent. */
  #deeper(indent: number, isKey: boolean): Yaml {
    const next = this.#lines[0]
    if (!next) return null
    if (next.indent > indent) return this.#node(next.indent)
    const isList = next.text === '-' || next.text.startsWith('- ')
    return isKey && isList && next.indent === indent ? this.#sequence(indent, true) : null
  }

  #blockText(number: number, indent: number, style: string): string {
    const taken: string[] = []
    let at = number
    for (; at < this.#raw.length; at++) {
      const raw = this.#raw[at] ?? ''
      if (raw.trim() !== '' && raw.length - raw.trimStart().length <= indent) break
      taken.push(raw)
    }
    this.#lines = this.#lines.filter((line) => line.number > at)
    const margin = Math.min(...taken.filter((raw) => raw.trim()).map((raw) => raw.length - raw.trimStart().length))
    const body = taken
      .map((raw) => raw.slice(margin))
      .join(style.startsWith('|') ? '\n' : ' ')
      .trimEnd()
    return style.endsWith('-') ? body : `${body}\n`
  }
}

function keyOf(line: Line): { key: string; rest: string } | null {
  const match =
    /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'[{&*!|>%@`,#-][^:]*?|-[^\s:][^:]*?))\s*:(?:\s+(.*))?$/.exec(
      line.text,
    )
  if (!match) return null
  return { key: match[1] ?? match[2] ?? match[3] ?? '', rest: match[4] ?? '' }
}

function scalar(text: string, line: number): Yaml {
  if (/^[[{"']/.test(text)) return new Flow(text, line).whole()
  if (/^[@`%&*!|>]/.test(text)) throw fault(line, 'found character that cannot start any token')
  if (/:(\s|$)/.test(text)) throw fault(line, 'mapping values are not allowed in this context')
  return text === '~' || text === 'null' ? null : text
}

/** Flow style: `[a, "b"]`, `{k: v}`, quoted text. What stands behind it on the line is an error. */
class Flow {
  #at = 0
  readonly #text: string
  readonly #line: number

  constructor(text: string, line: number) {
    this.#text = text
    this.#line = line
  }

  whole(): Yaml {
    const value = this.#value()
    this.#blanks()
    if (this.#at < this.#text.length) throw fault(this.#line, "did not find expected '-' indicator")
    return value
  }

  #value(): Yaml {
    this.#blanks()
    const sign = this.#text[this.#at]
    if (sign === '[') return this.#list()
    if (sign === '{') return this.#map()
    if (sign === '"' || sign === "'") return this.#quoted(sign)
    const plain = /^[^,[\]{}\n]*?(?=\s*(?:,|\]|\}|\n|:\s|:$|$))/.exec(this.#text.slice(this.#at))?.[0] ?? ''
    this.#at += plain.length
    return plain === '' || plain === '~' || plain === 'null' ? null : plain
  }

  #list(): Yaml[] {
    const list: Yaml[] = []
    this.#at++
    for (this.#blanks(); this.#text[this.#at] !== ']'; this.#blanks()) {
      list.push(this.#value())
      this.#separator(']')
    }
    this.#at++
    return list
  }

  #map(): Record<string, Yaml> {
    const map: Record<string, Yaml> = {}
    this.#at++
    for (this.#blanks(); this.#text[this.#at] !== '}'; this.#blanks()) {
      const key = this.#value()
      this.#blanks()
      if (this.#text[this.#at] === ':') {
        this.#at++
        map[String(key)] = this.#value()
      } else map[String(key)] = null
      this.#separator('}')
    }
    this.#at++
    return map
  }

  #separator(end: string): void {
    this.#blanks()
    if (this.#text[this.#at] === ',') this.#at++
    else if (this.#text[this.#at] !== end) throw fault(this.#line, `did not find expected ',' or '${end}'`)
  }

  #quoted(quote: string): string {
    const body = quote === '"' ? /^"((?:[^"\\]|\\[\s\S])*)"/ : /^'((?:[^']|'')*)'/
    const match = body.exec(this.#text.slice(this.#at))
    if (!match) throw fault(this.#line, 'found unexpected end of stream')
    this.#at += match[0].length
    const inner = match[1] ?? ''
    return quote === "'" ? inner.replaceAll("''", "'") : (JSON.parse(`"${inner}"`) as string)
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }
}

function withoutComment(raw: string): string {
  let quote = ''
  for (let at = 0; at < raw.length; at++) {
    const sign = raw[at] ?? ''
    if (quote) {
      if (sign === '\\' && quote === '"') at++
      else if (sign === quote) quote = ''
    } else if ((sign === '"' || sign === "'") && /(^|[\s[{,:-])$/.test(raw.slice(0, at))) quote = sign
    else if (sign === '#' && (at === 0 || /\s/.test(raw[at - 1] ?? ''))) return raw.slice(0, at)
  }
  return raw
}

function fault(line: number, text: string): Error {
  return new Error(`yaml: line ${line}: ${text}`)
}
