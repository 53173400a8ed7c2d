import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { run } from '../../main/headless/cli.ts'

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const bin = fileURLToPath(new URL('../../main/headless/bin.mjs', import.meta.url))

/** The caller's environment without its PLEX_… and STASH_… variables, with these instead. */
function isolated(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PLEX|STASH)/.test(name))
  return { ...Object.fromEntries(inherited), ...environment }
}

/** Runs `plexsync ARGS` in this process: what the program does, without the second that a process takes to start. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const printed = { stdout: '', stderr: '' }
  const code = await run(args, {
    environment: isolated(environment),
    isTerminal: false,
    out: (text) => {
      printed.stdout += text
    },
    err: (text) => {
      printed.stderr += text
    },
    log: (line) => {
      printed.stderr += `${line}\n`
    },
    endSoon: () => {},
  })
  return { code, ...printed }
}

/** `plexsync ARGS` in a separate process, as a user runs it. */
export interface CliProcess {
  readonly child: ChildProcess
  readonly ended: Promise<CliResult>
}

export function startCliProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: isolated(environment),
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString()
  })
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...printed }))
  })
  return { child, ended }
}

/** As `startCliProcess`, to its end. */
export function runCliProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return startCliProcess(args, environment).ended
}

/** The one JSON document that `--json` promises on stdout. */
export function jsonOf(result: CliResult): unknown {
  return JSON.parse(result.stdout)
}
