/**
 * The log on disk: a ring of two files, written through the file transport of electron-log.
 *
 * The transport opens, writes and closes the file once per call (18 µs a line), so callers hand it whole batches. Each
 * batch is one appending write: a second process (a command beside `serve`) can write to the same file without tearing
 * lines. The write is synchronous on purpose: it goes to the page cache in some 50 µs, and what was handed over before
 * the process ends is then safe, which the transport's asynchronous mode cannot promise.
 */

import { EventEmitter } from 'node:events'
import {
  closeSync,
  copyFileSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result, textOf } from '../../../shared/result.ts'

export const logFileName = 'plexsync.log'
/** The file before the present one. */
export const oldLogFileName = 'plexsync.old.log'
/** Each of the two files is exchanged when it is larger than this. */
const maxLogBytes = 5 * 1024 * 1024

export interface LogFiles {
  /** Writes finished lines, joined by line breaks and without the last one. False if the disk refused. */
  append(lines: string): boolean
  close(): void
}

/** Makes the folder and opens the ring. Fault `cannot_store` where it cannot be written. */
export async function openLogFiles(folder: string, maxBytes: number = maxLogBytes): Promise<Result<LogFiles>> {
  const file = join(folder, logFileName)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    endTornLine(file)
  } catch (problem) {
    return decline('cannot_store', { code: 'folder_unusable', values: { folder, found: textOf(problem) } })
  }
  // Imported late: a host that cannot write should not pay for it.
  const { default: electronLog } = await import('electron-log/node')
  // It reports failed writes on the console, once per write; here they are counted and reported once.
  electronLog.transports.console.writeFn = () => {}
  const log = electronLog.create({ logId: file })
  for (const transport of Object.values(log.transports)) if (transport) transport.level = false
  const { file: transport } = log.transports
  transport.level = 'info'
  // Else it looks for a package.json above the program, and throws if there is none.
  transport.setAppName('plexsync')
  transport.resolvePathFn = () => file
  transport.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' }
  transport.transforms = [({ data }) => data[0]]
  transport.maxSize = maxBytes
  transport.archiveLogFn = () => exchange(folder, maxBytes)
  let refused = false
  const refuse = (): void => {
    refused = true
  }
  // electron-log keeps one object for each path, however often the log is opened.
  const shared = transport.getFile()
  shared.on('error', refuse)
  return ok({
    append(lines) {
      refused = false
      log.info(lines)
      return !refused
    },
    close() {
      // Its types leave `off` out.
      if (shared instanceof EventEmitter) shared.off('error', refuse)
    },
  })
}

/** A crash can leave half a line without its end. The next one must not be glued to it. */
function endTornLine(file: string): void {
  const handle = openSync(file, 'a+', 0o600)
  try {
    const { size } = fstatSync(handle)
    const last = Buffer.alloc(1)
    if (size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(handle, '\n')
  } finally {
    closeSync(handle)
  }
}

function exchange(folder: string, maxBytes: number): void {
  const file = join(folder, logFileName)
  const old = join(folder, oldLogFileName)
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  // Another process has exchanged the files already; doing it again would throw the old one away.
  if (size <= maxBytes) return
  try {
    renameSync(file, old)
  } catch {
    // Windows: a viewer holds the file open without sharing it.
    copyFileSync(file, old)
    truncateSync(file)
  }
}
