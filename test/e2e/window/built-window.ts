import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const configFile = fileURLToPath(new URL('../../../vite.config.ts', import.meta.url))

/** The built window by path (`index.html`, `assets/…`). */
export type WindowFiles = ReadonlyMap<string, string | Uint8Array>

/** Builds the window in memory, so that a test never runs against an old build and two tests never share a folder. */
export async function buildWindow(): Promise<WindowFiles> {
  const root = fileURLToPath(new URL('../../../renderer', import.meta.url))
  // vitest sets NODE_ENV to test, which would make Svelte build its development code.
  process.env.NODE_ENV = 'production'
  const built = await build({ configFile, root, logLevel: 'error', build: { write: false } })
  const outputs = Array.isArray(built) ? built : 'output' in built ? [built] : []
  return new Map(
    outputs
      .flatMap(({ output }) => output)
      .map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
  )
}
