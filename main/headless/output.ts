/** What the command line prints: results on stdout, everything else on stderr, and the exit code that scripts rely on. */
import { classOf, type ErrorCode, errors } from '../../shared/errors.ts'
import type { Fault } from '../../shared/result.ts'
import type { Shell } from './shell.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, notConfigured: 3, noAnswer: 4, needsPerson: 5 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const codesOfFaults: Partial<Record<ErrorCode, ExitCode>> = {
  invalid_input: exitCodes.usage,
  unknown_name: exitCodes.failed,
  not_configured: exitCodes.notConfigured,
  stash_too_old: exitCodes.needsPerson,
}

export function exitCodeOf(code: ErrorCode): ExitCode {
  const known = codesOfFaults[code]
  if (known !== undefined) return known
  switch (classOf(code)) {
    case 'server_down':
    case 'transient':
    case 'auth':
      return code === 'cannot_store' || code === 'cancelled' ? exitCodes.failed : exitCodes.noAnswer
    case 'setting':
    case 'needs_you':
      return exitCodes.needsPerson
    default:
      return exitCodes.failed
  }
}

export interface Output {
  readonly json: boolean
  /** One of many: a line of JSON, or of text for people. */
  line(document: unknown, text: () => string): void
  /** The response: one JSON document, or text for people. */
  result(document: unknown, text: () => string): void
  /** Progress and notes, on stderr. */
  note(text: string): void
  /** A line that the next one replaces, where stderr is a terminal. */
  progress(text: string): void
  fault(fault: Fault): void
}

export function createOutput(json: boolean, shell: Shell): Output {
  let open = false
  const endProgress = (): void => {
    if (open) shell.err('\n')
    open = false
  }
  const print = (document: unknown, text: () => string): void =>
    shell.out(`${json ? JSON.stringify(document) : text()}\n`)
  return {
    json,
    line: print,
    result(document, text) {
      endProgress()
      print(document, text)
    },
    note(text) {
      endProgress()
      shell.err(`${text}\n`)
    },
    progress(text) {
      if (!shell.isTerminal) return
      shell.err(`\r\x1b[K${text}`)
      open = true
    },
    fault(fault) {
      endProgress()
      const { title, action } = errors[fault.code]
      shell.err(`${title}: ${fault.message}\n${action}\n`)
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
