import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTempFolder, type TempFolder } from '../../test/harness/temp-folder.ts'
import { systemClock } from '../engine/ports.ts'
import { type Keychain, openDesktopSecrets } from './secrets.ts'
import { textsOf } from './texts.ts'

/** A keychain with numbered keys: what was sealed under an old one still opens, and asks to be sealed again. */
class FakeKeychain implements Keychain {
  available = true
  backend: ReturnType<Keychain['getSelectedStorageBackend']> = 'gnome_libsecret'
  key = 1
  locked = false
  encrypted = 0

  isAsyncEncryptionAvailable = async () => this.available
  getSelectedStorageBackend = () => this.backend
  encryptStringAsync = async (text: string) => {
    this.encrypted += 1
    return Buffer.from(`${this.key}:${Buffer.from(text).toString('hex')}`)
  }
  decryptStringAsync = async (sealed: Buffer) => {
    if (this.locked) throw new Error('locked')
    const [key = '', hex = ''] = sealed.toString().split(':')
    return { result: Buffer.from(hex, 'hex').toString(), shouldReEncrypt: Number(key) !== this.key }
  }
}

const texts = textsOf('en').secrets

async function open(folder: TempFolder, keychain: Keychain, platform: NodeJS.Platform = 'linux') {
  const lines: string[] = []
  const logger = { log: (_level: string, _component: string, message: string) => void lines.push(message) }
  const opened = await openDesktopSecrets({
    keychain,
    folder: folder.path,
    platform,
    clock: systemClock,
    logger,
    texts,
  })
  if (!opened.ok) throw new Error(opened.fault.message)
  return { ...opened.value, lines }
}

describe('openDesktopSecrets', () => {
  it('opens what 1.0.0 has sealed', async () => {
    await using folder = await makeTempFolder()
    const sealed = new URL('../../test/fixtures/sealed-secrets-1.0.0.json', import.meta.url)
    copyFileSync(sealed, folder.file('secrets.sealed.json'))
    const { secrets, warning } = await open(folder, new FakeKeychain())
    const names = ['plex_token', 'stash_api_key', 'hook_token'] as const
    expect(names.map((name) => secrets.get(name))).toEqual([
      'plex-token-of-1.0.0',
      'stash-key-of-1.0.0',
      'hook-token-of-1.0.0',
    ])
    expect(warning).toBeNull()
  })

  it('keeps secrets sealed over a restart and never in the clear', async () => {
    await using folder = await makeTempFolder()
    const keychain = new FakeKeychain()
    const first = await open(folder, keychain)
    first.secrets.set('plex_token', 'token-of-twenty-signs')
    first.secrets.set('stash_api_key', 'key')
    first.secrets.set('stash_api_key', '')
    const stored = readFileSync(folder.file('secrets.sealed.json'), 'utf8')
    expect(stored).not.toContain('token-of-twenty-signs')
    expect(stored).not.toContain(Buffer.from('token-of-twenty-signs').toString('base64'))

    const again = await open(folder, keychain)
    expect(again.secrets.get('plex_token')).toBe('token-of-twenty-signs')
    expect(again.secrets.get('stash_api_key')).toBe('')
    expect(again.warning).toBeNull()
  })

  it('seals again when the keychain asks for it', async () => {
    await using folder = await makeTempFolder()
    const keychain = new FakeKeychain()
    ;(await open(folder, keychain)).secrets.set('hook_token', 'hook')
    keychain.key = 2
    expect((await open(folder, keychain)).secrets.get('hook_token')).toBe('hook')
    const encrypted = keychain.encrypted
    expect((await open(folder, keychain)).secrets.get('hook_token')).toBe('hook')
    expect(keychain.encrypted).toBe(encrypted)
  })

  it('takes over the plain file and deletes it', async () => {
    await using folder = await makeTempFolder()
    const plain = { version: 1, secrets: { plex_token: 'from-the-command-line' } }
    writeFileSync(folder.file('secrets.json'), JSON.stringify(plain), { mode: 0o600 })
    const keychain = new FakeKeychain()
    expect((await open(folder, keychain)).secrets.get('plex_token')).toBe('from-the-command-line')
    expect(existsSync(folder.file('secrets.json'))).toBe(false)
    expect((await open(folder, keychain)).secrets.get('plex_token')).toBe('from-the-command-line')
  })

  it('keeps the plain file where the keychain does not give back what it took', async () => {
    await using folder = await makeTempFolder()
    writeFileSync(folder.file('secrets.json'), JSON.stringify({ version: 1, secrets: { plex_token: 'precious' } }))
    const keychain = new FakeKeychain()
    keychain.decryptStringAsync = async () => ({ result: Buffer.alloc(32).toString('base64'), shouldReEncrypt: false })
    const logger = { log: () => {} }
    const opened = await openDesktopSecrets({
      keychain,
      folder: folder.path,
      platform: 'linux',
      clock: systemClock,
      logger,
      texts,
    })
    expect(opened).toMatchObject({ ok: false, fault: { code: 'cannot_store' } })
    expect(readFileSync(folder.file('secrets.json'), 'utf8')).toContain('precious')
  })

  it.each(['basic_text', 'unknown'] as const)(
    'warns where Linux has only %s, and uses the 0600 file',
    async (backend) => {
      await using folder = await makeTempFolder()
      const keychain = new FakeKeychain()
      keychain.backend = backend
      const opened = await open(folder, keychain)
      opened.secrets.set('plex_token', 'token')
      expect(opened.warning).toBe(texts.noKeyring)
      expect(opened.lines).toContain(texts.noKeyring)
      expect(existsSync(folder.file('secrets.sealed.json'))).toBe(false)
      expect(readFileSync(folder.file('secrets.json'), 'utf8')).toContain('token')
    },
  )

  it('does not ask for a backend outside of Linux', async () => {
    await using folder = await makeTempFolder()
    const keychain = new FakeKeychain()
    keychain.backend = 'unknown'
    expect((await open(folder, keychain, 'darwin')).warning).toBeNull()
  })

  it('leaves the sealed file alone while the keyring is locked, and says so', async () => {
    await using folder = await makeTempFolder()
    const keychain = new FakeKeychain()
    ;(await open(folder, keychain)).secrets.set('plex_token', 'token')
    const before = readFileSync(folder.file('secrets.sealed.json'), 'utf8')
    keychain.locked = true
    const locked = await open(folder, keychain)
    expect(locked.warning).toBe(texts.keyringGone)
    expect(locked.secrets.get('plex_token')).toBe('')
    expect(readFileSync(folder.file('secrets.sealed.json'), 'utf8')).toBe(before)
    keychain.locked = false
    expect((await open(folder, keychain)).secrets.get('plex_token')).toBe('token')
  })

  it('does not open a secret that was put in the place of another', async () => {
    await using folder = await makeTempFolder()
    const keychain = new FakeKeychain()
    ;(await open(folder, keychain)).secrets.set('plex_token', 'token')
    const file = folder.file('secrets.sealed.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"plex_token"', '"stash_api_key"'))
    expect((await open(folder, keychain)).warning).toBe(texts.keyringGone)
  })
})
