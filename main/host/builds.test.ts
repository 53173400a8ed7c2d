import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { makeTempFolder, type TempFolder } from '../../test/harness/temp-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const minute = 60

/** A checkout of the parts that choose, with programs that say which of them runs. */
function checkout(folder: TempFolder) {
  const write = (path: string, text: string, at: number): void => {
    mkdirSync(dirname(folder.file(path)), { recursive: true })
    writeFileSync(folder.file(path), text)
    utimesSync(folder.file(path), at, at)
  }
  for (const path of ['main/headless/bin.mjs', 'main/host/builds.mjs']) cpSync(join(root, path), folder.file(path))
  write('main/headless/start.ts', `console.log('sources')`, minute)
  write('package.json', '{ "type": "module" }', minute)
  return {
    write,
    /** Which program `plexsync` runs. */
    run: () =>
      spawnSync(process.execPath, [folder.file('main/headless/bin.mjs')], { encoding: 'utf8' }).stdout.trim() || 'none',
  }
}

it('runs the built program while no source is newer', async () => {
  await using folder = await makeTempFolder()
  const { write, run } = checkout(folder)
  expect(run()).toBe('sources')
  write('out/headless/plexsync.js', `console.log('built')`, 2 * minute)
  expect(run()).toBe('built')
  write('main/engine/queue/job.test.ts', '', 3 * minute)
  write('renderer/main.ts', '', 3 * minute)
  expect(run()).toBe('built')
})

it.each([
  'main/engine/queue/job.ts',
  'main/engine/database/migrations/0001_first.sql',
  'main/engine/stash/companion/scripts/companion.js',
  'main/host/session.ts',
  'main/headless/verbs/serve.ts',
  'shared/settings.ts',
  'package-lock.json',
  'vite.headless.config.ts',
])('runs the sources where %s is newer', async (source) => {
  await using folder = await makeTempFolder()
  const { write, run } = checkout(folder)
  write('out/headless/plexsync.js', `console.log('built')`, 2 * minute)
  write(source, '', 3 * minute)
  expect(run()).toBe('sources')
})

it('runs the built program where there are no sources, as in the image', async () => {
  await using folder = await makeTempFolder()
  const { write, run } = checkout(folder)
  write('out/headless/plexsync.js', `console.log('built')`, 2 * minute)
  rmSync(folder.file('main/headless/start.ts'))
  expect(run()).toBe('built')
})
