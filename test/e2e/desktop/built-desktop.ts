/** What the tests run, built where it is older than its sources. */
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builds, makeCurrent } from '../../../main/host/builds.mjs'
import { aMoment } from '../../harness/moment.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Test files run beside each other; only one may build. A lock older than this is left over from a killed run. */
const lock = join(root, 'out', '.building')
const staleLockMs = 120_000

/** Main process, preload and what is beside them. */
export const buildDesktop = (): Promise<void> => buildOnce(builds.desktop)

/** The window, from where the app's scheme serves it. */
export const buildRenderer = (): Promise<void> => buildOnce(builds.window)

/** The command line. */
export const buildProgram = (): Promise<void> => buildOnce(builds.program)

async function buildOnce(build: Parameters<typeof makeCurrent>[0]): Promise<void> {
  await takeLock()
  try {
    // vitest sets NODE_ENV to test, which would make Svelte build its development code.
    process.env.NODE_ENV = 'production'
    await makeCurrent(build)
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
      await aMoment(100)
    }
  }
}

async function changedAt(file: string): Promise<number> {
  const stats = await stat(file).catch(() => null)
  return stats?.mtimeMs ?? 0
}
