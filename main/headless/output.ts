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
  /** Rows as they come: one JSON array, or a table for people under these headings. */
  list(headings: readonly string[], ifEmpty: string): OutputList
  /** Progress and notes, on stderr. */
  note(text: string): void
  /** A line that the next one replaces, where stderr is a terminal. */
  progress(text: string): void
  fault(fault: Fault): void
}

interface OutputList {
  row(document: unknown, cells: readonly string[]): void
  /** Must be called once all rows were given. */
  end(): void
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
    list(headings, ifEmpty) {
      endProgress()
      return json ? jsonList(shell) : tableList(shell, headings, ifEmpty)
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
  const widths = widthsOf(all)
  return all.map((row) => lineOf(row, widths)).join('\n')
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0))
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  return row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')
}

/** Rows that are held back until the width of the columns is known from them. */
const measuredRows = 500

function tableList(shell: Shell, headings: readonly string[], ifEmpty: string): OutputList {
  let held: (readonly string[])[] | null = [headings]
  let widths: number[] = []
  const print = (row: readonly string[]): void => shell.out(`${lineOf(row, widths)}\n`)
  const release = (rows: readonly (readonly string[])[]): void => {
    widths = widthsOf(rows)
    rows.forEach(print)
    held = null
  }
  return {
    row(_document, cells) {
      if (held === null) return print(cells)
      held.push(cells)
      if (held.length > measuredRows) release(held)
    },
    end() {
      if (held?.length === 1) shell.out(`${ifEmpty}\n`)
      else if (held !== null) release(held)
    },
  }
}

function jsonList(shell: Shell): OutputList {
  let before = '['
  return {
    row(document) {
      shell.out(`${before}${JSON.stringify(document)}`)
      before = ','
    },
    end: () => shell.out(`${before === '[' ? '[' : ''}]\n`),
  }
}
