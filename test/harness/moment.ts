/**
 * Short waits for what sends no event to this process: a file, another process, a server elsewhere, the system's network.
 * The only place where tests let real time pass (test/docs/no-sleeps.test.ts); everything else waits for an event.
 */
import type { SeededRandom } from './seeded-random.ts'

/** Looks again every now and then until `isSo`; throws after a minute on a machine that is not busy, or `longestMs`. */
export async function until(isSo: () => boolean | Promise<boolean>, longestMs = 60_000): Promise<void> {
  const end = performance.now() + longestMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come to that in ${longestMs} ms`)
    await aMoment()
  }
}

/** Gives other threads, other processes and the system's network their turn. */
export function aMoment(ms = 25): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms))
}

/** A moment within these limits, for a crash that may come at any time: no event is the right one to wait for. */
export function aRandomMoment(random: SeededRandom, shortestMs: number, longestMs: number): Promise<void> {
  return aMoment(random.integer(shortestMs, longestMs))
}
