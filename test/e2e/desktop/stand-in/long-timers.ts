/** Timers of two minutes and more, which a test lets run out instead of waiting for them. */
const longMs = 2 * 60_000
const waiting = new Map<unknown, () => void>()
const { setTimeout: set, clearTimeout: clear } = globalThis

/** Call before the app is loaded. */
export function holdLongTimers(): void {
  const setLong = (fn: (...args: never[]) => void, ms?: number, ...args: never[]): unknown => {
    const run = (): void => fn(...args)
    const timer: unknown = set(run, ms)
    if ((ms ?? 0) >= longMs) waiting.set(timer, run)
    return timer
  }
  globalThis.setTimeout = Object.assign(setLong, set) as typeof set
  globalThis.clearTimeout = (timer) => {
    waiting.delete(timer)
    clear(timer)
  }
}

/** As if so much time had passed that all of them are due. Returns how many there were. */
export function runOutLongTimers(): number {
  const due = [...waiting]
  waiting.clear()
  for (const [timer, fn] of due) {
    clear(timer as NodeJS.Timeout)
    fn()
  }
  return due.length
}
