/**
 * `npm run dev`: the window with hot reload, over the real headless engine and the simulated servers. Vite passes the
 * window's calls on and brings a separate session.
 */
import { createServer } from 'vite'
import { findHolder } from '../../main/host/instance.ts'
import { appEnvironment, startApp } from './app-process.ts'
import { startServedProcess } from './served-process.ts'
import { makeTempFolder } from './temp-folder.ts'

await using servers = await startServedProcess({ drawn: true, plex: { maxRequestLine: 65_536 } })
await using folder = await makeTempFolder('plexsync-dev-')
await using app = await startApp({ dataFolder: folder.path, environment: appEnvironment(servers) })
const holder = findHolder(folder.path)
if (holder?.apiUrl == null) throw new Error('the app does not say where it listens')

const window = await createServer({
  configFile: 'vite.config.ts',
  server: {
    proxy: {
      '/api': {
        target: holder.apiUrl,
        changeOrigin: true,
        headers: { Authorization: `Bearer ${holder.apiKey}`, Origin: holder.apiUrl },
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
