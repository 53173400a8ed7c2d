/** The real headless app as a child process, driven as a browser and a companion plugin would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { ServeReady } from './serve.ts'

const readySchema = z.object({ webhookUrl: z.string(), uiUrl: z.string(), pid: z.number() })
const answerSchema = z.object({ ok: z.boolean().optional(), value: z.unknown(), ticket: z.string().optional() })

export interface HeadlessApp extends AsyncDisposable {
  readonly pid: number
  readonly webhookUrl: string
  /** Address of the window's API, without a path. */
  readonly apiUrl: string
  readonly hookToken: string
  readonly child: ChildProcess
  /** Calls the window's API with the session of a browser; throws on a fault. */
  call(name: string, request?: unknown): Promise<unknown>
  /** A fresh address that opens the window once. */
  windowUrl(): Promise<string>
  /** SIGTERM, and waits for the end. */
  close(): Promise<void>
}

export interface HeadlessAppOptions {
  readonly servers: Pick<ServeReady, 'plexUrl' | 'plexToken' | 'stashUrl' | 'stashApiKey' | 'pathMap' | 'plexTvUrl'>
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
}

const hookToken = 'sample-hook-token'

export async function startHeadlessApp(options: HeadlessAppOptions): Promise<HeadlessApp> {
  const { servers, dataFolder, environment } = options
  const bin = fileURLToPath(new URL('../../main/headless/bin.mjs', import.meta.url))
  const child = spawn(
    process.execPath,
    [bin, 'serve', '--ready-json', '--webhook-port', '0', '--ui-port', '0', '--data-dir', dataFolder],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...process.env,
        PLEX_URL: servers.plexUrl,
        PLEX_TOKEN: servers.plexToken,
        STASH_URL: servers.stashUrl,
        STASH_API_KEY: servers.stashApiKey,
        PLEXSYNC_HOOK_TOKEN: hookToken,
        PLEXSYNC_PATH_MAP: servers.pathMap,
        PLEXSYNC_PLEX_TV_URL: servers.plexTvUrl,
        PLEXSYNC_QUIET_TIME: '0.2',
        ...environment,
      },
    },
  )
  const ready = await readyLine(child)
  const apiUrl = new URL(ready.uiUrl).origin
  // The one-time address is exchanged for a session.
  const entered = await fetch(ready.uiUrl, { redirect: 'manual' })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const post = async (name: string, request: unknown): Promise<z.infer<typeof answerSchema>> => {
    const response = await fetch(`${apiUrl}/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: cookie },
      body: JSON.stringify(request),
    })
    const answer = answerSchema.parse(await response.json())
    if (answer.ok === false) throw new Error(`${name}: ${JSON.stringify(answer)}`)
    return answer
  }
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return {
    pid: ready.pid,
    webhookUrl: ready.webhookUrl,
    apiUrl,
    hookToken,
    child,
    call: async (name, request = {}) => (await post(name, request)).value,
    windowUrl: async () => `${apiUrl}/?token=${(await post('window-ticket', {})).ticket}`,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function readyLine(child: ChildProcess): Promise<z.infer<typeof readySchema>> {
  if (child.stdout === null) throw new Error('the app has no output')
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`plexsync serve ended with ${code}`)
    }),
  ])
  return readySchema.parse(JSON.parse(String(line)))
}
