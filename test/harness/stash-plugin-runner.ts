import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { StashPlugin, StashPluginHost } from './stash-plugin.ts'
import { minorVersion } from './stash-schema.ts'

export interface PluginResult {
  output: unknown
  error: string | null
}

/** The plugin could not be started at all: a missing interpreter or script. */
export class StartFailure extends Error {}

/** Runs a plugin with its arguments, as its interface has it. */
export function runPlugin(
  stash: StashPluginHost,
  plugin: StashPlugin,
  args: Record<string, unknown>,
): Promise<PluginResult> {
  return plugin.interface === 'js' ? runScript(stash, plugin, args) : runProcess(stash, plugin, args)
}

function connection(stash: StashPluginHost, plugin: StashPlugin): Record<string, unknown> {
  return {
    Scheme: 'http',
    // The bind address, not one to connect to.
    Host: '0.0.0.0',
    Port: stash.port,
    // A whole login of the acting user: what a plugin must never hand on.
    SessionCookie: {
      Name: 'session',
      Value: stash.settings.session,
      Quoted: false,
      Path: '/',
      Domain: '',
      Expires: '0001-01-01T00:00:00Z',
      RawExpires: '',
      MaxAge: 3600,
      Secure: false,
      HttpOnly: true,
      SameSite: 2,
      Partitioned: false,
      Raw: '',
      Unparsed: null,
    },
    Dir: '/root/.stash',
    PluginDir: plugin.folder,
  }
}

/** Embedded JavaScript: in a thread, because its `gql.Do` blocks while the server continues working. */
async function runScript(
  stash: StashPluginHost,
  plugin: StashPlugin,
  args: Record<string, unknown>,
): Promise<PluginResult> {
  const file = plugin.exec[0] ?? ''
  let script: string
  try {
    script = await readFile(isAbsolute(file) ? file : join(plugin.folder, file), 'utf8')
  } catch (error) {
    throw new StartFailure(String(error))
  }
  const flag = new SharedArrayBuffer(4)
  const signal = new Int32Array(flag)
  const { port1, port2 } = new MessageChannel()
  const input = { ServerConnection: connection(stash, plugin), Args: args }
  const worker = new Worker(new URL('./stash-plugin-worker.ts', import.meta.url), {
    workerData: { script, file, input, flag, port: port2, isOtto: minorVersion(stash.settings.version) < 26 },
    transferList: [port2],
  })
  try {
    return await new Promise<PluginResult>((resolve, reject) => {
      worker.on('error', reject)
      worker.on(
        'message',
        (message: { log?: [string, string]; query?: string; variables?: object; result?: PluginResult }) => {
          if (message.log) stash.jobs.write(message.log[0] as 'Info', `[Plugin / ${plugin.name}] ${message.log[1]}`)
          else if (message.result) resolve(message.result)
          else {
            void stash.query(message.query ?? '', { ...message.variables }).then((response) => {
              port1.postMessage(response)
              Atomics.store(signal, 0, 1)
              Atomics.notify(signal, 0)
            })
          }
        },
      )
    })
  } finally {
    port1.close()
    await worker.terminate()
  }
}

/** A process with one line of JSON on its input; what it prints is its output, or `{"output","error"}`. */
function runProcess(stash: StashPluginHost, plugin: StashPlugin, args: Record<string, unknown>): Promise<PluginResult> {
  const [command = '', ...rest] = plugin.exec
  const argv = rest.map((argument) => argument.replaceAll('{pluginDir}', plugin.folder))
  const program = command === 'python' ? 'python3' : command
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    child.on('error', (error) => reject(new StartFailure(error.message)))
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => writeErrors(stash, plugin, chunk.toString()))
    child.stdin.on('error', () => {})
    child.on('close', (code) => resolve(readOutput(output, code)))
    child.stdin.end(`${JSON.stringify({ server_connection: connection(stash, plugin), args })}\n`)
  })
}

function readOutput(text: string, code: number | null): PluginResult {
  let result: PluginResult = { output: text, error: null }
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && ('output' in parsed || 'error' in parsed)) {
      const { output = null, error = null } = parsed as { output?: unknown; error?: string | null }
      result = { output, error }
    }
  } catch {
    // Not JSON: the text itself is the output.
  }
  return code === 0 ? result : { output: result.output, error: result.error ?? `exit status ${code}` }
}

const levels: Record<string, string> = { t: 'Trace', d: 'Debug', i: 'Info', w: 'Warning', e: 'Error', p: 'Progress' }

/** A line that begins with \u0001, a letter and \u0002 carries its own level. */
function writeErrors(stash: StashPluginHost, plugin: StashPlugin, text: string): void {
  for (const line of text.split('\n').filter(Boolean)) {
    const marked = /^\u0001([tdiwep])\u0002(.*)$/.exec(line)
    const level = marked ? levels[marked[1] ?? 'e'] : 'Error'
    stash.jobs.write(level as 'Error', `[Plugin / ${plugin.name}] ${marked?.[2] ?? line}`)
  }
}
