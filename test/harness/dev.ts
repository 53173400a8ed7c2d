/**
 * `npm run dev`: the window with hot reload, over the real headless engine and the simulated servers. Vite passes the
 * window's calls on and brings a session of its own.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'vite'
import * as z from 'zod'
import { startHeadlessApp } from './headless-app.ts'
import { startServedProcess } from './served-process.ts'
import { makeTempFolder } from './temp-folder.ts'

await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
await using folder = await makeTempFolder('plexsync-dev-')
await using app = await startHeadlessApp({ servers, dataFolder: folder.path })
const { apiKey } = z
  .object({ apiKey: z.string() })
  .parse(JSON.parse(readFileSync(join(folder.path, 'instance.json'), 'utf8')))

const window = await createServer({
  configFile: 'vite.config.ts',
  server: {
    proxy: {
      '/api': {
        target: app.apiUrl,
        changeOrigin: true,
        headers: { Authorization: `Bearer ${apiKey}`, Origin: app.apiUrl },
      },
    },
  },
})
await window.listen()
window.printUrls()
await app.call('enqueueScenes', { scope: 'all' })

const stopped = Promise.withResolvers<void>()
process.once('SIGINT', () => stopped.resolve())
process.once('SIGTERM', () => stopped.resolve())
await stopped.promise
await window.close()
