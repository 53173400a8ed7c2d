/** Secrets under a passphrase: scrypt makes the key, AES-256-GCM seals and proves. Both from node:crypto. */
import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64')

/** All that is needed to open it again but the passphrase. The cost is bounded: a file must not exhaust the memory. */
export const sealedSecretsSchema = z.object({
  cipher: z.literal('aes-256-gcm'),
  kdf: z.literal('scrypt'),
  cost: z
    .number()
    .int()
    .min(1024)
    .max(131_072)
    .refine((cost) => Number.isInteger(Math.log2(cost)), 'must be a power of two'),
  salt: base64,
  iv: base64,
  tag: base64,
  data: base64,
})
type SealedSecrets = z.infer<typeof sealedSecretsSchema>

const secretsSchema = z.record(z.string(), z.string())

/** Some 80 ms and 32 MiB per try, off the event loop. */
const cost = 32_768
const blockSize = 8

/** Bound into the seal: sealed secrets of another purpose do not open. */
const purpose = Buffer.from('plexsync-settings/secrets', 'utf8')

/** `random` gives the requested number of unguessable bytes. */
export async function sealSecrets(
  secrets: Readonly<Record<string, string>>,
  passphrase: string,
  random: (bytes: number) => Buffer = randomBytes,
): Promise<SealedSecrets> {
  const salt = random(16)
  const iv = random(12)
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt, cost), iv).setAAD(purpose)
  const data = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()])
  return {
    cipher: 'aes-256-gcm',
    kdf: 'scrypt',
    cost,
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  }
}

/** Fault `invalid_input` where the passphrase is wrong or the sealed part was changed; both look the same. */
export async function openSecrets(sealed: SealedSecrets, passphrase: string): Promise<Result<Record<string, string>>> {
  const wrong = decline('invalid_input', { code: 'passphrase_wrong', values: {} })
  const [iv, tag] = [Buffer.from(sealed.iv, 'base64'), Buffer.from(sealed.tag, 'base64')]
  // A shorter tag would be easier to forge.
  if (iv.length !== 12 || tag.length !== 16) return wrong
  const key = await keyOf(passphrase, Buffer.from(sealed.salt, 'base64'), sealed.cost)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(purpose).setAuthTag(tag)
  const start = decipher.update(Buffer.from(sealed.data, 'base64'))
  let text: string
  try {
    text = Buffer.concat([start, decipher.final()]).toString('utf8')
  } catch {
    return wrong
  }
  // Proven to be ours by the seal; what is in it is still read as input.
  const secrets = secretsSchema.safeParse(JSON.parse(text))
  return secrets.success ? ok(secrets.data) : wrong
}

/** NFC: the same passphrase typed on another system may come in another Unicode form. */
function keyOf(passphrase: string, salt: Buffer, N: number): Promise<Buffer> {
  const options: ScryptOptions = { N, r: blockSize, p: 1, maxmem: 256 * N * blockSize }
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}
