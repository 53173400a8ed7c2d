import { expect, it } from 'vitest'
import { faultOfConnection } from './connection-fault.ts'

const watch = { expired: null, answered: false, timeouts: { connectMs: 5000, readMs: 30_000 } }
const faultOf = (code: string, url = 'https://nas.home.example:32400/identity') =>
  faultOfConnection({ code }, { server: 'Plex', url, watch })

it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])(
  'a certificate of one’s own (%s): the cure names NODE_EXTRA_CA_CERTS',
  (code) => {
    expect(faultOf(code)).toMatchObject({ code: 'unreachable' })
    expect(faultOf(code).message).toContain('NODE_EXTRA_CA_CERTS')
    expect(faultOf(code).message).not.toContain('/identity')
  },
)

it('a certificate for another name is cured otherwise', () => {
  expect(faultOf('ERR_TLS_CERT_ALTNAME_INVALID').message).toContain('plex.direct')
  expect(faultOf('ERR_TLS_CERT_ALTNAME_INVALID').message).not.toContain('NODE_EXTRA_CA_CERTS')
})

it('a connection cut on http: the cure names https; on https it does not', () => {
  expect(faultOf('ECONNRESET', 'http://nas.home.example:32400/identity').message).toContain('https://')
  expect(faultOf('ECONNRESET').message).not.toContain('https://')
})
