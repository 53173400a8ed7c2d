/** Why a field that differs is left alone: codes with the English words, which the window has in each language. */
import type { Field, Kept } from './domain.ts'
import type { Fault } from './result.ts'

export const keptReasons = {
  edited: 'kept your edit',
  locked: 'locked in Plex',
  not_ours: 'empty in Stash, and not written by PlexSync',
  changed_since: 'changed in Plex since',
  never_cleared: 'cannot be empty in Plex',
  former_image: 'the former image was not noted; choose it in Plex',
  shortened: 'shortened: Plex does not take longer requests',
  no_poster: 'No poster can be made of this image',
} as const
export type KeptReason = keyof typeof keptReasons

export function keptBecause(field: Field, code: KeptReason): Kept {
  return { field, reason: keptReasons[code], code }
}

/** An image that a server refuses for good. */
export function keptFailed(field: Field, { code, message }: Pick<Fault, 'code' | 'message'>): Kept {
  return { field, reason: message, code: 'failed', error: code }
}

/** The code of a reason; what an earlier release stored has its words only. Null for words that no code stands for. */
export function keptReasonOf({ code, reason }: Kept): KeptReason | null {
  if (code === 'failed') return null
  if (code !== undefined && code !== 'refused') return code
  return keptCodes.find((one) => keptReasons[one] === reason) ?? null
}

const keptCodes = Object.keys(keptReasons) as KeptReason[]
