/** Arithmetic of a list whose rows all have one height: which of them are to be drawn. Pure, so that it can be tested. */
export const rowHeight = 30

/** Rows drawn above and below what is seen, so that scrolling shows no blank. */
const spare = 8

export interface Seen {
  readonly first: number
  readonly end: number
}

export function seenRows(scrollTop: number, height: number, total: number): Seen {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare)
  const end = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + spare)
  return { first: Math.min(first, end), end }
}

/** Where to scroll so that a row is seen whole; the present place if it is already. `height` is without the head. */
export function scrollToShow(index: number, scrollTop: number, height: number): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop
}

/** Where a key moves the cursor; null for keys that move nothing. */
export function moveCursor(key: string, cursor: number, total: number, height: number): number | null {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1)
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    j: 1,
    ArrowUp: -1,
    k: -1,
    PageDown: page,
    PageUp: -page,
    Home: -total,
    End: total,
  }
  const step = steps[key]
  return step === undefined || total === 0 ? null : Math.min(total - 1, Math.max(0, cursor + step))
}
