/** Runs the companion's scripts as Stash does, and records what they send. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { runInNewContext } from 'node:vm'
import type { TestContext } from 'vitest'
import { companionFiles } from '../../main/engine/stash/companion/companion.ts'
import type { CompanionSpec } from '../../main/engine/stash/companion/manifest.ts'
import { writePlugin } from '../../main/engine/stash/companion/plugin-folder.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

/** Skips a test that executes the Python variant if there is no Python, and says so in the test's line. */
export function needPython({ skip }: Pick<TestContext, 'skip'>): void {
  skip(!hasPython, 'python3 is missing; install it with: sudo apt-get install -y python3')
}

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Recorder extends AsyncDisposable {
  readonly base: string
  readonly received: Received[]
  /** What comes next: a status, or never a response. */
  answer: number | 'never' | 'drip'
}

/** A listener that writes down every request whole. */
export async function record(): Promise<Recorder> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      if (recorder.answer === 'never') return
      if (recorder.answer === 'drip') drip(request.socket)
      else response.writeHead(recorder.answer, { Location: `${recorder.base}/elsewhere` }).end('{}')
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const recorder: Recorder = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: 202,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return recorder
}

/** A byte now and then: no single wait is long, but all together never end. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write(socket.bytesWritten === 0 ? 'HTTP/1.1 202 OK\r\nX: ' : 'x'), 200)
  socket.on('close', () => clearInterval(timer))
}

/** The session cookie of the acting user: what must never be sent. */
export const cookieValue = 'MTY4OTk5-a-whole-login'

export function serverConnection(): Record<string, unknown> {
  return {
    Scheme: 'http',
    Host: '0.0.0.0',
    Port: 9999,
    SessionCookie: { Name: 'session', Value: cookieValue, Path: '/', MaxAge: 3600 },
    Dir: '/root/.stash',
    PluginDir: '/root/.stash/plugins/plexsync',
  }
}

export interface ProcessResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

/** Writes the Python variant into a folder. */
export async function writePython(folder: string, spec: Omit<CompanionSpec, 'variant'>): Promise<void> {
  await mkdir(folder, { recursive: true })
  const written = await writePlugin(spec.id, folder, companionFiles({ ...spec, variant: 'python' }))
  if (!written.ok) throw new Error(written.fault.message)
}

/** Runs the script with these bytes on its input, in another working directory, as Stash does. */
export function runPython(script: string, stdin: string, env: Record<string, string> = {}): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn('python3', [script], { cwd: '/', env: { ...process.env, ...env } })
    let stdout = ''
    let stderr = ''
    child.on('error', reject)
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdin.on('error', () => {})
    child.on('close', (code) => resolve({ code, stdout, stderr, milliseconds: performance.now() - startedAt }))
    child.stdin.end(stdin)
  })
}

export interface ScriptRun {
  readonly result: { readonly Output: unknown; readonly Error: unknown }
  /** Level and text of each line. */
  readonly logged: readonly (readonly [string, string])[]
  /** The variables of each query. */
  readonly asked: readonly unknown[]
}

type Check = (variables: { readonly input: { readonly endpoint: string } }) => unknown

/** Runs the embedded variant with the globals that Stash gives to a script, and no others. */
export function runScript(
  spec: Omit<CompanionSpec, 'variant'>,
  args: unknown,
  check: Check = () => ({ valid: true, status: 'Successfully authenticated as PlexSync' }),
): ScriptRun {
  const logged: [string, string][] = []
  const asked: unknown[] = []
  const level = (name: string) => (text: unknown) => void logged.push([name, String(text)])
  const log = Object.fromEntries(
    ['Trace', 'Debug', 'Info', 'Warn', 'Error', 'Progress'].map((name) => [name, level(name)]),
  )
  const gql = {
    Do(_query: string, variables: Parameters<Check>[0]) {
      asked.push(variables)
      return { validateStashBoxCredentials: check(variables) }
    },
  }
  const input = { ServerConnection: serverConnection(), Args: args }
  const [script] = companionFiles({ ...spec, variant: 'js' })
  const globals = { input, log, util: { Sleep() {} }, gql, console: { log: log.Info } }
  const value: ScriptRun['result'] = runInNewContext(script?.text ?? '', globals)
  return { result: { Output: value.Output, Error: value.Error }, logged, asked: JSON.parse(JSON.stringify(asked)) }
}
