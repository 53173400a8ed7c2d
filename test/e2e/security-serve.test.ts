/** `plexsync serve` as a whole: what must hold across a restart, and what it says about a listener that others can reach. */
import { expect, it } from 'vitest'
import { sign, signingKey } from '../../main/engine/intake/signature.ts'
import { type AppProcess, startApp } from '../harness/app-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'

const hookToken = 'a-hook-token-of-its-own'

function signed(id: string, at: number, body: string): RequestInit {
  const key = signingKey(hookToken)
  if (key === null) throw new Error('no key')
  const timestamp = String(Math.floor(at / 1000))
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': sign(key, id, timestamp, body),
    },
    body,
  }
}

async function statusOf(app: AppProcess, hook: RequestInit): Promise<unknown> {
  const response = await fetch(app.webhookUrl, hook)
  return [response.status, await response.json()]
}

it('a signed delivery that was recorded is worth nothing when it is played again, also after a restart', async () => {
  await using folder = await makeTempFolder('plexsync-replay-')
  const environment = { PLEXSYNC_HOOK_TOKEN: hookToken }
  const hook = signed('msg_1', Date.now(), JSON.stringify({ type: 'Scene.Update.Post', id: 7, inputFields: ['title'] }))
  const first = await startApp({ dataFolder: folder.path, environment })
  expect(await statusOf(first, hook)).toEqual([202, { status: 'queued', scene_id: '7' }])
  expect(await statusOf(first, hook)).toEqual([202, { status: 'duplicate', scene_id: '7' }])
  // Killed, not stopped: what was answered must be on disk.
  first.child.kill('SIGKILL')
  await first.stop()

  await using second = await startApp({ dataFolder: folder.path, environment })
  expect(await statusOf(second, hook)).toEqual([202, { status: 'duplicate', scene_id: '7' }])
  const old = signed('msg_2', Date.now() - 6 * 60_000, String(hook.body))
  expect((await fetch(second.webhookUrl, old)).status).toBe(401)
  const status = await second.call('getStatus')
  expect(status.queue.ready + status.queue.delayed).toBe(1)
})

it('a session ends with the process, and a spent address stays spent', async () => {
  await using folder = await makeTempFolder('plexsync-session-')
  const first = await startApp({ dataFolder: folder.path })
  const entered = await fetch(first.uiUrl, { redirect: 'manual' })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { port } = new URL(first.uiUrl)
  await first.stop()

  await using second = await startApp({ dataFolder: folder.path, arguments: ['--ui-port', port] })
  const base = new URL(second.uiUrl).origin
  const call = (headers: Record<string, string>) =>
    fetch(`${base}/api/getStatus`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{}',
    })
  expect((await call({ Cookie: cookie })).status).toBe(401)
  const again = await fetch(first.uiUrl, { redirect: 'manual' })
  expect(again.headers.get('set-cookie')).toBeNull()
})

it('reports when other machines can reach a listener, and nothing when they cannot', async () => {
  await using folder = await makeTempFolder('plexsync-hosts-')
  await using closed = await startApp({ dataFolder: folder.file('closed') })
  await using open = await startApp({
    dataFolder: folder.file('open'),
    arguments: ['--ui-host', '0.0.0.0', '--webhook-host', '0.0.0.0'],
  })
  // A call and its response: what was logged before is printed by then.
  for (const app of [open, closed]) await app.call('getStatus')
  const said = open
    .stderr()
    .split('\n')
    .filter((line) => line.includes('other machines'))
  expect(said.map((line) => /\w+_host/.exec(line)?.[0])).toEqual(['webhook_host', 'ui_host'])
  expect(closed.stderr()).not.toContain('other machines')
})

it('settings of secrets come back as a mask only', async () => {
  await using folder = await makeTempFolder('plexsync-masks-')
  await using app = await startApp({ dataFolder: folder.path, environment: { PLEXSYNC_HOOK_TOKEN: hookToken } })
  const saved = await app.call('saveSettings', { values: { plex_token: 'a-token-that-ends-in-wxyz' } })
  const { settings } = await app.call('listSettings')
  for (const rows of [saved.settings, settings]) {
    expect(rows.find(({ name }) => name === 'plex_token')?.value).toBe('set, ends in wxyz')
    expect(rows.find(({ name }) => name === 'stash_api_key')?.value).toBe('')
    expect(JSON.stringify(rows)).not.toContain('a-token-that')
  }
})
