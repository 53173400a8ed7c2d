import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { openSecretsFile } from './secrets-file.ts'
import { MemoryLogger } from './settings-store.fixture.ts'

const posix = process.platform !== 'win32'
let folder: string
let file: string
let logger: MemoryLogger

const open = () => openSecretsFile(file, new ManualClock(), logger)
function opened() {
  const secrets = open()
  if (!secrets.ok) throw new Error(secrets.fault.message)
  return secrets.value
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plexsync-secrets-'))
  file = join(folder, 'secrets.json')
  logger = new MemoryLogger()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the secrets file', () => {
  it('holds secrets for the next start, and nothing where none was set', () => {
    const secrets = opened()
    expect(secrets.get('plex_token')).toBe('')
    expect(readdirSync(folder)).toEqual([])
    secrets.set('plex_token', 'token-1')
    secrets.set('hook_token', 'token-2')
    secrets.set('plex_token', 'token-3')
    expect(opened().get('plex_token')).toBe('token-3')
    expect(opened().get('hook_token')).toBe('token-2')
    secrets.set('hook_token', '')
    expect(readFileSync(file, 'utf8')).not.toContain('hook_token')
    expect(readdirSync(folder)).toEqual(['secrets.json'])
    expect(logger.lines).toEqual([])
  })

  it.runIf(posix)('is readable by its owner only, from the first byte', () => {
    const before = process.umask(0)
    try {
      file = join(folder, 'data', 'secrets.json')
      opened().set('plex_token', 'x')
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
    } finally {
      process.umask(before)
    }
  })

  it.runIf(posix)('takes away the rights of others with a warning', () => {
    opened().set('plex_token', 'x')
    chmodSync(file, 0o644)
    expect(opened().get('plex_token')).toBe('x')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(logger.lines[0]).toMatch(
      /^warning .*secrets\.json could be read by other users \(mode 644\); this was repaired/,
    )
  })

  it.each([
    ['{"version":1,"secrets":{"plex_token":"hidden', 'it is not JSON'],
    ['', 'it is not JSON'],
    ['{"version":2,"secrets":{"plex_token":"hidden"}}', 'wrong at version'],
    ['{"version":1,"secrets":{"plex_token":["hidden"]}}', 'wrong at secrets.plex_token'],
    ['["hidden"]', 'wrong at the whole file'],
  ])('damaged as %s: an error, and kept aside', (text, problem) => {
    writeFileSync(file, text, { mode: 0o600 })
    const result = open()
    expect(result).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    const message = result.ok ? '' : result.fault.message
    expect(message).toContain(`is damaged: ${problem}`)
    expect(message).not.toContain('hidden')
    const [kept] = readdirSync(folder)
    expect(kept).toMatch(/^secrets\.json\.damaged-2025-01-15T12-00-00-000Z$/)
    expect(message).toContain(kept)
    expect(readFileSync(join(folder, kept ?? ''), 'utf8')).toBe(text)
    // The next start has no file: it says where the old one is.
    expect(opened().get('plex_token')).toBe('')
    expect(logger.lines[0]).toContain(`warning No tokens and keys are stored; a damaged copy of them is`)
  })

  it('sees what another process wrote, and does not undo it', () => {
    const [service, command] = [opened(), opened()]
    command.set('plex_token', 'from the command')
    expect(service.get('plex_token')).toBe('from the command')
    command.set('stash_api_key', 'also')
    service.set('hook_token', 'own')
    expect(opened().get('stash_api_key')).toBe('also')
  })

  it('keeps what it knows when the file is damaged while it runs', () => {
    const secrets = opened()
    secrets.set('plex_token', 'known')
    writeFileSync(file, 'damaged!')
    expect(secrets.get('plex_token')).toBe('known')
    expect(secrets.get('plex_token')).toBe('known')
    expect(logger.lines).toHaveLength(1)
    expect(logger.lines[0]).toContain('error ')
  })

  it('throws where it cannot be written, and leaves the old one', () => {
    const secrets = opened()
    secrets.set('plex_token', 'old')
    // A folder in the place of the temporary file.
    mkdirSync(join(`${file}.new-${process.pid}`, 'x'), { recursive: true })
    expect(() => secrets.set('plex_token', 'new')).toThrow()
    expect(opened().get('plex_token')).toBe('old')
    expect(secrets.get('plex_token')).toBe('old')
  })

  it('answers with a fault where it cannot be read', () => {
    mkdirSync(file)
    expect(open()).toMatchObject({ ok: false, fault: { code: 'cannot_store' } })
  })
})
