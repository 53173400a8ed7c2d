import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, parseSetting, type SettingName, settingNames } from '../../../shared/settings.ts'
import { type SettingsFixture, settingsFixture } from './settings-store.fixture.ts'
import type { SettingsStore } from './settings-store.ts'

let fixture: SettingsFixture
beforeEach(() => {
  fixture = settingsFixture()
})

const rowOf = (store: SettingsStore, name: SettingName) => store.list().find((row) => row.name === name)
const messageOf = (result: { ok: boolean; fault?: { message: string } }) => (result.ok ? 'ok' : result.fault?.message)

describe('layers', () => {
  it('begins with the defaults', () => {
    const store = fixture.store()
    expect(store.settings()).toEqual(defaultSettings())
    expect(Object.isFrozen(store.settings())).toBe(true)
    expect(store.list().map(({ name }) => name)).toEqual(settingNames)
    expect(store.list().every(({ source, changed }) => source === 'default' && !changed)).toBe(true)
  })

  it('argument beats environment beats stored beats default', () => {
    fixture.store().save({ max_retries: 2, concurrency: 2, quiet_time: 2, read_timeout: 20 })
    const store = fixture.store({
      environment: { PLEXSYNC_MAX_RETRIES: '3', PLEXSYNC_CONCURRENCY: '3', PLEX_URL: ' http://plex:32400/ ' },
      arguments: { max_retries: '4' },
    })
    expect(store.settings()).toMatchObject({
      max_retries: 4,
      concurrency: 3,
      read_timeout: 20,
      connect_timeout: 5,
      plex_url: 'http://plex:32400',
    })
    expect(rowOf(store, 'max_retries')).toMatchObject({ value: 4, default: 5, changed: true, source: 'argument' })
    expect(rowOf(store, 'concurrency')).toMatchObject({ value: 3, source: 'environment' })
    // Stored, and equal to the default.
    expect(rowOf(store, 'quiet_time')).toMatchObject({ value: 2, changed: false, source: 'stored' })
    expect(rowOf(store, 'connect_timeout')).toMatchObject({ source: 'default' })
  })

  it('reads switches from words, and takes an empty variable as not given', () => {
    const environment = {
      PLEXSYNC_ENABLED: 'off',
      PLEXSYNC_ONLY_ORGANIZED: 'Yes',
      PLEXSYNC_SYNC_TAGS: '0',
      PLEX_URL: '',
    }
    fixture.store().save({ plex_url: 'http://a' })
    const store = fixture.store({ environment })
    expect(store.settings()).toMatchObject({
      enabled: false,
      only_organized: true,
      sync_tags: false,
      plex_url: 'http://a',
    })
    expect(rowOf(store, 'plex_url')).toMatchObject({ source: 'stored' })
  })

  it('an argument can empty a setting', () => {
    fixture.store().save({ plex_library: 'A, B' })
    expect(fixture.store({ arguments: { plex_library: '' } }).get('plex_library')).toBe('')
  })

  it('names each variable and argument that is wrong, never its value', () => {
    const opened = fixture.open({
      environment: { PLEXSYNC_CONCURRENCY: '99', PLEX_TOKEN: 'short-one', PLEXSYNC_PATH_MAP: 'nothing' },
      arguments: { max_retries: 'many', plex_urll: 'x' },
    })
    expect(opened).toMatchObject({ ok: false, fault: { code: 'unknown_name' } })
    expect(messageOf(opened)).toBe(
      'plex_token: must have at least 10 characters (PLEX_TOKEN); ' +
        'path_map: rule 1 "nothing": has no "=>" (PLEXSYNC_PATH_MAP); ' +
        'concurrency: must be a whole number from 1 to 16 (PLEXSYNC_CONCURRENCY); ' +
        'max_retries: must be a whole number from 1 to 20 (--set max_retries); ' +
        '--set plex_urll: there is no such setting; did you mean plex_url?',
    )
    expect(fixture.open({ environment: { PLEX_URL: 'plex' } })).toMatchObject({
      fault: { code: 'invalid_input', message: 'plex_url: must start with http:// or https:// (PLEX_URL)' },
    })
  })

  it('reports variables that look like settings', () => {
    fixture.store({
      environment: { PLEXSYNC_CONCURENCY: '8', PLEXSYNC_DATA_DIR: '/data', PLEXSYNC_XYZZY: '', PATH: '/bin' },
    })
    expect(fixture.logger.lines).toEqual([
      'warning PLEXSYNC_CONCURENCY is not a variable of PlexSync and is ignored; did you mean PLEXSYNC_CONCURRENCY?',
      'warning PLEXSYNC_XYZZY is not a variable of PlexSync and is ignored',
    ])
  })
})

describe('save', () => {
  it('stores what was parsed, and finds it again', () => {
    const saved = fixture
      .store()
      .save({ plex_url: 'HTTP://plex:32400//', max_retries: '7', sync_tags: 'no', tag_deny: ' a ,,b' })
    expect(saved.ok).toBe(true)
    expect(fixture.store().settings()).toMatchObject({
      plex_url: 'HTTP://plex:32400',
      max_retries: 7,
      sync_tags: false,
      tag_deny: 'a, b',
    })
  })

  it('is all or nothing, and names every problem', () => {
    const store = fixture.store()
    const saved = store.save({ concurrency: 8, plex_url: 'plex:32400', max_retries: 0, path_map: 'x' })
    expect(saved).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    expect(messageOf(saved)).toBe(
      'plex_url: must start with http:// or https://; max_retries: must be a whole number from 1 to 20; ' +
        'path_map: rule 1 "x": has no "=>"',
    )
    expect(store.settings()).toEqual(defaultSettings())
    expect(fixture.store().settings()).toEqual(defaultSettings())
  })

  it.each([
    ['plex_urll', 'plex_url'],
    ['Plex-Url', 'plex_url'],
    ['maxRetries', 'max_retries'],
    ['organized_only', null],
    ['retries', 'max_retries'],
    ['sync_tag', 'sync_tags'],
    ['__proto__', null],
    ['xyzzy', null],
  ])('unknown name %s: suggests %s', (name, nearest) => {
    const saved = fixture.store().save(Object.fromEntries([[name, '1']]))
    expect(saved).toMatchObject({ ok: false, fault: { code: 'unknown_name' } })
    const hint = nearest === null ? '' : `; did you mean ${nearest}?`
    expect(messageOf(saved)).toBe(`${name}: there is no such setting${hint}`)
  })

  it('saves a value that the environment overrides, and says so', () => {
    const store = fixture.store({ environment: { PLEXSYNC_CONCURRENCY: '3' } })
    const changes: (readonly string[])[] = []
    store.onChange((changed) => changes.push(changed))
    const saved = store.save({ concurrency: 8 })
    expect(saved.ok && saved.value.find(({ name }) => name === 'concurrency')).toMatchObject({
      value: 3,
      source: 'environment',
    })
    expect(changes).toEqual([])
    expect(fixture.store().get('concurrency')).toBe(8)
  })

  it('runs what goes alongside in the same transaction', () => {
    const store = fixture.store()
    expect(() =>
      store.save({ concurrency: 8 }, () => {
        throw new Error('a bug')
      }),
    ).toThrow('a bug')
    expect(fixture.store().get('concurrency')).toBe(4)
  })

  it('answers with a fault where the database refuses', () => {
    const store = fixture.store()
    fixture.db.pragma('query_only = ON')
    expect(store.save({ concurrency: 8, plex_token: 'abcdefghijkl' })).toMatchObject({
      fault: { code: 'cannot_store' },
    })
    expect(store.get('concurrency')).toBe(4)
    expect(fixture.secrets.get('plex_token')).toBe('')
  })
})

describe('the values of libraries', () => {
  const ref = { server: 'plex-1', library: 'library-1' }

  it('ask which server is in use only where a library has some: each scene and each hook asks for them', () => {
    let asked = 0
    const server = () => {
      asked++
      return ref.server
    }
    const store = fixture.store({ server })
    expect(store.forLibrary(ref.library)).toBe(store.settings())
    expect(store.ofLibraries()).toEqual([])
    expect(asked).toBe(0)
    expect(store.saveForLibrary(ref, { sync_tags: !store.settings().sync_tags }).ok).toBe(true)
    expect(store.forLibrary(ref.library).sync_tags).toBe(!store.settings().sync_tags)
    expect(store.ofLibraries()).toEqual([store.forLibrary(ref.library)])
    expect(store.forLibrary(null)).toBe(store.settings())
    expect(asked).toBeGreaterThan(0)
  })
})

describe('secrets', () => {
  const token = 'abcdefghij-1234wxyz'

  it('are kept by the host, never in the database, and are masked', () => {
    const store = fixture.store()
    const saved = store.save({ plex_token: ` ${token} `, stash_api_key: 'short', max_retries: 6 })
    expect(JSON.stringify(saved)).not.toContain('abcdef')
    expect(rowOf(store, 'plex_token')).toEqual({
      name: 'plex_token',
      value: 'set, ends in wxyz',
      default: '',
      changed: true,
      source: 'stored',
    })
    expect(rowOf(store, 'stash_api_key')).toMatchObject({ value: 'set' })
    expect(rowOf(store, 'hook_token')).toMatchObject({ value: '', changed: false, source: 'default' })
    expect(store.get('plex_token')).toBe(token)
    expect(fixture.secrets.get('plex_token')).toBe(token)
    expect(JSON.stringify(fixture.db.prepare('SELECT * FROM setting').all())).not.toContain('token')
    expect(fixture.logger.lines.join()).not.toContain('abcdef')
    expect(JSON.stringify(store.stored())).toBe('{"max_retries":6}')
    expect(store.storedSecrets()).toEqual({ plex_token: token, stash_api_key: 'short' })
  })

  it('stay when their own mask is sent back, and go when emptied', () => {
    const store = fixture.store()
    store.save({ plex_token: token, stash_api_key: 'short' })
    expect(store.save({ plex_token: 'set, ends in wxyz', stash_api_key: 'set' }).ok).toBe(true)
    expect(store.settings()).toMatchObject({ plex_token: token, stash_api_key: 'short' })
    store.save({ stash_api_key: '' })
    expect(store.get('stash_api_key')).toBe('')
    store.reset(['plex_token'])
    expect(store.storedSecrets()).toEqual({})
  })

  it('are put back when something else cannot be stored', () => {
    const store = fixture.store()
    store.save({ plex_token: token })
    fixture.secrets.refused = 'hook_token'
    const saved = store.save({ max_retries: 9, plex_token: 'another-token-1', hook_token: 'another-token-2' })
    expect(saved).toMatchObject({
      fault: { code: 'cannot_store', message: 'hook_token cannot be stored: the keychain is locked' },
    })
    expect(store.get('max_retries')).toBe(5)
    expect(fixture.secrets.get('plex_token')).toBe(token)
  })
})

describe('stored values that are wrong', () => {
  it.each([
    ['max_retries', '"many"', 'max_retries: must be a whole number from 1 to 20'],
    ['max_retries', '{not json', 'max_retries: must be a whole number from 1 to 20'],
    ['theme', 'null', 'theme: must be one of system, light, dark'],
    ['path_map', '"x"', 'path_map: rule 1 "x": has no "=>"'],
    ['plex_url', '["http://a"]', 'plex_url: must be text'],
  ])('%s = %s falls back to the default with a warning', (name, json, problem) => {
    fixture.db.prepare('INSERT INTO setting VALUES (?, ?, 0)').run(name, json)
    const store = fixture.store()
    expect(store.settings()).toEqual(defaultSettings())
    expect(fixture.logger.lines).toHaveLength(1)
    expect(fixture.logger.lines[0]).toContain(
      `warning Configuration error: ${problem.replace(': ', `: ${name} `)}; the default `,
    )
    store.refresh()
    expect(fixture.logger.lines).toHaveLength(1)
  })

  it('of another version are left alone with a warning', () => {
    fixture.db.prepare('INSERT INTO setting VALUES (?, ?, 0)').run('from_the_future', '1')
    expect(fixture.store().save({ max_retries: 6 }).ok).toBe(true)
    expect(fixture.logger.lines[0]).toContain('warning The stored setting from_the_future is unknown to this version')
    expect(fixture.db.prepare('SELECT count(*) AS n FROM setting').get()).toEqual({ n: 2 })
  })

  it('are no secrets either', () => {
    fixture.secrets.values.set('plex_token', 'two words')
    expect(fixture.store().get('plex_token')).toBe('')
    expect(fixture.logger.lines[0]).toContain('Configuration error: plex_token: plex_token must')
    expect(fixture.logger.lines[0]).not.toContain('two words')
  })
})

describe('changes', () => {
  it('are reported with the names of the values in force that changed', () => {
    const store = fixture.store()
    const changes: (readonly string[])[] = []
    const end = store.onChange((changed) => changes.push([...changed]))
    store.save({ concurrency: 8, quiet_time: 2, plex_token: 'abcdefghijkl' })
    store.save({ concurrency: 8 })
    store.reset(['concurrency', 'theme'])
    end()
    store.save({ concurrency: 9 })
    expect(changes).toEqual([['plex_token', 'concurrency'], ['concurrency']])
    expect(fixture.logger.lines[0]).toBe('info Settings changed: plex_token, concurrency')
  })

  it('of another process are seen on refresh', () => {
    const [store, other] = [fixture.store(), fixture.store()]
    const changes: (readonly string[])[] = []
    store.onChange((changed) => changes.push(changed))
    other.save({ concurrency: 8 })
    store.refresh()
    store.refresh()
    expect(changes).toEqual([['concurrency']])
    expect(store.get('concurrency')).toBe(8)
  })

  it('reach the other listeners when one throws', () => {
    const store = fixture.store()
    let called = 0
    store.onChange(() => {
      throw new Error('broken')
    })
    store.onChange(() => called++)
    expect(store.save({ concurrency: 8 }).ok).toBe(true)
    expect(called).toBe(1)
    expect(fixture.logger.lines.at(-1)).toContain('error A change of settings could not be applied: broken')
  })

  it('keep the snapshot that was taken before', () => {
    const store = fixture.store()
    const before = store.settings()
    store.save({ concurrency: 8 })
    expect(before.concurrency).toBe(4)
    expect(store.settings()).not.toBe(before)
    expect(store.settings()).toBe(store.settings())
  })
})

describe('reset', () => {
  it('refuses unknown names as a whole', () => {
    const store = fixture.store()
    store.save({ concurrency: 8 })
    expect(messageOf(store.reset(['concurrency', 'max_retrys']))).toBe(
      'max_retrys: there is no such setting; did you mean max_retries?',
    )
    expect(store.get('concurrency')).toBe(8)
  })
})

it('whatever is given, the store holds only values that parse (property)', () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom('http://a', 'true', '5', '', null),
  )
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...settingNames), value, { maxKeys: 4 }), (values) => {
      const own = settingsFixture()
      const store = own.store()
      const saved = store.save(values)
      const expected = Object.entries(values).map(([name, raw]) => parseSetting(name as SettingName, raw))
      const pathsOk =
        !('path_map' in values) || String(values.path_map).trim() === '' || String(values.path_map).includes('=>')
      expect(saved.ok).toBe(expected.every(({ ok }) => ok) && pathsOk)
      const again = own.store()
      expect(again.settings()).toEqual(store.settings())
      expect(own.logger.lines.filter((line) => line.startsWith('warning'))).toEqual([])
      if (!saved.ok) expect(store.settings()).toEqual(defaultSettings())
    }),
    { seed, numRuns: 200 },
  )
})
