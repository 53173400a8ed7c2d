/** Writes the companion into a folder and takes it out again. */

import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decline } from '../../../../shared/decline.ts'
import { ok, type Result, textOf } from '../../../../shared/result.ts'
import type { CompanionFile } from './companion.ts'
import { manifestName, scriptName } from './manifest.ts'

/** Everything that an installation may leave there, the Python variant's mark "was down just now" included. */
const ownNames = (id: string): readonly string[] => [
  manifestName(id),
  scriptName(id, 'js'),
  scriptName(id, 'python'),
  'plexsync.down',
]

/**
 * Writes each file whole or not at all, in the order given, and takes away what an earlier installation of the other
 * variant left. The folder is made where it is missing. Returns the paths; fault: `cannot_store`.
 */
export async function writePlugin(
  id: string,
  folder: string,
  files: readonly CompanionFile[],
  mode = 0o644,
): Promise<Result<string[]>> {
  try {
    await mkdir(folder, { recursive: true })
    const paths: string[] = []
    for (const { name, text } of files) {
      const path = join(folder, name)
      // Not `.yml` at its end: Stash may read the folder at this very moment.
      const unfinished = `${path}.new`
      await writeFile(unfinished, text, { mode })
      await rename(unfinished, path)
      paths.push(path)
    }
    const written = new Set(files.map(({ name }) => name))
    for (const name of ownNames(id)) if (!written.has(name)) await rm(join(folder, name), { force: true })
    return ok(paths)
  } catch (error) {
    return decline('cannot_store', { code: 'plugin_not_written', values: { folder, found: textOf(error) } })
  }
}

/** Takes out what `writePlugin` wrote, and the folder itself where nothing else is in it. */
export async function removePlugin(id: string, folder: string): Promise<Result<null>> {
  try {
    for (const name of ownNames(id)) await rm(join(folder, name), { force: true })
    if ((await readdir(folder)).length === 0) await rmdir(folder)
    return ok(null)
  } catch (error) {
    return decline('cannot_store', { code: 'plugin_not_removed', values: { folder, found: textOf(error) } })
  }
}

/** What is there of an earlier installation, in the order in which to put it back; empty if there is none. */
export async function keepPlugin(id: string, folder: string): Promise<readonly CompanionFile[]> {
  const kept: CompanionFile[] = []
  // The manifest last: Stash loads a plugin as soon as it has one.
  for (const name of [...ownNames(id)].reverse()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null)
    if (text !== null) kept.push({ name, text })
  }
  return kept
}
