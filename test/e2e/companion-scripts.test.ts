/** The companion's two scripts, run as Stash runs them. */
import { existsSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'
import { parse } from 'acorn'
import { describe, expect, it } from 'vitest'
import { companionFiles } from '../../main/engine/stash/companion/companion.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import {
  cookieValue,
  needPython,
  type ProcessResult,
  type Recorder,
  record,
  runPython,
  runScript,
  serverConnection,
  writePython,
} from './companion-fixture.ts'

const token = `wh"\\'_\${x}-%s-{0}-token`
const about = { id: 'plexsync', token, version: '1.0.0', build: '0a1b2c3d' }
const update = {
  id: 45,
  type: 'Scene.Update.Post',
  input: { id: '45', title: 'Ä title', cover_image: null },
  inputFields: ['title', 'id'],
}
const bulk = [
  ['bulkSceneUpdate', { ids: ['7', '45', '9'], title: null }, ['title', 'ids'], '&fields=title%2Cids'],
  ['scenesUpdate', [{ id: '7' }, { id: '45' }, { id: '9' }], ['title', 'id'], ''],
  ['tagsDestroy', ['7', '45', '9'], null, ''],
] as const

/** From here on a save is felt to hang: the two seconds, and a busy machine. The start of Python is left out. */
const mostMs = 3800

/** The Python script in a separate folder, and the listener it reports to. */
interface PythonPlugin extends AsyncDisposable {
  readonly recorder: Recorder
  readonly script: string
  /** The mark that PlexSync was down. */
  readonly down: string
  run(args: unknown, env?: Record<string, string>): Promise<ProcessResult>
  /** Ends the listener. */
  endListener(): Promise<void>
  /** Opens another listener, and writes the script for its address. */
  openListener(): Promise<Recorder>
}

async function openPlugin(context: Parameters<typeof needPython>[0]): Promise<PythonPlugin> {
  needPython(context)
  const folder = await makeTempFolder()
  let recorder: Recorder
  async function openListener(): Promise<Recorder> {
    recorder = await record()
    await writePython(folder.path, { ...about, base: recorder.base })
    return recorder
  }
  const endListener = async () => recorder[Symbol.asyncDispose]()
  const script = folder.file('plexsync.py')
  return {
    recorder: await openListener(),
    script,
    down: folder.file('plexsync.down'),
    run: (args, env) => runPython(script, `${JSON.stringify({ server_connection: serverConnection(), args })}\n`, env),
    endListener,
    openListener,
    async [Symbol.asyncDispose]() {
      await endListener()
      await folder.close()
    },
  }
}

const outputOf = (stdout: string): string => JSON.parse(stdout).output

/** A run, and how much longer than a start of Python at the same time it takes: a busy machine prolongs both. */
async function besideStart(context: Parameters<typeof needPython>[0], run: () => Promise<ProcessResult>) {
  await using prompt = await openPlugin(context)
  const [result, start] = await Promise.all([run(), prompt.run({ hookContext: update })])
  expect(outputOf(start.stdout)).toBe('ok')
  return { ...result, beyondStart: result.milliseconds - start.milliseconds }
}

describe('the embedded script', () => {
  const spec = { ...about, base: 'http://127.0.0.1:9797' }
  const run = (args: unknown, check?: Parameters<typeof runScript>[2]) => runScript(spec, args, check)

  it.each(['plain', token, 'line\u2028end\n"; throw 1; //', '日本👩‍🚀'])('is ES5, whatever the token: %j', (odd) => {
    const [script] = companionFiles({ ...spec, token: odd, variant: 'js' })
    const text = script?.text ?? ''
    expect(parse(text, { ecmaVersion: 5, sourceType: 'script' }).body).toHaveLength(3)
    // What is compiled only if there is something to send.
    const [, literal] = /new Function\((".*")\)\(\);\n$/.exec(text) ?? []
    const compiled = String(runInNewContext(literal ?? ''))
    expect(compiled).not.toContain('\n')
    const options = { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true } as const
    expect(parse(compiled, options).body.length).toBeGreaterThan(3)
    // Stash reads and compiles the file once per scene that is saved.
    expect(text.length).toBeLessThan(2600)
  })

  it('hands on type, id and names of fields, by the check of credentials', () => {
    const { asked, result, logged } = run({ hookContext: update })
    expect(asked).toEqual([
      {
        input: {
          endpoint: 'http://127.0.0.1:9797/hooks/stash/ack?type=Scene.Update.Post&id=45&fields=title%2Cid',
          api_key: token,
          name: 'PlexSync',
        },
      },
    ])
    expect(result).toEqual({ Output: 'ok', Error: undefined })
    expect(logged).toEqual([])
    expect(JSON.stringify(asked)).not.toContain(cookieValue)
  })

  it.each([[null], [undefined], [[]]])('names no fields where Stash names none: %j', (inputFields) => {
    const { asked } = run({ hookContext: { id: 1, type: 'Scene.Create.Post', input: null, inputFields } })
    expect(JSON.stringify(asked)).toContain('?type=Scene.Create.Post&id=1"')
  })

  it.each(bulk)(
    'hands on all ids of a bulk edit with the hook of the first: %s',
    (_name, input, inputFields, fields) => {
      const hook = { type: 'Scene.Update.Post', input, inputFields }
      const { asked } = run({ hookContext: { ...hook, id: 7 } })
      expect(JSON.stringify(asked)).toContain(`?type=Scene.Update.Post&ids=7,45,9${fields}"`)
      const others = run({ hookContext: { ...hook, id: 45 } })
      expect(others.asked).toEqual([])
      expect(others.logged).toEqual([])
      // Stash would write a line of its log for each output.
      expect(others.result).toEqual({ Output: undefined, Error: undefined })
    },
  )

  it('reads one id only where another hook speaks for all: a thousand hooks must cost next to nothing', () => {
    const read = new Set<string>()
    const ids = new Proxy(['7', '45', '9'], {
      get(list, at, receiver) {
        if (typeof at === 'string' && /^\d+$/.test(at)) read.add(at)
        return Reflect.get(list, at, receiver)
      },
    })
    expect(run({ hookContext: { id: 45, type: 'Scene.Update.Post', input: { ids } } }).asked).toEqual([])
    expect([...read]).toEqual(['0'])
  })

  it('hands them on in lists of 200, and stops without an answer', () => {
    const ids = Array.from({ length: 450 }, (_, at) => String(at + 1))
    const hook = { id: 1, type: 'Scene.Update.Post', input: { ids } }
    const sizes = run({ hookContext: hook }).asked.map(
      (one) => /ids=([\d,]+)/.exec(JSON.stringify(one))?.[1]?.split(',').length,
    )
    expect(sizes).toEqual([200, 200, 50])
    expect(run({ hookContext: hook }, () => ({ valid: false, status: 'no' })).asked).toHaveLength(1)
  })

  it('takes an edit of one scene for what it is, in whatever form', () => {
    for (const input of [{ ids: ['7'] }, [{ id: '7' }], { id: '7' }, null])
      expect(JSON.stringify(run({ hookContext: { id: 7, type: 'Scene.Update.Post', input } }).asked)).toContain(
        '&id=7"',
      )
  })

  it('encodes what would break the address', () => {
    const { asked } = run({ hookContext: { id: 1, type: 'A&b=c#', inputFields: ['x y', 'ü,&'] } })
    expect(JSON.stringify(asked)).toContain('?type=A%26b%3Dc%23&id=1&fields=x%20y%2C%C3%BC%2C%26"')
  })

  it('never throws, and is quiet', () => {
    const fails: Parameters<typeof runScript>[2][] = [
      () => ({ valid: false, status: 'ünknown error' }),
      () => null,
      () => {
        throw new Error('no such query')
      },
    ]
    for (const check of fails) {
      const { result, logged } = run({ hookContext: update }, check)
      expect(result.Error).toBeUndefined()
      expect(result.Output).toMatch(/^(no answer|failed)[\x20-\x7e]*$/)
      expect(logged).toHaveLength(1)
      expect(logged[0]?.[0]).toBe('Debug')
      expect(JSON.stringify(logged)).not.toContain('token')
    }
    for (const args of [null, undefined, {}, { hookContext: null }, { hookContext: {} }])
      expect(run(args)).toMatchObject({
        result: { Output: 'nothing to tell', Error: undefined },
        logged: [],
        asked: [],
      })
  })

  it('tests the connection', () => {
    expect(run({ mode: 'ping' })).toMatchObject({
      result: { Output: 'ok' },
      asked: [{ input: { endpoint: 'http://127.0.0.1:9797/hooks/stash/ack?type=ping' } }],
      logged: [['Info', 'PlexSync answers at http://127.0.0.1:9797/hooks/stash/ack']],
    })
    expect(run({ mode: 'ping' }, () => ({ valid: false, status: 'x' })).logged[0]?.[0]).toBe('Warn')
  })
})

/** Side by side, because several wait for the script's two seconds: each has a separate folder and listener. */
describe.concurrent('the Python script', () => {
  it('hands on type, id and names of fields, and nothing of the login', async (context) => {
    await using plugin = await openPlugin(context)
    const { recorder, run } = plugin
    const { code, stdout, stderr } = await run({ hookContext: update })
    expect([code, stdout]).toEqual([0, '{"output": "ok"}\n'])
    expect(stderr).toBe('\u0001d\u0002PlexSync: ok\n')
    expect(recorder.received).toHaveLength(1)
    const { method, url, headers, body } = recorder.received[0] ?? {}
    expect([method, url]).toEqual(['POST', '/hooks/stash'])
    expect(JSON.parse(body ?? '')).toEqual({ type: 'Scene.Update.Post', id: 45, inputFields: ['title', 'id'] })
    expect(headers).toMatchObject({ apikey: token, 'content-type': 'application/json' })
    expect(JSON.stringify(recorder.received)).not.toMatch(new RegExp(`${cookieValue}|session|cookie|title"?:`, 'i'))
  })

  it.for(bulk)(
    'hands on all ids of a bulk edit with the hook of the first: %s',
    async ([_name, input, inputFields], context) => {
      await using plugin = await openPlugin(context)
      const { recorder, run } = plugin
      const hook = { type: 'Scene.Update.Post', input, inputFields }
      await run({ hookContext: { ...hook, id: 7 } })
      await run({ hookContext: { ...hook, id: 45 } })
      expect(recorder.received).toHaveLength(1)
      expect(JSON.parse(recorder.received[0]?.body ?? '').map(({ id }: { id: string }) => id)).toEqual(['7', '45', '9'])
    },
  )

  it('survives 6 MB of input, as the Tagger sends with a cover', async (context) => {
    await using plugin = await openPlugin(context)
    const { recorder, run } = plugin
    const cover = `data:image/jpeg;base64,${'A'.repeat(6 * 1024 * 1024)}`
    const { code, stdout, beyondStart } = await besideStart(context, () =>
      run({ hookContext: { ...update, input: { id: '45', cover_image: cover } } }),
    )
    expect([code, outputOf(stdout)]).toEqual([0, 'ok'])
    expect(beyondStart).toBeLessThan(mostMs)
    expect(recorder.received[0]?.body.length).toBeLessThan(200)
  })

  it('survives null and nonsense where Stash could write it', async (context) => {
    await using plugin = await openPlugin(context)
    const { recorder, run } = plugin
    const created = { id: 7, type: 'Scene.Create.Post', input: null }
    await run({ hookContext: created })
    await run({ hookContext: { ...created, inputFields: null } })
    await run({ hookContext: { ...created, inputFields: [] } })
    expect(recorder.received.map(({ body }) => body)).toEqual(Array(3).fill('{"type": "Scene.Create.Post", "id": 7}'))
    for (const stdin of [
      '',
      'null',
      '{}',
      '{"args":null}',
      '{"args":{"hookContext":null}}',
      '[1]',
      'not json',
      '\u00ff',
    ])
      expect(await runPython(plugin.script, stdin)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^\{"output": ".+"\}\n$/),
      })
    expect(recorder.received).toHaveLength(3)
  })

  it('pauses itself for a while when PlexSync is not listening, and continues after it', async (context) => {
    await using plugin = await openPlugin(context)
    const { run } = plugin
    const { base } = plugin.recorder
    await plugin.endListener()
    const first = await besideStart(context, () => run({ hookContext: update }))
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`no answer from ${base}`) })
    expect(first.stderr.startsWith('\u0001d\u0002')).toBe(true)
    expect(first.beyondStart).toBeLessThan(mostMs)
    expect(existsSync(plugin.down)).toBe(true)

    const recorder = await plugin.openListener()
    expect(existsSync(plugin.down)).toBe(false)
    recorder.answer = 'never'
    await run({ hookContext: update })
    recorder.answer = 202
    expect(outputOf((await run({ hookContext: update })).stdout)).toBe('paused: PlexSync was down just now')
    expect(recorder.received).toHaveLength(1)
    const past = Date.now() / 1000 - 31
    await utimes(plugin.down, past, past)
    expect(outputOf((await run({ hookContext: update })).stdout)).toBe('ok')
    expect(existsSync(plugin.down)).toBe(false)
  })

  it('is not held back by a mark from the future', async (context) => {
    await using plugin = await openPlugin(context)
    const { recorder, run } = plugin
    recorder.answer = 'never'
    await run({ hookContext: update })
    recorder.answer = 202
    const future = Date.now() / 1000 + 3600
    await utimes(plugin.down, future, future)
    expect(outputOf((await run({ hookContext: update })).stdout)).toBe('ok')
  })

  it.for(['never', 'drip'] as const)(
    'gives up after two seconds on a listener that answers: %s',
    async (response, context) => {
      await using plugin = await openPlugin(context)
      const { recorder, run } = plugin
      recorder.answer = response
      const { code, stdout, milliseconds, beyondStart } = await besideStart(context, () => run({ hookContext: update }))
      expect(code).toBe(0)
      expect(outputOf(stdout)).toMatch(/^no answer/)
      expect(milliseconds).toBeGreaterThan(1500)
      expect(beyondStart).toBeLessThan(mostMs)
      expect(existsSync(plugin.down)).toBe(true)
    },
  )

  it('tests the connection, also while it pauses, and says what is wrong', async (context) => {
    await using plugin = await openPlugin(context)
    const { recorder, run } = plugin
    recorder.answer = 401
    const refused = await run({ mode: 'ping' })
    expect(outputOf(refused.stdout)).toBe(`refused by ${recorder.base} with status 401`)
    expect(refused.stderr.startsWith('\u0001w\u0002')).toBe(true)
    expect(existsSync(plugin.down)).toBe(false)
    recorder.answer = 'never'
    await run({ hookContext: update })
    recorder.answer = 202
    const answered = await run({ mode: 'ping' })
    expect(outputOf(answered.stdout)).toBe('ok')
    expect(answered.stderr.startsWith('\u0001i\u0002')).toBe(true)
    expect(existsSync(plugin.down)).toBe(false)
  })

  it('uses no proxy and follows no redirect: the token goes to one address', async (context) => {
    await using plugin = await openPlugin(context)
    const { recorder, run } = plugin
    await using proxy = await record()
    recorder.answer = 307
    const env = { HTTP_PROXY: proxy.base, http_proxy: proxy.base, ALL_PROXY: proxy.base, NO_PROXY: '', no_proxy: '' }
    const { code, stdout } = await run({ hookContext: update }, env)
    expect([code, outputOf(stdout)]).toEqual([0, `refused by ${recorder.base} with status 307`])
    expect(proxy.received).toEqual([])
    expect(recorder.received.map(({ url }) => url)).toEqual(['/hooks/stash'])
  })
})
