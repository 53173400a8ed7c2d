/**
 * The Secrets port on a desktop: each secret sealed with AES-256-GCM under one key, and that key sealed by the system's
 * keychain (Electron's safeStorage). So only opening and re-sealing the one key waits for the keychain, and `set` can be
 * on disk when it returns, as the port promises.
 *
 * Where the system has no keychain, the 0600 file of the headless app is used, with an honest warning.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import * as z from 'zod'
import { decline } from '../../shared/decline.ts'
import { fail, ok, type Result, textOf } from '../../shared/result.ts'
import type { Clock, Logger, SecretName, Secrets } from '../engine/ports.ts'
import { openSecretsFile } from '../engine/settings/secrets-file.ts'
import { writeWhole } from '../engine/settings/whole-file.ts'
import { keyringLines } from './desktop-log.ts'
import type { DesktopTexts } from './texts.ts'

/** What is used of safeStorage: the asynchronous half, which also works with keychains that ask the user. */
export type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

const names = ['plex_token', 'stash_api_key', 'hook_token'] as const satisfies readonly SecretName[]
const base64 = z.base64()
const sealedSchema = z.object({ iv: base64, tag: base64, data: base64 })
const fileSchema = z.object({
  version: z.literal(1),
  /** The key under which the secrets are sealed, itself sealed by the keychain. */
  key: base64,
  secrets: z.partialRecord(z.enum(names), sealedSchema),
})
type SealedFile = z.infer<typeof fileSchema>

export interface SecretsDeps {
  readonly keychain: Keychain
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly clock: Clock
  readonly logger: Logger
  readonly texts: DesktopTexts['secrets']
}

export interface DesktopSecrets {
  readonly secrets: Secrets
  /** What the user should know about how they are kept; null if they are encrypted. It may change with unlocking. */
  readonly warning: string | null
}

/** A keyring that is open answers within this; one that asks for its password must not keep anything from starting. */
const patienceMs = 1_500

/**
 * Opens the secrets. Where the keyring has not answered in time, it probably asks for its password: then they come locked,
 * and are unlocked when it answers.
 */
export async function openDesktopSecrets(deps: SecretsDeps): Promise<Result<DesktopSecrets>> {
  const opening = openWhenAnswered(deps)
  const late = Promise.withResolvers<null>()
  const endTimer = deps.clock.setTimer(patienceMs, () => late.resolve(null))
  const opened = await Promise.race([opening, late.promise])
  endTimer()
  if (opened !== null) return opened
  deps.logger.log(...keyringLines.waits())
  return ok(new LockedSecrets(opening, deps))
}

/**
 * Opens what is stored and takes over a plain `secrets.json` that the command line left, which is then deleted. A sealed
 * file that cannot be opened now (locked keyring, another desktop) is kept as it is.
 */
async function openWhenAnswered(deps: SecretsDeps): Promise<Result<DesktopSecrets>> {
  const { folder, clock, logger, texts } = deps
  const sealedFile = join(folder, 'secrets.sealed.json')
  const plainFile = join(folder, 'secrets.json')
  const plain = (warning: string): Result<DesktopSecrets> => {
    const secrets = openSecretsFile(plainFile, clock, logger)
    if (!secrets.ok) return secrets
    logger.log('warning', '', warning)
    return ok({ secrets: secrets.value, warning })
  }
  try {
    if (!(await canSeal(deps))) return plain(existsSync(sealedFile) ? texts.keyringGone : texts.noKeyring)
    const opened = await SealedSecrets.open(sealedFile, deps)
    if (!opened.ok) {
      logger.log(...keyringLines.notOpened({ file: sealedFile, problem: opened.fault.message }))
      return plain(texts.keyringGone)
    }
    if (existsSync(plainFile)) {
      const moved = await moveFrom(plainFile, opened.value, sealedFile, deps)
      if (!moved.ok) return moved
    }
    return ok({ secrets: opened.value, warning: null })
  } catch (problem) {
    logger.log(...keyringLines.failed({ problem: textOf(problem) }))
    return plain(existsSync(sealedFile) ? texts.keyringGone : texts.noKeyring)
  }
}

/** Chromium's `basic_text` encrypts with a well-known password: that is no protection. */
async function canSeal({ keychain, platform }: SecretsDeps): Promise<boolean> {
  if (!(await keychain.isAsyncEncryptionAvailable())) return false
  return platform !== 'linux' || !['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend())
}

/** The plain file goes only after the sealed one was read back from the disk and holds the same. */
async function moveFrom(
  plainFile: string,
  to: SealedSecrets,
  sealedFile: string,
  deps: SecretsDeps,
): Promise<Result<null>> {
  const plain = openSecretsFile(plainFile, deps.clock, deps.logger)
  if (!plain.ok) return plain
  const found = names.map((name) => ({ name, value: plain.value.get(name) })).filter(({ value }) => value !== '')
  for (const { name, value } of found) to.set(name, value)
  const again = await SealedSecrets.open(sealedFile, deps)
  if (found.length > 0 && !(again.ok && found.every(({ name, value }) => again.value.get(name) === value)))
    return decline('cannot_store', { code: 'secrets_differ', values: { file: plainFile } })
  rmSync(plainFile)
  if (found.length > 0) deps.logger.log(...keyringLines.moved())
  return ok(null)
}

/** Secrets whose keyring asks for its password. */
class LockedSecrets implements DesktopSecrets {
  readonly secrets: Secrets
  #opened: DesktopSecrets | null = null
  readonly #texts: SecretsDeps['texts']

  constructor(opening: Promise<Result<DesktopSecrets>>, { logger, texts }: SecretsDeps) {
    this.#texts = texts
    const listeners = new Set<() => void>()
    this.secrets = {
      get: (name) => this.#opened?.secrets.get(name) ?? '',
      set: (name, value) => {
        if (this.#opened === null) throw new Error(texts.keyringLocked)
        this.#opened.secrets.set(name, value)
      },
      lock: {
        isLocked: () => this.#opened === null,
        onUnlocked: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
    }
    void opening.then((opened) => {
      if (!opened.ok) return logger.log(...keyringLines.notRead({ problem: opened.fault.message }))
      this.#opened = opened.value
      for (const listener of [...listeners]) listener()
    })
  }

  get warning(): string | null {
    return this.#opened === null ? this.#texts.keyringLocked : this.#opened.warning
  }
}

class SealedSecrets implements Secrets {
  readonly #file: string
  readonly #key: Buffer
  readonly #sealedKey: string
  readonly #values: Map<SecretName, string>

  private constructor(file: string, key: Buffer, sealedKey: string, values: Map<SecretName, string>) {
    this.#file = file
    this.#key = key
    this.#sealedKey = sealedKey
    this.#values = values
  }

  /** Fault `cannot_store` where there is a file that does not open. Throws what the keychain and the disk throw. */
  static async open(file: string, { keychain }: SecretsDeps): Promise<Result<SealedSecrets>> {
    if (!existsSync(file)) {
      const key = randomBytes(32)
      const sealedKey = await keychain.encryptStringAsync(key.toString('base64'))
      return ok(new SealedSecrets(file, key, sealedKey.toString('base64'), new Map()))
    }
    const stored = readSealed(file)
    if (stored === null) return fail('cannot_store', 'it is damaged')
    const { result, shouldReEncrypt } = await keychain.decryptStringAsync(Buffer.from(stored.key, 'base64'))
    const key = Buffer.from(result, 'base64')
    const values = new Map<SecretName, string>()
    for (const name of names) {
      const sealed = stored.secrets[name]
      if (sealed === undefined) continue
      const value = unseal(sealed, key, name)
      if (value === null) return fail('cannot_store', `${name} was changed by something else`)
      values.set(name, value)
    }
    if (!shouldReEncrypt) return ok(new SealedSecrets(file, key, stored.key, values))
    // The system has a newer or better key: seal ours under that one.
    const sealedKey = (await keychain.encryptStringAsync(result)).toString('base64')
    const fresh = new SealedSecrets(file, key, sealedKey, values)
    fresh.#write(values)
    return ok(fresh)
  }

  get(name: SecretName): string {
    return this.#values.get(name) ?? ''
  }

  set(name: SecretName, value: string): void {
    const values = new Map(this.#values)
    if (value === '') values.delete(name)
    else values.set(name, value)
    this.#write(values)
    if (value === '') this.#values.delete(name)
    else this.#values.set(name, value)
  }

  #write(values: ReadonlyMap<SecretName, string>): void {
    const secrets: SealedFile['secrets'] = {}
    for (const [name, value] of values) secrets[name] = seal(value, this.#key, name)
    const content: SealedFile = { version: 1, key: this.#sealedKey, secrets }
    writeWhole(this.#file, `${JSON.stringify(content, null, 2)}\n`)
  }
}

function readSealed(file: string): SealedFile | null {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null // The caller keeps the file and says that it is damaged.
  }
}

/** The name is bound into the seal: one secret cannot be put in the place of another. */
function seal(value: string, key: Buffer, name: SecretName): z.infer<typeof sealedSchema> {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name, 'utf8'))
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return {
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  }
}

function unseal(sealed: z.infer<typeof sealedSchema>, key: Buffer, name: SecretName): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(name, 'utf8')).setAuthTag(Buffer.from(sealed.tag, 'base64'))
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8')
  } catch {
    return null // Wrong key or changed bytes: the seal does not show which.
  }
}
