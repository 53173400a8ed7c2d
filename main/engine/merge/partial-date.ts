/** Dates of Stash, which may be a year or a month only, and what becomes of them in Plex, which knows full days only. */

const shape = /^\d{4}(-\d{2}(-\d{2})?)?$/

/** Whether the text is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` and such a day exists: 2023-02-30 does not. */
export function isSceneDate(text: string): boolean {
  if (!shape.test(text) || text.startsWith('0000')) return false
  const day = new Date(`${firstDay(text)}T00:00:00Z`)
  // Some engines roll 30 February over into March instead of refusing it.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/**
 * The day to have in Plex. A year or month becomes its first day, unless Plex already has a day in that period: that one
 * is more exact than ours and stays.
 */
export function dayFor(sceneDate: string, plexDay: string): string {
  const isPeriod = sceneDate.length > 0 && sceneDate.length < 10
  return isPeriod && plexDay.startsWith(`${sceneDate}-`) ? plexDay : firstDay(sceneDate)
}

/** `2023` and `2023-01` → `2023-01-01`; empty stays empty. */
function firstDay(sceneDate: string): string {
  return sceneDate === '' ? '' : sceneDate + '-01-01'.slice(sceneDate.length - 4)
}
