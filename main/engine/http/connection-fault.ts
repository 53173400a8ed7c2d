/** What a broken exchange means: from the error codes of Node and of the senders to the closed table. Pure. */
import * as z from 'zod'
import type { Fault } from '../../../shared/result.ts'
import { placeOf } from './quote.ts'
import { tooLong } from './sender.ts'
import type { Watch } from './watch.ts'

interface About {
  readonly server: string
  readonly url: string
  readonly watch: Pick<Watch, 'expired' | 'answered' | 'timeouts'>
}

const thrownSchema = z.object({ code: z.string().optional() }).catch({})

/** OpenSSL's and Node's codes for a certificate or handshake that failed, as far as they do not begin with ERR_TLS, ERR_SSL or CERT. */
const tlsCodes = new Set([
  'EPROTO',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
])
const networkCodes = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
])

const cutCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** Whether the server cut the connection before it answered anything. */
export function wasCut(thrown: unknown, { expired, answered }: Pick<Watch, 'expired' | 'answered'>): boolean {
  const { code = '' } = thrownSchema.parse(thrown)
  return expired === null && !answered && cutCodes.has(code)
}

/**
 * The fault of an exchange without a whole response. A connection that is cut before any response counts as a server that
 * is down: that is how Docker's proxy and a stopping server look. One that is cut within the response is a bad answer.
 */
export function faultOfConnection(thrown: unknown, { server, url, watch }: About): Fault {
  const { host } = placeOf(url)
  const unreachable = (what: string): Fault => ({ code: 'unreachable', message: `${server} ${what}` })
  if (watch.expired === 'connect') {
    return unreachable(`did not accept a connection at ${host} within ${seconds(watch.timeouts.connectMs)}`)
  }
  if (watch.expired === 'read') {
    const what = watch.answered ? 'did not finish its answer' : 'did not answer'
    return { code: 'timeout', message: `${server} ${what} within ${seconds(watch.timeouts.readMs)}` }
  }
  const { code = '' } = thrownSchema.parse(thrown)
  if (code === tooLong) return { code: 'bad_answer', message: `${server} sent more than was asked for` }
  if (watch.answered) return { code: 'bad_answer', message: `${server} cut its answer off` }
  if (code === 'ECONNREFUSED') return unreachable(`refused the connection at ${host}`)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable(`was not found: the name ${host} is unknown`)
  if (tlsCodes.has(code) || /^(ERR_(TLS|SSL)|CERT)_/.test(code)) return unreachable(tlsTrouble(code, host))
  if (cutCodes.has(code)) {
    const plain = url.startsWith('http:')
    const cure = plain ? '; if it takes secure connections only, use the address that begins with https://' : ''
    return unreachable(`at ${host} cut the connection before it answered${cure}`)
  }
  if (networkCodes.has(code)) return unreachable(`cannot be reached at ${host} (${code})`)
  if (code.startsWith('HPE_')) {
    return { code: 'bad_answer', message: `${server} at ${host} does not speak HTTP there; the address may need https` }
  }
  // The text of an unknown error may quote the address with its query, or a header.
  return { code: 'unexpected', message: `The request to ${server} at ${host} failed (${code || 'no code'})` }
}

function tlsTrouble(code: string, host: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return `at ${host} has a certificate for another name: use that name (for Plex the one ending in plex.direct)`
  }
  if (code === 'CERT_HAS_EXPIRED') return `at ${host} has a certificate that has expired`
  if (code === 'CERT_NOT_YET_VALID') return `at ${host} has a certificate that is not valid yet: check both clocks`
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return `at ${host} does not speak TLS: the address may need http`
  return `at ${host} has a certificate that no known authority signed (${code}); for a certificate of your own set NODE_EXTRA_CA_CERTS to the file of its authority and start PlexSync again`
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}
