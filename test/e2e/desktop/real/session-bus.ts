/** The session bus, through `session-bus.py` and the packages python3-dbus and dunst. */
import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as z from 'zod'

const script = fileURLToPath(new URL('./session-bus.py', import.meta.url))
const run = promisify(execFile)

const traySchema = z.object({
  title: z.string(),
  tooltip: z.string(),
  /** Changes with the picture. */
  icon: z.string(),
  menu: z.array(z.object({ label: z.string(), enabled: z.boolean() })),
})
export type TrayItem = z.infer<typeof traySchema>

/** Whether anybody owns a name; false if there is no bus or no Python to ask it with. */
export function owns(name: string): boolean {
  try {
    return execFileSync('python3', [script, 'owns', name], { encoding: 'utf8', stdio: 'pipe' }).trim() === 'true'
  } catch {
    return false // What cannot be asked is not there for these tests.
  }
}

async function ask(...args: string[]): Promise<unknown> {
  const { stdout } = await run('python3', [script, ...args])
  return JSON.parse(stdout)
}

/** The tray item of a process; null while there is none. */
export async function trayOf(pid: number): Promise<TrayItem | null> {
  return traySchema.nullable().parse(await ask('tray', String(pid)))
}

/** Clicks the entry that begins with `label`; false if there is none that can be clicked. */
export async function clickTray(pid: number, label: string): Promise<boolean> {
  return (await ask('click', String(pid), label)) === true
}

export async function activateTray(pid: number): Promise<void> {
  await ask('activate', String(pid))
}

const historySchema = z.object({
  data: z.array(z.array(z.object({ summary: z.object({ data: z.string() }), body: z.object({ data: z.string() }) }))),
})

export interface ShownNotification {
  readonly title: string
  readonly body: string
}

export const notifications = {
  displayed: async (): Promise<number> => Number((await run('dunstctl', ['count', 'displayed'])).stdout),
  /** The default action of the newest one, as a click on it. */
  click: async (): Promise<void> => void (await run('dunstctl', ['action'])),
  closeAll: async (): Promise<void> => void (await run('dunstctl', ['close-all'])),
  /** Those that were closed, the newest first. */
  async closed(): Promise<ShownNotification[]> {
    const { stdout } = await run('dunstctl', ['history'])
    const { data } = historySchema.parse(JSON.parse(stdout))
    return data.flat().map(({ summary, body }) => ({ title: summary.data, body: body.data }))
  },
  clearHistory: async (): Promise<void> => void (await run('dunstctl', ['history-clear'])),
}
