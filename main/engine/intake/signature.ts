/**
 * Standard Webhooks signatures (standardwebhooks.com, version v1): HMAC-SHA256 over `id.timestamp.body`, written as
 * `v1,<base64>`; several of them, separated by spaces, while a secret is being changed.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** How far the sender's clock may be off, either way. */
const toleranceMs = 5 * 60 * 1000

/** Longer ids are refused, so that what is remembered stays small. */
const longestId = 256

export interface SignatureHeaders {
  /** `webhook-id` */
  readonly id: string
  /** `webhook-timestamp`: epoch seconds. */
  readonly timestamp: string
  /** `webhook-signature` */
  readonly signature: string
}

/** The key of a secret: base64 after the prefix `whsec_`, else its UTF-8 bytes. Null if no byte is left. */
export function signingKey(secret: string): KeyObject | null {
  const prefix = 'whsec_'
  const bytes = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret)
  return bytes.length === 0 ? null : createSecretKey(bytes)
}

/** One signature, with its version: `v1,<base64>`. */
export function sign(key: KeyObject, id: string, timestamp: string, body: Uint8Array | string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** Whether one of the signatures is right and the timestamp is within five minutes of `now` (epoch milliseconds). */
export function verifySignature(key: KeyObject, headers: SignatureHeaders, body: Uint8Array, now: number): boolean {
  const { id, timestamp, signature } = headers
  if (id === '' || id.length > longestId || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs) return false
  const expected = Buffer.from(sign(key, id, timestamp, body))
  // Compared as text: base64 has spare bits, so two texts may decode to the same bytes.
  return signature.split(' ').some((given) => equalBytes(Buffer.from(given), expected))
}

function equalBytes(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}
