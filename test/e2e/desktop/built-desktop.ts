/** The built app: `out/desktop` and `out/renderer`, made again where the sources are newer. */
import { glob, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build, createBuilder } from 'vite'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Test files run beside each other; only one may build. A lock older than this is left over from a killed run. */
const lock = join(root, 'out', '.building')
const staleLockMs = 120_000

/** Main process, preload and what is beside them. */
export async function buildDesktop(): Promise<void> {
  const sources = ['main/**/*.{ts,sql,png}', 'shared/**/*.ts', 'vite.desktop.config.ts', 'package-lock.json']
  await buildOnce('out/desktop/preload.cjs', sources, async () => {
    const configFile = join(root, 'vite.desktop.config.ts')
    const builder = await createBuilder({ configFile, root, logLevel: 'error' })
    await builder.buildApp()
  })
}

/** The window, from where the app's scheme serves it. */
export async function buildRenderer(): Promise<void> {
  const sources = ['renderer/**/*.{ts,svelte,css,html,svg}', 'shared/**/*.ts', 'vite.config.ts', 'package-lock.json']
  await buildOnce('out/renderer/index.html', sources, async () => {
    // vitest sets NODE_ENV to test, which would make Svelte build its development code.
    process.env.NODE_ENV = 'production'
    await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'error' })
  })
}

async function buildOnce(made: string, sources: readonly string[], run: () => Promise<void>): Promise<void> {
  await takeLock()
  try {
    if ((await changedAt(join(root, made))) <= (await newest(sources))) await run()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

async function takeLock(): Promise<void> {
  await mkdir(join(root, 'out'), { recursive: true })
  for (;;) {
    try {
      await mkdir(lock)
      return
    } catch {
      // Held by another test file, or by one that was killed.
      const since = await changedAt(lock)
      if (since > 0 && Date.now() - since > staleLockMs) await rm(lock, { recursive: true, force: true })
      await setTimeout(100)
    }
  }
}

async function newest(sources: readonly string[]): Promise<number> {
  let last = 0
  for await (const file of glob(sources, { cwd: root })) last = Math.max(last, await changedAt(join(root, file)))
  return last
}

async function changedAt(file: string): Promise<number> {
  const stats = await stat(file).catch(() => null)
  return stats?.mtimeMs ?? 0
}
