/** The Logger port: redacts, formats, writes in batches, and publishes to subscribers. Logging never throws. */

import type { LogLine } from '../../../shared/contract.ts'
import { type LogLevel, logLevels } from '../../../shared/domain.ts'
import { textOf } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Component, Logger } from '../ports.ts'
import { type LogFiles, openLogFiles } from './log-files.ts'
import { humanLine, logLine } from './log-line.ts'
import { loggerLines } from './logger-log.ts'
import { compileRedaction, type Redact } from './redact.ts'

/** Lines wait at most so long before they are written. */
const batchMs = 100
/** Or until they have this number of characters. */
const batchLength = 256 * 1024

export interface LogOptions {
  /** Where the files go; null for none. */
  readonly folder: string | null
  readonly clock: Clock
  /** Writes one line to the terminal, normally to stderr: stdout belongs to the responses of commands. */
  readonly print: (line: string) => void
  /** Print every line. Else only if the files cannot be written. */
  readonly printAll: boolean
  /** Size at which a file is exchanged; for tests. */
  readonly maxBytes?: number
}

export interface AppLog extends Logger {
  /** Takes over the settings and secrets in force. Before the first call: no debug lines, redaction by shape only. */
  configure(to: { readonly debug: boolean; readonly redact: Redact }): void
  /** Each line as it is logged. A listener that throws is dropped. Returns its end. */
  onLine(listener: (line: LogLine) => void): () => void
  /** Writes what waits. */
  flush(): void
  /** Writes what waits and ends; later lines are printed only. */
  close(): void
}

/** Opens the log. It always succeeds: where the folder cannot be written, lines are printed, the first one saying so. */
export async function openLog(options: LogOptions): Promise<AppLog> {
  const log = new BatchedLog(options)
  if (options.folder !== null) {
    const files = await openLogFiles(options.folder, options.maxBytes)
    if (files.ok) log.writeTo(files.value)
    else log.log(...loggerLines.noFile({ problem: files.fault.message }))
  }
  return log
}

class BatchedLog implements AppLog {
  readonly #options: LogOptions
  readonly #listeners = new Listeners<LogLine>()
  #files: LogFiles | null = null
  #least = logLevels.indexOf('info')
  #redact: Redact = compileRedaction([])
  #waiting: string[] = []
  #waitingLength = 0
  #endTimer: (() => void) | null = null
  /** Lines that the disk refused since the last success. */
  #refused = 0
  #publishing = false

  constructor(options: LogOptions) {
    this.#options = options
  }

  configure({ debug, redact }: { readonly debug: boolean; readonly redact: Redact }): void {
    this.#least = logLevels.indexOf(debug ? 'trace' : 'info')
    this.#redact = redact
  }

  log(
    level: LogLevel,
    component: Component,
    message: string,
    about: { readonly sceneId?: string; readonly error?: unknown } = {},
  ): void {
    if (logLevels.indexOf(level) < this.#least) return
    const at = this.#options.clock.now()
    const line = logLine({ at, level, component, message, sceneId: about.sceneId, error: about.error }, this.#redact)
    if (this.#options.printAll || this.#files === null) this.#options.print(humanLine(line))
    this.#write(line)
    this.#publish(line)
  }

  onLine(listener: (line: LogLine) => void): () => void {
    return this.#listeners.add(listener)
  }

  writeTo(files: LogFiles): void {
    this.#files = files
    process.on('exit', this.#atExit)
  }

  flush(): void {
    this.#endTimer?.()
    this.#endTimer = null
    if (this.#files === null || this.#waiting.length === 0) return
    const lines = this.#waiting
    this.#waiting = []
    this.#waitingLength = 0
    if (this.#files.append(lines.join('\n'))) this.#refused = 0
    else this.#countRefused(lines.length)
  }

  close(): void {
    this.flush()
    process.off('exit', this.#atExit)
    this.#files?.close()
    this.#files = null
    this.#listeners.clear()
  }

  readonly #atExit = (): void => this.flush()

  #write(line: LogLine): void {
    if (this.#files === null) return
    const text = JSON.stringify(line)
    this.#waiting.push(text)
    this.#waitingLength += text.length
    // An error may be the last that this process says.
    if (line.level === 'error' || this.#waitingLength >= batchLength) this.flush()
    else this.#endTimer ??= this.#options.clock.setTimer(batchMs, () => this.flush())
  }

  /** A full disk: reported when it begins, and again with each power of ten, not with each line. */
  #countRefused(lines: number): void {
    const before = this.#refused
    this.#refused += lines
    if (before > 0 && String(before).length === String(this.#refused).length) return
    const at = this.#options.clock.now()
    const [level, component, message] = loggerLines.linesLost({ lines: this.#refused })
    this.#options.print(humanLine(logLine({ at, level, component, message }, this.#redact)))
  }

  #publish(line: LogLine): void {
    // A listener that logs would be called for its own line without end.
    if (this.#publishing) return
    this.#publishing = true
    const broken = this.#listeners.trySend(line, 'drop')
    this.#publishing = false
    for (const problem of broken) {
      this.log(...loggerLines.viewFailed({ problem: textOf(problem) }), { error: problem })
    }
  }
}
