/** Log lines on stderr that can never hold up the engine. */

const mostWaiting = 1024 * 1024

/**
 * Prints a line. Node writes to a pipe synchronously, so a parent that does not read would freeze the whole process when
 * the pipe is full: here such lines are dropped instead. The log file has them all.
 */
export function printToTerminal(line: string): void {
  if (process.stderr.writableLength < mostWaiting) process.stderr.write(`${line}\n`)
}

/** Must be called once before the first line. */
export function neverBlockOnTerminal(): void {
  for (const stream of [process.stderr, process.stdout]) {
    const handle: unknown = Reflect.get(stream, '_handle')
    if (stream.isTTY || typeof handle !== 'object' || handle === null) continue
    const setBlocking: unknown = Reflect.get(handle, 'setBlocking')
    if (typeof setBlocking === 'function') setBlocking.call(handle, false)
  }
}
