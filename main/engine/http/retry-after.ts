/** A server that asks for more has a wrong clock or a wrong setting. */
const longestMs = 60 * 60 * 1000

/**
 * Milliseconds that a Retry-After header asks for (RFC 9110: seconds or an HTTP date), at most an hour; null if it
 * is absent or unreadable.
 */
export function retryAfterMs(header: string, now: number): number | null {
  const text = header.trim()
  if (text === '') return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  if (Number.isNaN(ms)) return null
  return Math.min(Math.max(ms, 0), longestMs)
}
