import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const bin = fileURLToPath(new URL('../../main/headless/bin.mjs', import.meta.url))

/** Runs `plexsync ARGS` in a process of its own. Nothing of the caller's PLEX_… and STASH_… environment goes with it. */
export function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PLEX|STASH)/.test(name))
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...environment },
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    printed.stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    printed.stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...printed }))
  })
}

/** The one JSON document that `--json` promises on stdout. */
export function jsonOf(result: CliResult): unknown {
  return JSON.parse(result.stdout)
}
