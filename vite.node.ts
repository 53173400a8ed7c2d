/** What the builds for Node and Electron's main process have in common. */
import { cpSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { EnvironmentOptions, Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Native code and Electron itself cannot be bundled. */
const native = ['electron', 'better-sqlite3', '@napi-rs/canvas']
export const external = [...native, /^electron\//, /^node:/, ...builtinModules]

export interface NodeProgram {
  readonly out: string
  /** Whether the folder is emptied first. */
  readonly empty: boolean
  /** Source files by the name that is built. */
  readonly input: Readonly<Record<string, string>>
  /** Everything in the one file, where what loads it allows no other. */
  readonly oneFile?: boolean
  readonly plugins?: readonly Plugin[]
}

/** An environment that bundles programs with all their dependencies, readable in a stack trace. */
export function nodeProgram({ out, empty, input, oneFile = false, plugins = [] }: NodeProgram): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { conditions: ['node', 'module', 'import'], noExternal: true, external: native },
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: empty,
      target: 'node24',
      minify: false,
      sourcemap: false,
      copyPublicDir: false,
      reportCompressedSize: false,
      rolldownOptions: {
        platform: 'node',
        input: Object.fromEntries(Object.entries(input).map(([name, file]) => [name, here(file)])),
        external,
        output: oneFile
          ? { format: 'esm', entryFileNames: '[name].js', codeSplitting: false }
          : { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
        plugins: [...plugins],
      },
    },
  }
}

/** Copies folders beside a bundle that reads them by `new URL('./migrations/', import.meta.url)`. */
export function filesBeside(out: string, folders: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'files-beside',
    writeBundle() {
      for (const [name, folder] of Object.entries(folders))
        cpSync(here(folder), here(`${out}/${name}`), { recursive: true })
    },
  }
}
