/** What a start loads: each tenth of a second in which no hook is received counts. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import * as z from 'zod'

const serve = new URL('../../main/headless/verbs/serve.ts', import.meta.url).href

/** Names of the parts of Node that are loaded by what `plexsync serve` imports before it starts. */
async function builtInsOfStart(): Promise<string[]> {
  const script = `await import(${JSON.stringify(serve)}); console.log(JSON.stringify(process.moduleLoadList))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  })
  return z.array(z.string()).parse(JSON.parse(stdout))
}

it('loads neither fetch nor HTTP/2 of Node for a start', async () => {
  const loaded = await builtInsOfStart()
  expect(loaded).toContain('NativeModule http')
  expect(loaded.filter((name) => /undici|http2/.test(name))).toEqual([])
})
