/** What the command line prints: answers on stdout, everything else on stderr, and the exit code that scripts rely on. */
import { classOf, type ErrorCode, errors } from '../../shared/errors.ts'
import type { Fault } from '../../shared/result.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, notConfigured: 3, noAnswer: 4, needsPerson: 5 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const codesOfFaults: Partial<Record<ErrorCode, ExitCode>> = {
  invalid_input: exitCodes.usage,
  unknown_name: exitCodes.failed,
  not_configured: exitCodes.notConfigured,
}

export function exitCodeOf(code: ErrorCode): ExitCode {
  const known = codesOfFaults[code]
  if (known !== undefined) return known
  switch (classOf(code)) {
    case 'server_down':
    case 'transient':
    case 'auth':
      return code === 'cannot_store' || code === 'cancelled' ? exitCodes.failed : exitCodes.noAnswer
    case 'needs_you':
      return exitCodes.needsPerson
    default:
      return exitCodes.failed
  }
}

export interface Output {
  readonly json: boolean
  /** The answer: one JSON document, or text for people. */
  answer(document: unknown, text: () => string): void
  /** Progress and notes, on stderr. */
  note(text: string): void
  /** A line that the next one replaces, where stderr is a terminal. */
  progress(text: string): void
  fault(fault: Fault): void
}

export function createOutput(json: boolean): Output {
  const terminal = process.stderr.isTTY === true
  let open = false
  const endProgress = (): void => {
    if (open) process.stderr.write('\n')
    open = false
  }
  return {
    json,
    answer(document, text) {
      endProgress()
      process.stdout.write(`${json ? JSON.stringify(document) : text()}\n`)
    },
    note(text) {
      endProgress()
      process.stderr.write(`${text}\n`)
    },
    progress(text) {
      if (!terminal) return
      process.stderr.write(`\r\x1b[K${text}`)
      open = true
    },
    fault(fault) {
      endProgress()
      const { title, action } = errors[fault.code]
      process.stderr.write(`${title}: ${fault.message}\n${action}\n`)
    },
  }
}

/** A table for people: columns as wide as their widest cell, the last one as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .join('\n')
}
