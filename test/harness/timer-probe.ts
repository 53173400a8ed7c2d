/**
 * Loaded into a measured process with `--import`: keeps all timers of the process in view, those of Node's own modules too,
 * and reports to the parent which of them repeat.
 */
import { createHook } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as z from 'zod'

const reportSchema = z.object({ intervalsMs: z.array(z.number()) })

/** The lengths in ms of all timers that repeat in a child with this probe, each as often as there are such timers. */
export async function readIntervals(child: ChildProcess): Promise<number[]> {
  const answered = once(child, 'message')
  child.send('timers')
  const [message] = await answered
  return reportSchema.parse(message).intervalsMs
}

function watch(): void {
  const timers = new Map<number, object>()
  createHook({
    init(id, type, _trigger, resource: object) {
      if (type === 'Timeout') timers.set(id, resource)
    },
    destroy: (id) => timers.delete(id),
  }).enable()
  process.on('message', (message) => {
    if (message !== 'timers') return
    const repeats = [...timers.values()].map((timer): unknown => Reflect.get(timer, '_repeat'))
    process.send?.({ intervalsMs: repeats.filter((ms) => typeof ms === 'number') } satisfies z.infer<
      typeof reportSchema
    >)
  })
  // The channel must not keep the process alive.
  process.channel?.unref()
}

if (process.env.PLEXSYNC_TIMER_PROBE === '1') watch()
