import { createHmac, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sign, signingKey, verifySignature } from './signature.ts'

const now = Date.parse('2025-01-15T12:00:00Z')
const seconds = String(now / 1000)
const body = Buffer.from('{"type":"Scene.Update.Post","id":"123"}')

function keyOf(secret: string): KeyObject {
  const key = signingKey(secret)
  if (key === null) throw new Error('no key')
  return key
}

const key = keyOf('correct-horse-battery')
const signature = sign(key, 'msg_1', seconds, body)
const headers = { id: 'msg_1', timestamp: seconds, signature }

/** Every text that differs from `text` in one bit of one byte. */
function* flipped(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++)
    for (let bit = 0; bit < 7; bit++)
      yield text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1)
}

describe('sign', () => {
  it('is the HMAC-SHA256 of id, timestamp and body', () => {
    const expected = createHmac('sha256', 'correct-horse-battery').update(`msg_1.${seconds}.${body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
  })

  it('agrees with the published example of Standard Webhooks', () => {
    const published = sign(
      keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '1614265330',
      '{"test": 2432232314}',
    )
    expect(published).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })
})

describe('signingKey', () => {
  it('is base64 after whsec_, else the bytes of the text', () => {
    const bytes = Buffer.from([0, 1, 2, 250, 251, 252])
    expect(keyOf(`whsec_${bytes.toString('base64')}`).export()).toEqual(bytes)
    expect(keyOf('pässword').export()).toEqual(Buffer.from('pässword', 'utf8'))
  })

  it.each(['', 'whsec_', 'whsec_===='])('is missing where no byte is left: %j', (secret) => {
    expect(signingKey(secret)).toBeNull()
  })
})

describe('verifySignature', () => {
  it('accepts its own', () => {
    expect(verifySignature(key, headers, body, now)).toBe(true)
  })

  it('accepts one right signature among several', () => {
    const many = `v1a,abc v1,${'A'.repeat(43)}= ${signature} v2,xyz`
    expect(verifySignature(key, { ...headers, signature: many }, body, now)).toBe(true)
  })

  it('refuses every flipped bit of signature, id, timestamp and body', () => {
    for (const changed of flipped(signature))
      expect(verifySignature(key, { ...headers, signature: changed }, body, now), changed).toBe(false)
    for (const id of flipped('msg_1')) expect(verifySignature(key, { ...headers, id }, body, now), id).toBe(false)
    for (const timestamp of flipped(seconds))
      expect(verifySignature(key, { ...headers, timestamp }, body, now), timestamp).toBe(false)
    for (const other of flipped(body.toString()))
      expect(verifySignature(key, headers, Buffer.from(other), now), other).toBe(false)
  })

  it('refuses every truncated, and longer ones', () => {
    for (let length = 0; length < signature.length; length++)
      expect(verifySignature(key, { ...headers, signature: signature.slice(0, length) }, body, now)).toBe(false)
    for (const more of ['=', 'A', ',', '\t'])
      expect(verifySignature(key, { ...headers, signature: signature + more }, body, now)).toBe(false)
  })

  it('refuses other keys, versions and a bare signature', () => {
    expect(verifySignature(keyOf('another-secret'), headers, body, now)).toBe(false)
    for (const other of ['v2', 'v1a', 'V1', ''])
      expect(verifySignature(key, { ...headers, signature: signature.replace('v1', other) }, body, now)).toBe(false)
    expect(verifySignature(key, { ...headers, signature: signature.slice(3) }, body, now)).toBe(false)
  })

  it.each([
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
    [-86_400, false],
    [86_400, false],
  ])('a timestamp %i s off: %s', (offset, accepted) => {
    const timestamp = String(now / 1000 + offset)
    const signed = { id: 'msg_1', timestamp, signature: sign(key, 'msg_1', timestamp, body) }
    expect(verifySignature(key, signed, body, now)).toBe(accepted)
  })

  it.each(['', 'now', '1e9', '-1', ` ${seconds}`, `${seconds}.5`, `${now}000`])(
    'refuses the timestamp %j, however well signed',
    (timestamp) => {
      const signed = { id: 'msg_1', timestamp, signature: sign(key, 'msg_1', timestamp, body) }
      expect(verifySignature(key, signed, body, now)).toBe(false)
    },
  )

  it.each(['', 'x'.repeat(257)])('refuses an id of no or excessive length', (id) => {
    expect(verifySignature(key, { ...headers, id, signature: sign(key, id, seconds, body) }, body, now)).toBe(false)
  })
})
