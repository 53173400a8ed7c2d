/** Asks the system which way packets would take, without sending one. */
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'

export interface NetworkRoute {
  /** This machine's address on that way. */
  readonly local: string
  /** The address that the host's name stands for. Equal to `local` where the host is this machine. */
  readonly remote: string
}

/** Reserved for documentation (RFC 5737): never assigned, so the way to it is the default route. */
const somewhere = '192.0.2.1'
/** Connecting a datagram socket sends nothing; the port has no meaning. */
const anyPort = 9

/** The way to a host, or the default route where none is given; null if there is no network or no such host. */
export async function networkRoute(host: string = somewhere): Promise<NetworkRoute | null> {
  try {
    const { address: remote } = await lookup(host)
    const local = await sourceAddress(remote)
    return local === null ? null : { local, remote }
  } catch {
    return null // the name is unknown: the request to Stash reports it in plainer words
  }
}

function sourceAddress(remote: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4')
    const end = (address: string | null): void => {
      socket.close()
      resolve(address)
    }
    socket.once('error', () => end(null))
    socket.connect(anyPort, remote, () => end(socket.address().address))
  })
}
