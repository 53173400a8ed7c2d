import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ServeOptions, ServeReady } from './serve.ts'

/** The simulated servers in another process, as a bench or a demo holds them. */
export interface ServedProcess extends ServeReady, AsyncDisposable {
  /** Sends one command to the control endpoint and returns its response. */
  command(name: string, given?: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}

/** Starts `serve.ts` and resolves when it listens. Rejects with its error output when it does not come up. */
export async function startServedProcess(options: ServeOptions = {}): Promise<ServedProcess> {
  const script = fileURLToPath(new URL('./serve.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ready = await readReady(child)
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.stdin.end()
    await closed
  }
  const command = async (name: string, given: Record<string, unknown> = {}): Promise<unknown> => {
    const response = await fetch(ready.controlUrl, {
      method: 'POST',
      body: JSON.stringify({ ...given, command: name }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(`command ${name}: ${JSON.stringify(answer)}`)
    return answer
  }
  return { ...ready, command, close, [Symbol.asyncDispose]: close }
}

function readReady(child: ChildProcess): Promise<ServeReady> {
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('the child has no output')
  return new Promise((resolve, reject) => {
    let errors = ''
    stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
      process.stderr.write(chunk)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the simulated servers ended with ${code}: ${errors}`)))
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as ServeReady))
  })
}
