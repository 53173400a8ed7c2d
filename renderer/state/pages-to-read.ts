/** Which pages a list asks for next. Pure. */

/** A fast scroll passes hundreds of pages: those that left the screen before their turn are not read. */
const readsAtOnce = 2

export interface PagesHeld {
  /** The rows on screen: the first, and the one after the last. */
  readonly wanted: readonly [number, number]
  readonly pageSize: number
  readonly has: (page: number) => boolean
  /** Pages on their way. */
  readonly reading: ReadonlySet<number>
}

export function pagesToRead({ wanted: [first, end], pageSize, has, reading }: PagesHeld): number[] {
  const pages: number[] = []
  for (let page = Math.floor(first / pageSize); page * pageSize < end; page++)
    if (!has(page) && !reading.has(page)) pages.push(page)
  return pages.slice(0, Math.max(0, readsAtOnce - reading.size))
}
