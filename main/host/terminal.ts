/** Log lines on stderr that can never hold up the engine. */

const mostWaiting = 1024 * 1024

/** Faster than can be read is of no use, and each write wakes the reader. */
const gatherMs = 50

let waiting: string[] = []

/**
 * Prints a line, together with all that follow within a moment: a write for each would cost more than the work that the
 * lines report on. What waits when the process ends is printed then.
 */
export function printToTerminal(line: string): void {
  if (waiting.length === 0) setTimeout(print, gatherMs).unref()
  waiting.push(line)
}

/**
 * Node writes to a pipe synchronously, so a parent that does not read would freeze the whole process when the pipe is
 * full: here such lines are dropped instead. The log file has them all.
 */
function print(): void {
  const lines = waiting
  waiting = []
  if (lines.length > 0 && process.stderr.writableLength < mostWaiting) process.stderr.write(`${lines.join('\n')}\n`)
}

process.on('exit', print)

/** Must be called once before the first line. */
export function neverBlockOnTerminal(): void {
  for (const stream of [process.stderr, process.stdout]) {
    const handle: unknown = Reflect.get(stream, '_handle')
    if (stream.isTTY || typeof handle !== 'object' || handle === null) continue
    const setBlocking: unknown = Reflect.get(handle, 'setBlocking')
    if (typeof setBlocking === 'function') setBlocking.call(handle, false)
  }
}
