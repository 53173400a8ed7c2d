/** Settings that cannot be on at the same time. Pure. */
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { SettingName, Settings } from '../../../shared/settings.ts'

const ratings: readonly SettingName[] = ['sync_rating', 'activity_ratings']

/** Refuses a change that would let ratings go in both directions: they would chase each other. */
export function checkExclusions(after: Partial<Settings>, changed: ReadonlySet<SettingName>): Result<void> {
  if (!ratings.some((name) => changed.has(name))) return ok(undefined)
  if (after.sync_rating !== true || after.activity_ratings !== 'plex_to_stash') return ok(undefined)
  const [refused, other] = changed.has('activity_ratings')
    ? (['activity_ratings', 'sync_rating'] as const)
    : (['sync_rating', 'activity_ratings'] as const)
  return decline('invalid_input', { code: 'settings_exclude', values: { name: refused, other } })
}
