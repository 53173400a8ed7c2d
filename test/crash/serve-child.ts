/** `plexsync serve` as a bare child process that a test may starve of disk or rights, and that need not come up. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { sampleHookToken } from '../harness/app-process.ts'
import { boundByPermissions } from '../harness/file-rights.ts'

const bin = fileURLToPath(new URL('../../main/headless/bin.mjs', import.meta.url))
const readySchema = z.object({ webhookUrl: z.string(), uiUrl: z.string() })

export interface ServeChildOptions {
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
  /** No file may grow past this number of KiB: what a full disk looks like, without one. */
  readonly largestFileKiB?: number
  /** Without root's power to write where permissions forbid it. */
  readonly underPermissions?: boolean
}

export interface ServeChild {
  readonly child: ChildProcess
  /** Addresses once it listens; null if it ended before. */
  readonly ready: Promise<z.infer<typeof readySchema> | null>
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  stderr(): string
}

export function spawnServe({
  dataFolder,
  environment,
  largestFileKiB,
  underPermissions,
}: ServeChildOptions): ServeChild {
  const args = [bin, 'serve', '--ready-json', '--webhook-port', '0', '--ui-port', '0', '--data-dir', dataFolder]
  const options = {
    env: { ...process.env, PLEXSYNC_HOOK_TOKEN: sampleHookToken, PLEXSYNC_QUIET_TIME: '0', ...environment },
  }
  // The signal of the limit is ignored, and stays so after exec: a write past it then fails, as on a full disk.
  const limited = `trap '' XFSZ; ulimit -f ${(largestFileKiB ?? 0) * 2}; exec "$0" "$@"`
  const [program, given] = underPermissions ? boundByPermissions(process.execPath, args) : [process.execPath, args]
  const child =
    largestFileKiB === undefined
      ? spawn(program, given, options)
      : spawn('sh', ['-c', limited, program, ...given], options)
  let printed = ''
  let errors = ''
  const ready = new Promise<z.infer<typeof readySchema> | null>((resolve, reject) => {
    child.once('error', reject)
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const [line] = printed.split('\n')
      if (line !== undefined && printed.includes('\n')) resolve(readySchema.parse(JSON.parse(line)))
    })
    child.once('exit', () => resolve(null))
  })
  child.stdin.end()
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  // A program that could not be started is reported by `ready`; not every test waits for the end.
  ended.catch(() => {})
  return { child, ready, ended, stderr: () => errors }
}

/** Posts one hook; 0 without a response. */
export async function postHook(webhookUrl: string, body: unknown): Promise<{ status: number; retryAfter: string }> {
  try {
    const response = await fetch(webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
      body: JSON.stringify(body),
    })
    await response.arrayBuffer()
    return { status: response.status, retryAfter: response.headers.get('retry-after') ?? '' }
  } catch {
    return { status: 0, retryAfter: '' }
  }
}

export function sceneHook(id: number): { type: string; id: number; inputFields: string[] } {
  return { type: 'Scene.Update.Post', id, inputFields: ['title'] }
}
