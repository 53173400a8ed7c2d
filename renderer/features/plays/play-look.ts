import type { ActivityState } from '../../../shared/contract.ts'
import type { PlayState } from '../../../shared/plays.ts'

/** A play's state in terms of the five: what is skipped on purpose is quiet. */
export const lookOfPlay: Readonly<Record<PlayState, ActivityState>> = {
  seen: 'working',
  parked: 'waiting',
  intent: 'working',
  applied: 'idle',
  skipped: 'stopped',
  failed: 'needs_you',
  undone: 'stopped',
}
