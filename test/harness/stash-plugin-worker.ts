/** The thread in which an embedded JavaScript plugin runs, with the few globals that the real engine gives it. */
import { createContext, runInContext } from 'node:vm'
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'

interface Data {
  script: string
  file: string
  input: unknown
  flag: SharedArrayBuffer
  port: MessagePort
  /** Stash before 0.26 runs scripts in otto, which takes an `Error` of null for an error named "null". */
  isOtto: boolean
}

const { script, file, input, flag, port, isOtto } = workerData as Data
const signal = new Int32Array(flag)

function say(message: Record<string, unknown>): void {
  parentPort?.postMessage(message)
}

function logger(level: string): (...parts: unknown[]) => void {
  return (...parts) => say({ log: [level, parts.map(String).join(' ')] })
}

/** Blocks until the server has answered: in the real engine this call is synchronous. */
function query(text: string, variables?: object): unknown {
  Atomics.store(signal, 0, 0)
  say({ query: text, variables: variables ? JSON.parse(JSON.stringify(variables)) : {} })
  Atomics.wait(signal, 0, 0)
  const response = receiveMessageOnPort(port)?.message as { data?: unknown; errors?: { message: string }[] }
  if (response.errors?.length) throw new Error(response.errors.map((error) => error.message).join(', '))
  return response.data
}

const log = {
  Trace: logger('Trace'),
  Debug: logger('Debug'),
  Info: logger('Info'),
  Warn: logger('Warning'),
  Error: logger('Error'),
  Progress: () => {},
}
const util = { Sleep: (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms) }
const context = createContext({ input, log, util, gql: { Do: query }, console: { log: log.Info } })

try {
  const value: unknown = runInContext(script, context, { filename: file })
  const { Output: output = null, Error: error } = (value ?? {}) as { Output?: unknown; Error?: string | null }
  const isError = isOtto ? error !== undefined : Boolean(error)
  say({ result: { output: JSON.parse(JSON.stringify(output)), error: isError ? String(error) : null } })
} catch (error) {
  say({ result: { output: null, error: String(error) } })
}
