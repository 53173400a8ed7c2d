import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildRenderer } from '../desktop/built-desktop.ts'

const folder = fileURLToPath(new URL('../../../out/renderer', import.meta.url))

/** The built window by path (`index.html`, `assets/…`). */
export type WindowFiles = ReadonlyMap<string, string | Uint8Array>

/** Reads the built window, which is built first where it is older than its sources. */
export async function buildWindow(): Promise<WindowFiles> {
  await buildRenderer()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(folder, file).replaceAll(sep, '/'), await readFile(file)] as const),
    ),
  )
}
