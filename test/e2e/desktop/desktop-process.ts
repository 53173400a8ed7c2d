/** Starts the built desktop app on the stand-in, in a separate process, and talks to it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { placeFreshDatabase } from '../../harness/fresh-database.ts'
import { until } from '../../harness/moment.ts'
import { makeTempFolder, type TempFolder } from '../../harness/temp-folder.ts'
import type { Commands } from './stand-in/commands.ts'

type Answer<N extends keyof Commands> = Awaited<ReturnType<Commands[N]>>

export interface DesktopOptions {
  /** Settings as environment variables; the hook listener takes any free port unless said otherwise. */
  readonly environment?: Readonly<Record<string, string>>
  readonly arguments?: readonly string[]
  /** Whether the desktop shows tray icons; default true. */
  readonly trayHost?: boolean
  /** The data folder of an earlier run. */
  readonly folder?: TempFolder
  /** The folder has its database already, as after an earlier start; default false. */
  readonly hasDatabase?: boolean
}

/** Carries out a command of `stand-in/commands.ts` in the app's process. */
type Ask = <N extends keyof Commands>(name: N, ...args: Parameters<Commands[N]>) => Promise<Answer<N>>

export class DesktopProcess implements AsyncDisposable {
  readonly folder: TempFolder
  readonly ask: Ask
  /** What it printed so far. */
  readonly printed: () => string
  readonly #end: () => Promise<void>

  constructor(folder: TempFolder, ask: Ask, printed: () => string, end: () => Promise<void>) {
    this.folder = folder
    this.ask = ask
    this.printed = printed
    this.#end = end
  }

  /** Asks again until the response is right, and fails with the last one after a minute. */
  async until<N extends keyof Commands>(
    isRight: (response: Answer<N>) => boolean,
    name: N,
    ...args: Parameters<Commands[N]>
  ): Promise<Answer<N>> {
    let answer = await this.ask(name, ...args)
    const isAsWanted = async (): Promise<boolean> => {
      if (isRight(answer)) return true
      answer = await this.ask(name, ...args)
      return isRight(answer)
    }
    await until(isAsWanted, longestMs).catch((cause: unknown) => {
      const said = JSON.stringify(answer)
      throw new Error(`${name} did not become right: ${said}\n${this.printed()}\n${this.#log()}`, { cause })
    })
    return answer
  }

  /** A packaged app prints nothing. */
  #log(): string {
    const file = this.folder.file('data', 'logs', 'plexsync.log')
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-4000) : 'There is no log.'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end()
  }
}

const longestMs = 60_000

export async function startDesktop(options: DesktopOptions = {}): Promise<DesktopProcess> {
  const folder = options.folder ?? (await makeTempFolder('plexsync-desktop-'))
  if (options.hasDatabase === true) {
    await mkdir(folder.file('data'), { recursive: true, mode: 0o700 })
    placeFreshDatabase(folder.file('data', 'plexsync.db'))
  }
  const bus = await fakeBus(folder, options.trayHost ?? true)
  let printed = ''
  const child = fork(
    fileURLToPath(new URL('./stand-in/child.ts', import.meta.url)),
    [`--data-dir=${folder.file('data')}`, ...(options.arguments ?? [])],
    {
      env: {
        PATH: [bus, process.env.PATH ?? ''].join(delimiter),
        HOME: folder.path,
        STAND_IN_DATA_DIR: folder.file('data'),
        STAND_IN_PLATFORM: 'linux',
        PLEXSYNC_WEBHOOK_PORT: '0',
        // As every program that tests start has it: see vitest.config.ts.
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...options.environment,
      },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  child.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  const ask = commander(child, () => printed)
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      await ask('keepCompiled').catch(() => {})
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    if (options.folder === undefined) await folder.close()
  }
  return new DesktopProcess(folder, ask, () => printed, end)
}

/** A session bus that says whether anybody shows tray icons. */
async function fakeBus(folder: TempFolder, hasHost: boolean): Promise<string> {
  const bin = folder.file('bin')
  await mkdir(bin, { recursive: true })
  const script = join(bin, 'gdbus')
  await writeFile(script, `#!/bin/sh\necho '(${hasHost},)'\n`)
  await chmod(script, 0o755)
  return bin
}

function commander(child: ChildProcess, printed: () => string): Ask {
  let last = 0
  const waiting = new Map<
    number,
    (message: { readonly id?: number; readonly value?: unknown; readonly error?: string }) => void
  >()
  child.on('message', (message: { id: number }) => waiting.get(message.id)?.(message))
  child.on('exit', (code) => {
    for (const response of waiting.values()) response({ error: `the app ended with ${code}\n${printed()}` })
  })
  return (name, ...args) =>
    new Promise((resolve, reject) => {
      last += 1
      const id = last
      waiting.set(id, ({ value, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(value as never)
        else reject(new Error(`${name}: ${error}`))
      })
      child.send({ id, name, args })
    })
}
