/** What a verb gets from its caller: the environment, and where its output goes. */
import { printToTerminal } from '../host/terminal.ts'

export interface Shell {
  readonly environment: Readonly<NodeJS.ProcessEnv>
  /** Whether a line of progress may replace the one before it on `err`. */
  readonly isTerminal: boolean
  out(text: string): void
  err(text: string): void
  /** Lines of the log; the process never waits for a terminal that is not read. */
  log(line: string): void
  /**
   * Ends the process in a second if something still keeps it: Node's websockets wait without limit for the farewell of a
   * server that hangs.
   */
  endSoon(): void
}

export const processShell: Shell = {
  environment: process.env,
  isTerminal: process.stderr.isTTY === true,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  log: printToTerminal,
  endSoon: () => void setTimeout(() => process.exit(), 1000).unref(),
}
