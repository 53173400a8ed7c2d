/**
 * Why a server could not be reached: codes with values, and the English sentences. German: connection-problems.de.ts.
 * `server` is its name, `host` its address with the port; `said` is the code of the operating system.
 */
import * as z from 'zod'
import { coded, type WordsFor } from './coded.ts'

const text = z.string()
const seconds = z.number()

export const connectionProblems = [
  coded('not_connected', { server: text, host: text, seconds }),
  coded('not_answered', { server: text, seconds }),
  coded('not_finished', { server: text, seconds }),
  coded('answer_too_long', { server: text }),
  coded('answer_cut', { server: text }),
  coded('connection_refused', { server: text, host: text }),
  coded('host_unknown', { server: text, host: text }),
  coded('certificate_name', { server: text, host: text }),
  coded('certificate_expired', { server: text, host: text }),
  coded('certificate_not_yet', { server: text, host: text }),
  coded('certificate_unknown', { server: text, host: text, said: text }),
  coded('no_tls', { server: text, host: text }),
  /** `plain` for an address that begins with http://. */
  coded('connection_cut', { server: text, host: text, plain: z.boolean() }),
  coded('network_failed', { server: text, host: text, said: text }),
  coded('no_http', { server: text, host: text }),
  coded('request_failed', { server: text, host: text, said: text }),
] as const

const connectionSchema = z.discriminatedUnion('code', connectionProblems)
export type ConnectionProblem = z.infer<typeof connectionSchema>
export type ConnectionProblemTexts = WordsFor<ConnectionProblem>

export const englishConnections: ConnectionProblemTexts = {
  not_connected: (one) => `${one.server} did not accept a connection at ${one.host} within ${one.seconds} s`,
  not_answered: (one) => `${one.server} did not answer within ${one.seconds} s`,
  not_finished: (one) => `${one.server} did not finish its answer within ${one.seconds} s`,
  answer_too_long: ({ server }) => `${server} sent more than was asked for`,
  answer_cut: ({ server }) => `${server} cut its answer off`,
  connection_refused: ({ server, host }) => `${server} refused the connection at ${host}`,
  host_unknown: ({ server, host }) => `${server} was not found: the name ${host} is unknown`,
  certificate_name: ({ server, host }) =>
    `${server} at ${host} has a certificate for another name: use that name (for Plex the one ending in plex.direct)`,
  certificate_expired: ({ server, host }) => `${server} at ${host} has a certificate that has expired`,
  certificate_not_yet: ({ server, host }) =>
    `${server} at ${host} has a certificate that is not valid yet: check both clocks`,
  certificate_unknown: ({ server, host, said }) =>
    `${server} at ${host} has a certificate that no known authority signed (${said}); for a certificate of your own set NODE_EXTRA_CA_CERTS to the file of its authority and start PlexSync again`,
  no_tls: ({ server, host }) => `${server} at ${host} does not speak TLS: the address may need http`,
  connection_cut: ({ server, host, plain }) =>
    `${server} at ${host} cut the connection before it answered${plain ? '; if it takes secure connections only, use the address that begins with https://' : ''}`,
  network_failed: ({ server, host, said }) => `${server} cannot be reached at ${host} (${said})`,
  no_http: ({ server, host }) => `${server} at ${host} does not speak HTTP there; the address may need https`,
  request_failed: ({ server, host, said }) => `The request to ${server} at ${host} failed (${said})`,
}
