import { join } from 'node:path'
import type { LogFilter, LogLine } from '../../../shared/contract.ts'
import type { LogLevel } from '../../../shared/domain.ts'
import { fail } from '../../../shared/result.ts'
import { LogRing } from '../../engine/log/log-ring.ts'
import { systemClock } from '../../engine/ports.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'

interface LogOptions {
  readonly level?: LogLevel
  readonly component?: string
  readonly scene?: string
  readonly grep?: string
  readonly since?: string
  readonly limit: number
  readonly follow?: boolean
}

/** Reads the files themselves, so that it works beside a running PlexSync and without one. */
export async function logs(context: Context, options: LogOptions): Promise<ExitCode> {
  const since = options.since === undefined ? undefined : momentOf(options.since)
  if (since === null)
    return refuse(
      context,
      fail('invalid_input', `--since ${options.since}: expected an ISO time, or 30m, 2h, 3d`).fault,
    )
  const filter: LogFilter = {
    limit: options.limit,
    ...(options.level && { level: options.level }),
    ...(options.component && { component: options.component }),
    ...(options.scene && { scene_id: options.scene }),
    ...(options.grep && { text: options.grep }),
    ...(since && { since }),
  }
  const print = (line: LogLine): void =>
    context.output.line(line, () => `${line.at} ${line.level.padEnd(7)} ${line.line}`)
  const ring = new LogRing(join(context.dataFolder, 'logs'), systemClock)
  if (options.follow === true) {
    const following = ring.follow(filter, print, (problem) => context.output.note(problem))
    if (!following.ok) return refuse(context, following.fault)
    await untilStopped(context.signal)
    following.value()
    return exitCodes.done
  }
  const read = await ring.read(filter)
  if (!read.ok) return refuse(context, read.fault)
  for (const line of read.value) print(line)
  return exitCodes.done
}

/** Keeps the process alive until Ctrl-C. */
function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 60_000)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      resolve()
    })
  })
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function momentOf(text: string): string | null {
  const ago = /^(\d+)([smhd])$/.exec(text)
  const unit = units[ago?.[2] ?? '']
  if (ago !== null && unit !== undefined) return new Date(systemClock.now() - Number(ago[1]) * unit).toISOString()
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
