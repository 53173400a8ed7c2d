/**
 * Loaded into the measured process with `--import`: watches its event loop, and reports when the parent asks. The response
 * goes over the channel of the child process, so nothing of it is in the program itself.
 */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import * as z from 'zod'

/** Between two looks at the loop; what a look comes later than that is the delay. */
const resolutionMs = 10

const reportSchema = z.object({
  /** Delays of the event loop since the last report, in ms. */
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
  /** Processor time since the process began, of all its threads, in ms. */
  cpuMs: z.number(),
})
export type ProbeReport = z.infer<typeof reportSchema>

/** Asks the probe in a child for its figures, which begin again then. */
export async function readProbe(child: ChildProcess): Promise<ProbeReport> {
  const answered = once(child, 'message')
  child.send('report')
  const [message] = await answered
  return reportSchema.parse(message)
}

function watch(): void {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  const milliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs)
  process.on('message', (message) => {
    if (message !== 'report') return
    const { user, system } = process.cpuUsage()
    process.send?.({
      cpuMs: (user + system) / 1000,
      p50: milliseconds(histogram.percentile(50)),
      p99: milliseconds(histogram.percentile(99)),
      max: milliseconds(histogram.max),
    } satisfies ProbeReport)
    histogram.reset()
  })
  // The channel must not keep the process alive.
  process.channel?.unref()
}

if (process.env.PLEXSYNC_BENCH_PROBE === '1') watch()
