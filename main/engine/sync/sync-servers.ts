/** What a sync takes of both servers. */
import type { Fault } from '../../../shared/result.ts'
import type { Library } from '../match/library.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'

export interface SyncServers {
  readonly stash: Pick<StashClient, 'scenes'>
  readonly gates: Readonly<Record<'plex' | 'stash', ServerGate>>
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly library: Pick<Library, 'titleOf' | 'unknownNames'>
  /** Distinguishes a fault of the whole server from one of the request. */
  classify(fault: Fault): Promise<Fault>
}
