/** Moments as the contract carries them. */
import * as z from 'zod'

/** ISO 8601 in UTC with milliseconds; null if it has not happened. */
export const momentSchema = z.string().nullable()

export function moment(epochMs: number): string
export function moment(epochMs: number | null): string | null
export function moment(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString()
}
