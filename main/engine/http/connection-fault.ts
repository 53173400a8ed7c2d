/** What a broken exchange means: from the error codes of Node and of the senders to the closed table. Pure. */
import * as z from 'zod'
import type { ConnectionProblem } from '../../../shared/connection-problems.ts'
import { decline } from '../../../shared/decline.ts'
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
  const place = { server, host }
  const unreachable = (because: ConnectionProblem): Fault => decline('unreachable', because).fault
  const bad = (because: ConnectionProblem): Fault => decline('bad_answer', because).fault
  if (watch.expired === 'connect')
    return unreachable({ code: 'not_connected', values: { ...place, seconds: watch.timeouts.connectMs / 1000 } })
  if (watch.expired === 'read') {
    const code = watch.answered ? 'not_finished' : 'not_answered'
    return decline('timeout', { code, values: { server, seconds: watch.timeouts.readMs / 1000 } }).fault
  }
  const { code = '' } = thrownSchema.parse(thrown)
  if (code === tooLong) return bad({ code: 'answer_too_long', values: { server } })
  if (watch.answered) return bad({ code: 'answer_cut', values: { server } })
  if (code === 'ECONNREFUSED') return unreachable({ code: 'connection_refused', values: place })
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable({ code: 'host_unknown', values: place })
  if (tlsCodes.has(code) || /^(ERR_(TLS|SSL)|CERT)_/.test(code)) return unreachable(tlsProblem(code, place))
  if (cutCodes.has(code))
    return unreachable({ code: 'connection_cut', values: { ...place, plain: url.startsWith('http:') } })
  if (networkCodes.has(code)) return unreachable({ code: 'network_failed', values: { ...place, said: code } })
  if (code.startsWith('HPE_')) return bad({ code: 'no_http', values: place })
  // The text of an unknown error may quote the address with its query, or a header.
  return decline('unexpected', { code: 'request_failed', values: { ...place, said: code || 'no code' } }).fault
}

function tlsProblem(code: string, place: { readonly server: string; readonly host: string }): ConnectionProblem {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return { code: 'certificate_name', values: place }
  if (code === 'CERT_HAS_EXPIRED') return { code: 'certificate_expired', values: place }
  if (code === 'CERT_NOT_YET_VALID') return { code: 'certificate_not_yet', values: place }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return { code: 'no_tls', values: place }
  return { code: 'certificate_unknown', values: { ...place, said: code } }
}
