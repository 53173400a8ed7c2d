/** A backup restored on another installation, beside the first one: another folder, another port, other secrets. */
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { CallName, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { startPlexServer } from '../harness/plex-server.ts'
import { startStashServer } from '../harness/stash-server.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { type CompanionEngine, openCompanionEngine } from './companion-engine.ts'

async function call<N extends CallName>(
  { engine }: CompanionEngine,
  name: N,
  request: RequestOf<N>,
): Promise<ResponseOf<N>> {
  const response = await engine.invoke(name, request, new AbortController().signal)
  if (!response.ok) throw new Error(`${name}: ${response.fault.message}`)
  return response.value
}

async function started(settings: Record<string, string>): Promise<CompanionEngine & { readonly webhookUrl: string }> {
  const opened = await openCompanionEngine(settings)
  const listening = await opened.engine.start()
  if (!listening.ok) throw new Error(listening.fault.message)
  return { ...opened, webhookUrl: listening.value.webhookUrl }
}

const tokens = { first: 'hook-token-of-the-first-one', second: 'hook-token-of-the-second-one' }

it('brings settings and decisions, no secret, and leaves the plugin of the first one alone', async () => {
  await using folder = await makeTempFolder('plexsync-elsewhere-')
  await using plex = await startPlexServer()
  const os = process.platform === 'win32' ? 'windows' : process.platform
  await using stash = await startStashServer({ pluginsPath: folder.path, os })
  stash.library.addScene({ title: 'One', details: 'About one', files: [{ path: '/data/one.mp4', size: 1 }] })
  const addresses = { stash_url: stash.url, plex_url: plex.url }

  await using first = await started(addresses)
  const secrets = { plex_token: plex.token, stash_api_key: stash.apiKey, hook_token: tokens.first }
  await call(first, 'saveSettings', { values: { ...secrets, tag_deny: 'Only of the first one' } })
  await call(first, 'enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
  expect(await call(first, 'installPlugin', { consent: true, variant: 'js' })).toMatchObject({ installed: true })
  const plugin = () => stash.plugins.list().find(({ id }) => id === 'plexsync')
  const before = plugin()
  expect(before?.description).toContain(new URL(first.webhookUrl).origin)

  const file = folder.file('backup.db')
  await call(first, 'createBackup', { file })
  const bytes = await readFile(file)
  for (const secret of Object.values(secrets)) expect(bytes.includes(secret)).toBe(false)

  await using second = await started(addresses)
  await call(second, 'saveSettings', { values: { stash_api_key: stash.apiKey, hook_token: tokens.second } })
  await call(second, 'restoreBackup', { file })

  const { settings } = await call(second, 'listSettings', {})
  const shown = (name: string) => settings.find((row) => row.name === name)?.value
  expect(shown('tag_deny')).toBe('Only of the first one')
  // What it had itself it keeps, and what it had not it does not get.
  expect(shown('hook_token')).toBe(`set, ends in ${tokens.second.slice(-4)}`)
  expect(shown('plex_token')).toBe('')
  const { rows } = await call(second, 'listActivity', {})
  expect(rows.map(({ scene_id }) => scene_id)).toEqual(['1'])

  // It listens under another address, with another token.
  const { webhook_url } = await call(second, 'getStatus', {})
  expect(webhook_url).not.toBeNull()
  expect(webhook_url).not.toBe(first.webhookUrl)
  const knock = async (token: string) => {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
    const response = await fetch(webhook_url ?? '', { method: 'POST', headers, body: '{"type":"ping"}' })
    await response.arrayBuffer()
    return response.status
  }
  expect([await knock(tokens.first), await knock(tokens.second)]).toEqual([401, 202])

  // The plugin reports to the first one, whatever the restored database remembers of it.
  const base = new URL(first.webhookUrl).origin
  expect(await call(second, 'getPluginStatus', {})).toMatchObject({ installed: false, others: base })
  expect(await call(second, 'installPlugin', { consent: true })).toMatchObject({ installed: false, others: base })
  expect(plugin()).toEqual(before)
})
