/** Reads the log files: newest lines by filter, and new ones as they come. Works beside the process that writes. */

import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type LogFilter, type LogLine, logLineSchema } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { logLevels } from '../../../shared/domain.ts'
import { ok, type Result, textOf } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { logFileName, oldLogFileName } from './log-files.ts'

/** Parsed at a time; keeps the event loop free in between. */
const chunkBytes = 128 * 1024
const pollMs = 250

export class LogRing {
  readonly #files: readonly [present: string, old: string]
  readonly #clock: Clock

  constructor(folder: string, clock: Clock) {
    this.#files = [join(folder, logFileName), join(folder, oldLogFileName)]
    this.#clock = clock
  }

  /** The newest `filter.limit` lines that pass, oldest first. Without any file: none. */
  async read(filter: LogFilter): Promise<Result<LogLine[]>> {
    const passes = compileFilter(filter)
    if (!passes.ok) return passes
    try {
      return ok((await this.#readBack(passes.value, filter.limit)).lines)
    } catch (problem) {
      return decline('cannot_store', { code: 'log_unreadable', values: { found: textOf(problem) } })
    }
  }

  /**
   * Calls `onLine` for the lines that `read` would give and then for each new one, until ended. Needs nothing from the
   * writer: looks for more four times a second. `onProblem` is called once for each problem. The timers do not keep the process alive: that is up to the caller.
   */
  follow(filter: LogFilter, onLine: (line: LogLine) => void, onProblem: (message: string) => void): Result<() => void> {
    const passes = compileFilter(filter)
    if (!passes.ok) return passes
    let ended = false
    let endTimer = (): void => {}
    let position: Position | null = null
    let problems = 0

    const look = async (): Promise<void> => {
      try {
        const more = position === null ? await this.#readBack(passes.value, filter.limit) : await this.#readOn(position)
        position = more.position
        problems = 0
        for (const line of more.lines) if (!ended && passes.value(line)) onLine(line)
      } catch (problem) {
        if (problems++ === 0) onProblem(`The log cannot be read: ${textOf(problem)}`)
      }
      if (!ended) endTimer = this.#clock.setTimer(pollMs, () => void look())
    }
    void look()
    return ok(() => {
      ended = true
      endTimer()
    })
  }

  async #readBack(passes: (line: LogLine) => boolean, limit: number): Promise<Reading> {
    // The present file first: if they are exchanged in between, it is opened twice, which can be seen, and not missed.
    await using present = await openFile(this.#files[0])
    await using old = await openFile(this.#files[1])
    const position = { file: present.identity, at: await present.lastLineEnd() }
    const lines: LogLine[] = []
    const wanted = { passes, limit }
    await collectBack(present, position.at, wanted, lines)
    if (old.identity !== present.identity) await collectBack(old, old.size, wanted, lines)
    return { lines: lines.reverse(), position }
  }

  /** What was written since: the rest of the file of that time, which may be the old one by now, and the present one. */
  async #readOn(since: Position): Promise<Reading> {
    await using present = await openFile(this.#files[0])
    const lines: LogLine[] = []
    // Shorter than before under the same identity: it was emptied, or a new file got the number of a removed one.
    if (present.identity === since.file && present.size >= since.at) {
      return { lines, position: { file: since.file, at: await collectOn(present, since.at, lines) } }
    }
    await using old = await openFile(this.#files[1])
    if (old.identity === since.file) await collectOn(old, since.at, lines)
    return { lines, position: { file: present.identity, at: await collectOn(present, 0, lines) } }
  }
}

/** Up to which byte of which file has been read: a boundary between lines. */
interface Position {
  readonly file: string
  readonly at: number
}

interface Reading {
  readonly lines: LogLine[]
  readonly position: Position
}

/** A line of the file; null if it is torn or not one of ours. */
function parseLine(text: string): LogLine | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return logLineSchema.safeParse(value).data ?? null
}

/** Fault `invalid_input` where `since` is no time. */
function compileFilter(filter: LogFilter): Result<(line: LogLine) => boolean> {
  const since = filter.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(filter.since)
  if (Number.isNaN(since)) return decline('invalid_input', { code: 'since_invalid', values: {} })
  const least = filter.level === undefined ? 0 : logLevels.indexOf(filter.level)
  const component = filter.component?.toLowerCase()
  const text = filter.text?.toLowerCase()
  return ok(
    (line) =>
      logLevels.indexOf(line.level) >= least &&
      (component === undefined || line.component.toLowerCase() === component) &&
      (filter.scene_id === undefined || line.scene_id === filter.scene_id) &&
      (text === undefined || line.line.toLowerCase().includes(text)) &&
      Date.parse(line.at) >= since,
  )
}

/** An open file, or nothing if there is none. */
class LogFile {
  readonly identity: string
  readonly size: number
  readonly #handle: FileHandle | null

  constructor(handle: FileHandle | null, stats: BigIntStats | null) {
    this.#handle = handle
    this.identity = stats === null ? '' : `${stats.dev}:${stats.ino}`
    this.size = Number(stats?.size ?? 0)
  }

  async bytes(from: number, to: number): Promise<Buffer> {
    const buffer = Buffer.alloc(Math.max(0, to - from))
    if (this.#handle === null || buffer.length === 0) return buffer.subarray(0, 0)
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, from)
    return buffer.subarray(0, bytesRead)
  }

  /** Behind the last line break: what follows is not finished yet. */
  async lastLineEnd(): Promise<number> {
    for (let to = this.size; to > 0; to -= chunkBytes) {
      const from = Math.max(0, to - chunkBytes)
      const found = (await this.bytes(from, to)).lastIndexOf(lineBreak)
      if (found >= 0) return from + found + 1
    }
    return 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close()
  }
}

const lineBreak = 0x0a

async function openFile(path: string): Promise<LogFile> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return new LogFile(null, null)
    throw problem
  }
  return new LogFile(handle, await handle.stat({ bigint: true }))
}

/** Adds lines that pass, newest first, from `end` towards the start of the file, until there are `limit` of them. */
async function collectBack(
  file: LogFile,
  end: number,
  { passes, limit }: { readonly passes: (line: LogLine) => boolean; readonly limit: number },
  into: LogLine[],
): Promise<void> {
  // The start of a line whose beginning is before the chunk.
  let rest = Buffer.alloc(0)
  for (let to = end; to > 0 && into.length < limit; to -= chunkBytes) {
    const from = Math.max(0, to - chunkBytes)
    const bytes = Buffer.concat([await file.bytes(from, to), rest])
    const firstBreak = from === 0 ? -1 : bytes.indexOf(lineBreak)
    if (from > 0 && firstBreak < 0) {
      rest = bytes
      continue
    }
    rest = bytes.subarray(0, firstBreak + 1)
    const texts = bytes
      .subarray(firstBreak + 1)
      .toString('utf8')
      .split('\n')
    for (let index = texts.length - 1; index >= 0 && into.length < limit; index--) {
      const line = parseLine(texts[index] ?? '')
      if (line !== null && passes(line)) into.push(line)
    }
  }
}

/** Adds all whole lines from `start` on; returns the end of the last one. */
async function collectOn(file: LogFile, start: number, into: LogLine[]): Promise<number> {
  let at = start
  let rest = Buffer.alloc(0)
  for (let from = start; from < file.size; from += chunkBytes) {
    const bytes = Buffer.concat([rest, await file.bytes(from, Math.min(file.size, from + chunkBytes))])
    const end = bytes.lastIndexOf(lineBreak) + 1
    for (const text of bytes.subarray(0, end).toString('utf8').split('\n')) {
      const line = parseLine(text)
      if (line !== null) into.push(line)
    }
    rest = bytes.subarray(end)
    at += end
  }
  return at
}
