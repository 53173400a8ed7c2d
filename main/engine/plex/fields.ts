import * as z from 'zod'

/** A number as Plex sends it, sometimes as text; null if absent or unreadable. */
export const number = z
  .union([z.number(), z.string().transform(Number)])
  .nullish()
  .catch(null)
  .transform((value) => (typeof value === 'number' && Number.isFinite(value) ? value : null))

/** Text that may be absent: Plex leaves out what was never set or was cleared. */
export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? '')

/** A yes or no: JSON booleans, or 1 and 0 as in XML, also as text. */
export const flag = z
  .union([z.boolean(), number.transform(Boolean)])
  .nullish()
  .transform((value) => value === true)

/**
 * Where the next page begins; null after the last one. Plex may give fewer rows than asked ("some endpoints will force
 * pagination"), so a total decides where one is reported, and a short page only if none is.
 */
export function nextStart(page: {
  readonly start: number
  readonly asked: number
  readonly received: number
  readonly totalSize: number | null
  /** X-Plex-Container-Total-Size, '' where absent. */
  readonly totalHeader: string
}): number | null {
  const { start, asked, received, totalSize, totalHeader } = page
  if (received === 0) return null
  const next = start + received
  const header = /^\d+$/.test(totalHeader) ? Number(totalHeader) : null
  const total = totalSize ?? header
  // More than asked: the server does not page and sent everything.
  if (total === null) return received === asked ? next : null
  return next < total ? next : null
}

/** Ids: rating keys are strings, section ids sometimes numbers. */
export const id = z.union([z.string(), z.number().transform(String)])
