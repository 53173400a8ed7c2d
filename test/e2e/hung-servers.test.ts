/** `plexsync serve` is stopped while the servers hang with their connections open, as a machine does that is out of memory. */
import { expect, it } from 'vitest'
import { appEnvironment, startApp } from '../harness/app-process.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'

const patience = { timeout: 60_000 }

it.skipIf(process.platform === 'win32')('ends though no server says farewell to its websocket', async () => {
  await using folder = await makeTempFolder('plexsync-hung-')
  await using servers = await startServedProcess({ scenes: 1 })
  await using app = await startApp({ dataFolder: folder.path, environment: appEnvironment(servers) })
  await expect.poll(() => servers.command('stashSubscribers'), patience).toBe(1)
  process.kill(servers.pid, 'SIGSTOP')
  try {
    expect(await app.stop()).toBe(0)
  } finally {
    process.kill(servers.pid, 'SIGCONT')
  }
})
