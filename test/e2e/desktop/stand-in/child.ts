/**
 * Runs the built, unmodified `out/desktop/index.js` in this Node process, with the stand-in in Electron's place, and
 * carries out a test's commands. Started by `desktop-process.ts`.
 */
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { commands } from './commands.ts'
import { holdLongTimers } from './long-timers.ts'

const standIn = new URL('./electron.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
})
const { STAND_IN_PLATFORM: platform } = process.env
if (platform !== undefined) Object.defineProperty(process, 'platform', { value: platform })

holdLongTimers()

// Electron sets it on its own process.
Object.defineProperty(process, 'resourcesPath', { value: process.env.STAND_IN_RESOURCES ?? import.meta.dirname })

process.on('message', async ({ id, name, args }: { id: number; name: string; args: unknown[] }) => {
  const command: ((...given: never[]) => unknown) | undefined = Reflect.get(commands, name)
  try {
    process.send?.({ id, value: await command?.(...(args as never[])) })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
process.on('disconnect', () => process.exit())
// Electron keeps its main process alive.
setInterval(() => {}, 60_000)

const built = fileURLToPath(new URL('../../../../out/desktop/index.js', import.meta.url))
await import(pathToFileURL(process.env.STAND_IN_APP ?? built).href)
