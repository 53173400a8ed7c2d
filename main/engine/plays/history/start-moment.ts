/** From which moment on plays count. Pure except for the time zone of the machine. */

/** Local midnight of a day given as YYYY-MM-DD, in epoch seconds; null for `now`. */
export function startOfDay(text: string): number | null {
  const [year, month, day] = text.split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return null
  return Math.floor(new Date(year, month - 1, day).getTime() / 1000)
}

/** The first day of the year of a moment (epoch ms), local, as YYYY-MM-DD. */
export function firstDayOfYear(epochMs: number): string {
  return `${new Date(epochMs).getFullYear()}-01-01`
}

const longestDriftMs = 24 * 60 * 60_000

/**
 * The moment by the clock of the Plex server, which dates its plays, in epoch seconds. A difference of more than a day
 * is no drift but a clock or a proxy that is wrong altogether: then ours counts.
 */
export function serverMoment(serverTime: number | null, ours: number): number {
  const isPlausible = serverTime !== null && Math.abs(serverTime - ours) <= longestDriftMs
  return Math.floor((isPlausible ? serverTime : ours) / 1000)
}
