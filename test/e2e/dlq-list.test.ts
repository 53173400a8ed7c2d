/** A list of dead letters longer than any page, from the command line. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { openDatabase } from '../../main/engine/database/open.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'

const count = 1203
let folder: TempFolder

beforeAll(async () => {
  folder = await makeMemoryFolder('plexsync-dlq-')
  // Opened once, so that the folder has its database under its name.
  await runCli(['dlq', 'list', '--data-dir', folder.path], {})
  const opened = openDatabase(join(folder.path, 'plexsync.db'), { clock: systemClock })
  if (!opened.ok) throw new Error(opened.fault.message)
  const insert = opened.value.prepare<{ id: number; title: string }>(`
    INSERT INTO job (id, kind, subject_id, state, origin, attempts, received_at, burst_at, scheduled_at, due_at,
      finished_at, code, title, detail)
    VALUES (@id, 'scene', @id, 'dead', 'hook', 1, 0, 0, 0, 0, @id * 1000, 'rejected', @title, 'Plex refused it.')`)
  opened.value.transaction(() => {
    for (let id = 1; id <= count; id++) insert.run({ id, title: id === 1 ? 'The oldest, with a longer title' : 'Pier' })
  })()
  opened.value.close()
})
afterAll(() => folder.close())

it('dlq list prints every row once, newest first, as one JSON array', async () => {
  const result = await runCli(['dlq', 'list', '--json', '--data-dir', folder.path], {})
  const rows = z.array(z.object({ id: z.number(), reason: z.string() })).parse(jsonOf(result))
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => count - index))
  expect(result.code).toBe(0)
})

it('dlq list prints a table for people, whose rows keep their columns', async () => {
  const { stdout } = await runCli(['dlq', 'list', '--data-dir', folder.path], {})
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(count + 1)
  const column = lines[0]?.indexOf('SCENE') ?? -1
  expect(column).toBeGreaterThan(0)
  expect(lines.slice(1).every((line) => /\S/.test(line[column] ?? '') && line[column - 1] === ' ')).toBe(true)
  expect(lines.at(-1)).toContain('The oldest, with a longer title  Plex refused it.')
})

it('dlq list says so where there are none', async () => {
  await using empty = await makeMemoryFolder('plexsync-dlq-')
  expect((await runCli(['dlq', 'list', '--data-dir', empty.path], {})).stdout).toBe('No dead letters.\n')
  expect(jsonOf(await runCli(['dlq', 'list', '--json', '--data-dir', empty.path], {}))).toEqual([])
})
