/**
 * Takes the elements of one array out of a JSON document while it arrives, so that a page of a listing is never held as
 * bytes, as text and as objects at the same time: each element is parsed alone, and only what `take` keeps of it stays.
 */

/** Which array, and what becomes of its elements. */
export interface JsonRows {
  /** The keys that lead to the array from the top. */
  readonly at: readonly string[]
  readonly take: (row: unknown) => void
}

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

export class JsonRowSplitter {
  readonly #rows: JsonRows
  /** What is around the elements; the array is empty there. A document that is no JSON comes out as it is. */
  readonly #rest: Buffer[] = []
  /** The containers around the place reached, outside of the array: a key for each object, null for a list. */
  readonly #path: (string | null)[] = []
  #string = false
  #escaped = false
  /** The string that was read last: a key, if a container follows. */
  #text: Buffer[] = []
  #inRows = false
  /** Containers open within the element. */
  #depth = 0
  /** The part of an element, or of a string, that came with earlier chunks. */
  #begun: Buffer[] = []
  /** A comma was seen, so another element must follow. */
  #more = false
  #isDamaged = false

  constructor(rows: JsonRows) {
    this.#rows = rows
  }

  /** An element was no JSON. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) at = this.#inRows ? this.#readRows(chunk, at) : this.#readAround(chunk, at)
  }

  /** The document without the elements. */
  rest(): Buffer {
    return Buffer.concat(this.#rest)
  }

  /** Up to the array, or the end of the chunk; returns where to continue. */
  #readAround(chunk: Buffer, from: number): number {
    let stringFrom = from
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#string) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) {
          this.#text = [...this.#begun, copyOf(chunk, stringFrom, at)]
          this.#begun = []
          this.#string = false
        }
      } else if (byte === quote) {
        this.#string = true
        stringFrom = at + 1
      } else if (byte === openObject) this.#path.push(this.#key())
      else if (byte === openArray) {
        if (this.#isTarget()) {
          this.#inRows = true
          this.#rest.push(copyOf(chunk, from, at + 1))
          this.#path.push(null)
          return at + 1
        }
        this.#path.push(null)
      } else if (byte === closeObject || byte === closeArray) this.#path.pop()
    }
    if (this.#string) this.#begun.push(copyOf(chunk, stringFrom, chunk.length))
    this.#rest.push(copyOf(chunk, from, chunk.length))
    return chunk.length
  }

  /** The key before a container; '' at the top. */
  #key(): string {
    return this.#path.length === 0 ? '' : Buffer.concat(this.#text).toString('utf8')
  }

  #isTarget(): boolean {
    const { at } = this.#rows
    // The outermost object has no key.
    if (this.#path.length !== at.length || this.#key() !== at.at(-1)) return false
    return this.#path.every((key, depth) => key === (depth === 0 ? '' : at[depth - 1]))
  }

  /** Up to the end of the array or of the chunk; returns where to continue. */
  #readRows(chunk: Buffer, from: number): number {
    let start = from
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#string) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#string = false
      } else if (byte === quote) this.#string = true
      else if (byte === openObject || byte === openArray) this.#depth++
      else if (this.#depth > 0) {
        if (byte === closeObject || byte === closeArray) this.#depth--
      } else if (byte === comma || byte === closeArray) {
        this.#take(chunk, start, at, byte === closeArray)
        start = at + 1
        if (byte === closeArray) {
          this.#inRows = false
          return at
        }
      }
    }
    if (start < chunk.length) this.#begun.push(copyOf(chunk, start, chunk.length))
    return chunk.length
  }

  #take(chunk: Buffer, from: number, to: number, isLast: boolean): void {
    const text =
      this.#begun.length === 0
        ? chunk.toString('utf8', from, to)
        : Buffer.concat([...this.#begun, chunk.subarray(from, to)]).toString('utf8')
    this.#begun = []
    const isEmptyList = isLast && !this.#more && text.trim() === ''
    this.#more = !isLast
    if (isEmptyList || this.#isDamaged) return
    const row = parsed(text)
    if (row === undefined) this.#isDamaged = true
    else this.#rows.take(row)
  }
}

/** A slice would keep the whole chunk. */
function copyOf(chunk: Buffer, from: number, to: number): Buffer {
  return Buffer.from(chunk.subarray(from, to))
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
