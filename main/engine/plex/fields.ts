import * as z from 'zod'

/** A number as Plex sends it, sometimes as text; null where absent or unreadable. */
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

/** Ids: rating keys are strings, section ids sometimes numbers. */
export const id = z.union([z.string(), z.number().transform(String)])
