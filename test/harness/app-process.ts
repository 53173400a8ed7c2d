/** `plexsync serve` in a separate process, as a user runs it: for benches and tests from end to end. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { type CallName, calls, type ResponseOf } from '../../shared/contract.ts'
import type { ServeReady } from './serve.ts'

const readySchema = z.object({
  pid: z.number(),
  webhookUrl: z.string(),
  uiUrl: z.string(),
})

const responseSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), fault: z.object({ code: z.string(), message: z.string() }) }),
])

export interface AppOptions {
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
  /** Further arguments of `serve`. */
  readonly arguments?: readonly string[]
  /** Options of Node itself, such as `--import`. */
  readonly nodeArguments?: readonly string[]
}

export interface AppProcess extends AsyncDisposable {
  readonly pid: number
  readonly webhookUrl: string
  /** With its one-time token. */
  readonly uiUrl: string
  /** Milliseconds from the start of the process to the line that says it is ready. */
  readonly readyMs: number
  readonly child: ChildProcess
  /** Everything printed so far. */
  stdout(): string
  stderr(): string
  /** A call of the contract within a session; throws where it is refused. */
  call<N extends CallName>(name: N, request?: unknown): Promise<ResponseOf<N>>
  /** Asks it to end and waits; returns the exit code. */
  stop(): Promise<number | null>
}

/** The secret that hooks to a sample app carry. */
export const sampleHookToken = 'sample-hook-token'

/** What points an app at the simulated servers. */
export function appEnvironment(
  servers: Pick<ServeReady, 'plexUrl' | 'plexToken' | 'stashUrl' | 'stashApiKey' | 'pathMap' | 'plexTvUrl'>,
): Record<string, string> {
  return {
    PLEX_URL: servers.plexUrl,
    PLEX_TOKEN: servers.plexToken,
    STASH_URL: servers.stashUrl,
    STASH_API_KEY: servers.stashApiKey,
    PLEXSYNC_HOOK_TOKEN: sampleHookToken,
    PLEXSYNC_PATH_MAP: servers.pathMap,
    PLEXSYNC_PLEX_TV_URL: servers.plexTvUrl,
    PLEXSYNC_QUIET_TIME: '0.2',
  }
}

const bin = fileURLToPath(new URL('../../main/headless/bin.mjs', import.meta.url))

/** Starts it on free ports and waits until it is ready. Rejects with what it printed when it does not come up. */
export async function startApp(options: AppOptions): Promise<AppProcess> {
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeArguments ?? []),
      ...[bin, 'serve', '--ready-json', '--webhook-port', '0', '--ui-port', '0', '--data-dir', options.dataFolder],
      ...(options.arguments ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...options.environment } },
  )
  const printed = { stdout: '', stderr: '' }
  child.stderr?.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString()
  })
  child.stdout?.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString()
  })
  const ready = await readReady(child, () => printed.stderr)
  const readyMs = performance.now() - startedAt
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    return child.exitCode
  }
  const openSession = sessionOf(ready.uiUrl)
  return {
    ...ready,
    readyMs,
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    async call(name, request = {}) {
      const response = await fetch(`${new URL(ready.uiUrl).origin}/api/${name}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Cookie: await openSession() },
        body: JSON.stringify(request),
      })
      const answer = responseSchema.parse(await response.json())
      if (!answer.ok) throw new Error(`${name}: ${answer.fault.code}: ${answer.fault.message}`)
      // The schema is the call's own; the compiler does not follow the index.
      return calls[name].response.parse(answer.value) as never
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
    },
  }
}

function readReady(child: ChildProcess, errors: () => string): Promise<z.infer<typeof readySchema>> {
  const { stdout } = child
  if (stdout === null) throw new Error('the app has no output')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`plexsync serve ended with ${code}: ${errors()}`)))
    createInterface({ input: stdout }).once('line', (line) => resolve(readySchema.parse(JSON.parse(line))))
  })
}

/** Exchanges the one-time address for a session cookie at the first call, as a browser does. */
function sessionOf(uiUrl: string): () => Promise<string> {
  let cookie: Promise<string> | null = null
  return () => {
    cookie ??= fetch(uiUrl, { redirect: 'manual' }).then(
      (entered) => entered.headers.get('set-cookie')?.split(';')[0] ?? '',
    )
    return cookie
  }
}
