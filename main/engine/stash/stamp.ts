/**
 * Stash's `updated_at`: RFC 3339 text in the server's local offset, whole seconds. Stash compares it as text, also with
 * the value of a filter, so such a value must be in the offset that Stash itself writes at the time. Pure.
 */

const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** Sorts before every stamp, also as text: "updated after this" then means all. */
export const beforeAllStamps = '1970-01-01T00:00:00Z'

/** A moment (epoch ms) as text in the offset of a stamp that Stash sent; null if that is no stamp. */
export function stampAt(epochMs: number, like: string): string | null {
  const offset = offsetOf(like)
  if (offset === null || !Number.isFinite(epochMs)) return null
  const local = Math.max(0, epochMs + offsetMs(offset))
  return new Date(local).toISOString().slice(0, 19) + offset
}

/** The offset of a stamp, such as `+01:00`; `Z` for UTC, null if it is no stamp. */
export function offsetOf(stamp: string): string | null {
  return shape.exec(stamp)?.[1] ?? null
}

/** The same stamp that many ms earlier, in its own offset; null if it is no stamp. */
export function earlier(stamp: string, ms: number): string | null {
  return stampAt(Date.parse(stamp) - ms, stamp)
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}
