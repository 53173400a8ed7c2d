import { describe, expect, it } from 'vitest'
import { type ExportDeps, exportSettings, importSettings, type RememberedPick, type RememberedPicks } from './export.ts'
import { settingsFixture } from './settings-store.fixture.ts'

class MemoryPicks implements RememberedPicks {
  readonly picks = new Map<string, RememberedPick>()
  #server: string | null
  constructor(server: string | null = null) {
    this.#server = server
  }
  server(): string | null {
    return this.#server
  }
  bindTo(server: string): void {
    this.#server = server
  }
  list(): RememberedPick[] {
    return [...this.picks.values()]
  }
  remember(pick: RememberedPick): void {
    if (pick.path === '/refused') throw new Error('refused')
    this.picks.set(pick.path, pick)
  }
}

function installation(server: string | null = null, environment: Record<string, string> = {}) {
  const fixture = settingsFixture()
  const picks = new MemoryPicks(server)
  const settings = fixture.store({ environment })
  const parts: ExportDeps = { settings, picks }
  const about = { appVersion: '1.0.0', clock: fixture.clock }
  return { ...fixture, picks, settings, parts, about }
}

/** An installation with something in each part. */
function filled() {
  const from = installation('server-1', { PLEX_TOKEN: 'of-the-environment' })
  from.settings.save({
    plex_url: 'http://plex:32400',
    max_retries: 9,
    plex_token: 'planted-token-1',
    hook_token: 'planted-token-2',
  })
  from.picks.remember(pickOfA)
  return from
}

const pickOfA: RememberedPick = { path: '/media/a.mp4', ratingKey: '12', file: '/plex/a.mp4', size: 7, duration: null }

const messageOf = (result: { ok: boolean; fault?: { message: string } }) => (result.ok ? 'ok' : result.fault?.message)

describe('export', () => {
  it('holds stored settings and picks, and no secret', async () => {
    const from = filled()
    const text = await exportSettings(from.parts, from.about)
    expect(JSON.parse(text)).toEqual({
      format: 'plexsync-settings',
      version: 1,
      app_version: '1.0.0',
      exported_at: '2025-01-15T12:00:00.000Z',
      plex_server: 'server-1',
      settings: { plex_url: 'http://plex:32400', max_retries: 9 },
      picks: [{ path: '/media/a.mp4', rating_key: '12', plex_file: '/plex/a.mp4', size: 7, duration: null }],
    })
  })

  it('seals the secrets under a passphrase', async () => {
    const from = filled()
    const text = await exportSettings(from.parts, from.about, 'correct horse')
    expect(text).not.toMatch(/planted|of-the-environment/)
    const again = await exportSettings(from.parts, from.about, 'correct horse')
    expect(JSON.parse(again).secrets.data).not.toBe(JSON.parse(text).secrets.data)
  })
})

describe('import', () => {
  it('restores settings, picks and secrets', async () => {
    const from = filled()
    const text = await exportSettings(from.parts, from.about, 'pässword')
    const to = installation()
    to.settings.save({ theme: 'dark' })
    // The same passphrase as another system may type it.
    const result = await importSettings(to.parts, `\ufeff${text}`, 'pässword'.normalize('NFD'))
    expect(result).toEqual({
      ok: true,
      value: { settings: ['plex_url', 'max_retries', 'plex_token', 'hook_token'], picks: 1, leftOut: [] },
    })
    expect(to.settings.settings()).toMatchObject({
      plex_url: 'http://plex:32400',
      max_retries: 9,
      plex_token: 'planted-token-1',
      hook_token: 'planted-token-2',
      theme: 'dark',
    })
    expect(to.picks.list()).toEqual([pickOfA])
    expect(to.picks.server()).toBe('server-1')
  })

  it('leaves secrets out without the passphrase, and says so', async () => {
    const from = filled()
    const text = await exportSettings(from.parts, from.about, 'correct horse')
    const to = installation()
    to.settings.save({ plex_token: 'present-token' })
    const result = await importSettings(to.parts, text)
    expect(result.ok && result.value.leftOut).toEqual([
      'Tokens and keys: the file holds them under a passphrase, and none was given',
    ])
    expect(to.settings.get('plex_token')).toBe('present-token')
    expect(to.settings.get('max_retries')).toBe(9)
  })

  it('refuses a wrong passphrase and a changed seal, and imports nothing', async () => {
    const from = filled()
    const text = await exportSettings(from.parts, from.about, 'correct horse')
    const to = installation()
    const wrong = 'passphrase: does not open the secrets of this file'
    expect(messageOf(await importSettings(to.parts, text, 'wrong horse'))).toBe(wrong)
    for (const part of ['data', 'tag', 'iv', 'salt']) {
      const changed = JSON.parse(text)
      const bytes = Buffer.from(changed.secrets[part], 'base64')
      bytes[0] = (bytes[0] ?? 0) ^ 1
      changed.secrets[part] = bytes.toString('base64')
      expect(messageOf(await importSettings(to.parts, JSON.stringify(changed), 'correct horse')), part).toBe(wrong)
    }
    const short = JSON.parse(text)
    short.secrets.tag = Buffer.from(short.secrets.tag, 'base64').subarray(0, 4).toString('base64')
    expect(messageOf(await importSettings(to.parts, JSON.stringify(short), 'correct horse'))).toBe(wrong)
    expect(to.settings.get('max_retries')).toBe(5)
  })

  it('does not bring picks to another Plex server', async () => {
    const from = filled()
    const text = await exportSettings(from.parts, from.about)
    const to = installation('server-2')
    const result = await importSettings(to.parts, text)
    expect(result.ok && result.value).toMatchObject({
      picks: 0,
      leftOut: ['1 picks: they name items of another Plex server'],
    })
    expect(to.picks.list()).toEqual([])
    expect(to.settings.get('max_retries')).toBe(9)
  })

  it('reads what `config list --json` prints, without the masked secrets', async () => {
    const to = installation()
    to.settings.save({ plex_token: 'present-token' })
    const list = {
      max_retries: 7,
      plex_token: 'set, ends in oken',
      stash_api_key: 'set',
      hook_token: '',
      plex_url: 'http://a',
    }
    expect(await importSettings(to.parts, JSON.stringify(list))).toMatchObject({ ok: true })
    expect(to.settings.settings()).toMatchObject({ max_retries: 7, plex_token: 'present-token', stash_api_key: '' })
  })

  it.each([
    ['no JSON at all', 'The file is not JSON; expected a file that PlexSync exported'],
    ['[]', 'The file cannot be imported: the file: '],
    [
      '{"format":"plexsync-settings","version":3,"settings":{}}',
      'The file was written by a newer PlexSync (format 3, this one reads up to 2)',
    ],
    ['{"format":"other","version":1,"settings":{}}', 'The file cannot be imported: format: '],
    ['{"format":"plexsync-settings","version":1}', 'The file cannot be imported: settings: '],
    [
      '{"format":"plexsync-settings","version":1,"settings":{"theme":{}}}',
      'The file cannot be imported: settings.theme: ',
    ],
    [
      '{"format":"plexsync-settings","version":1,"settings":{},"picks":[{"path":"/a","rating_key":"x"}]}',
      'The file cannot be imported: picks[0].rating_key: must be a positive whole number',
    ],
    [
      '{"format":"plexsync-settings","version":1,"settings":{"max_retries":99,"plex_url":"x"}}',
      'max_retries: must be a whole number from 1 to 20; plex_url: must start with http:// or https://',
    ],
    [
      '{"format":"plexsync-settings","version":1,"settings":{"sync_tag":true}}',
      'sync_tag: there is no such setting; did you mean sync_tags?',
    ],
    ['{"sync_tag":true}', 'sync_tag: there is no such setting; did you mean sync_tags?'],
  ])('%s is refused exactly', async (text, message) => {
    const to = installation()
    const result = await importSettings(to.parts, text)
    expect(messageOf(result)?.slice(0, message.length)).toBe(message)
    expect(to.settings.stored()).toEqual({})
  })

  it('bounds the cost that a file may ask for', async () => {
    const from = filled()
    const document = JSON.parse(await exportSettings(from.parts, from.about, 'correct horse'))
    for (const cost of [2 ** 30, 3, 1_000_000, -1]) {
      document.secrets.cost = cost
      expect(messageOf(await importSettings(from.parts, JSON.stringify(document), 'correct horse'))).toContain(
        'secrets.cost',
      )
    }
  })

  it('is all or nothing when a pick cannot be stored', async () => {
    const to = installation()
    const document = {
      format: 'plexsync-settings',
      version: 1,
      plex_server: 's',
      settings: { max_retries: 9 },
      picks: [{ path: '/refused', rating_key: '1' }],
    }
    await expect(importSettings(to.parts, JSON.stringify(document))).rejects.toThrow('refused')
    expect(to.settings.get('max_retries')).toBe(5)
  })
})
