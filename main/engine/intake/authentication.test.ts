import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { Authenticator, credentialsOf } from './authentication.ts'
import { sign, signingKey } from './signature.ts'

const token = 'hook-token-0123456789'
const clock = new ManualClock()

describe('credentialsOf', () => {
  it.each([
    [{ authorization: `Bearer ${token}` }],
    [{ authorization: `bearer  ${token}` }],
    [{ apikey: token }],
    [{ 'x-plexsync-token': token }],
  ])('finds the token in %j', (headers) => {
    expect(credentialsOf(headers)).toEqual({ form: 'tokens', tokens: [token] })
  })

  it.each([[{}], [{ authorization: `Basic ${token}` }], [{ authorization: 'Bearer' }], [{ 'webhook-id': 'msg_1' }]])(
    'finds none in %j',
    (headers) => {
      expect(credentialsOf(headers)).toEqual({ form: 'tokens', tokens: [] })
    },
  )

  it('lets a signature decide, also beside a token', () => {
    const signed = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x', apikey: token }
    expect(credentialsOf(signed)).toEqual({
      form: 'signature',
      headers: { id: 'msg_1', timestamp: '1', signature: 'v1,x' },
    })
  })
})

describe('Authenticator', () => {
  const authenticator = new Authenticator({ hookToken: () => token }, clock)

  it('accepts the token, beside others too, and nothing else', () => {
    expect(authenticator.acceptsOneOf([token])).toBe(true)
    expect(authenticator.acceptsOneOf(['another', token])).toBe(true)
    for (const wrong of ['', token.slice(1), `${token}x`, token.toUpperCase(), `${token}\0`])
      expect(authenticator.acceptsOneOf([wrong])).toBe(false)
    expect(authenticator.acceptsOneOf([])).toBe(false)
  })

  it('refuses everybody while there is no token', () => {
    const open = new Authenticator({ hookToken: () => '' }, clock)
    expect(open.acceptsOneOf([''])).toBe(false)
    expect(open.acceptsSignature({ id: 'a', timestamp: '1', signature: 'v1,' }, Buffer.from(''))).toBe(false)
  })

  it('accepts no signature by a token that holds no key', () => {
    const keyless = new Authenticator({ hookToken: () => 'whsec_====' }, clock)
    expect(keyless.acceptsOneOf(['whsec_===='])).toBe(true)
    expect(keyless.acceptsSignature({ id: 'a', timestamp: '1', signature: 'v1,' }, Buffer.from(''))).toBe(false)
  })

  it('follows a changed token immediately, for both forms', () => {
    let current = token
    const following = new Authenticator({ hookToken: () => current }, clock)
    const timestamp = String(Math.floor(clock.now() / 1000))
    const signedWith = (secret: string) => {
      const key = signingKey(secret)
      return { id: 'a', timestamp, signature: key === null ? '' : sign(key, 'a', timestamp, 'body') }
    }
    expect(following.acceptsSignature(signedWith(token), Buffer.from('body'))).toBe(true)
    current = 'the-next-token'
    expect(following.acceptsOneOf([token])).toBe(false)
    expect(following.acceptsOneOf([current])).toBe(true)
    expect(following.acceptsSignature(signedWith(token), Buffer.from('body'))).toBe(false)
    expect(following.acceptsSignature(signedWith(current), Buffer.from('body'))).toBe(true)
  })
})
