import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import * as z from 'zod'

const module = fileURLToPath(new URL('./heap-limits.ts', import.meta.url))

/** In a separate process, as the limits hold for all of it: what survives would make V8 enlarge the space. */
const script = `
  import { getHeapSpaceStatistics } from 'node:v8'
  const { limitHeapGrowth } = await import(process.argv[1])
  const size = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size
  limitHeapGrowth()
  const first = size()
  const kept = []
  for (let n = 0; n < 400_000; n++) kept.push({ n, text: String(n) })
  console.log(JSON.stringify({ first, later: size(), kept: kept.length }))`

it('gives young objects two halves of 2 MiB, and no more however many survive', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, module])
  const figures = z.object({ first: z.number(), later: z.number(), kept: z.number() }).parse(JSON.parse(stdout))
  const size = 2 * 2 * 1024 * 1024
  expect(figures).toEqual({ first: size, later: size, kept: 400_000 })
})
