import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Windows has no handle of a folder to sync. */
const canSyncFolders = process.platform !== 'win32'

/**
 * Writes a small file whole, readable by its owner only: to a new file that takes the place of the old one, so that a
 * crash leaves one or the other. Throws what node:fs throws.
 */
export function writeWhole(file: string, text: string): void {
  const folder = dirname(file)
  const fresh = `${file}.new-${process.pid}`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Left over by a crash of a process with the same number.
  rmSync(fresh, { force: true })
  try {
    // `wx`: never through a link that another user put there.
    const handle = openSync(fresh, 'wx', 0o600)
    try {
      writeSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(fresh, file)
  } catch (problem) {
    rmSync(fresh, { force: true })
    throw problem
  }
  if (canSyncFolders) syncFolder(folder)
}

/** The rename is on disk only when the folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
