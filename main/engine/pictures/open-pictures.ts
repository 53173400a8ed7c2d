/** Wires the pictures of one data folder. */
import { join } from 'node:path'
import type { ServerName } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { Exchanges } from '../http/exchanges.ts'
import type { PlexIdentityHeaders } from '../plex/connection.ts'
import type { Ports } from '../ports.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import { createItemPosters, createPosterReader } from './item-posters.ts'
import { PictureCache } from './picture-cache.ts'
import { PictureFolder } from './picture-folder.ts'
import { Pictures } from './pictures.ts'
import { createSceneCovers } from './scene-covers.ts'

/** A picture that takes longer is not worth waiting for. */
const longestMs = 10_000

export interface OpenPicturesInput extends PlexIdentityHeaders {
  readonly dataFolder: string
  readonly settings: () => Settings
  readonly gates: Readonly<Record<ServerName, Pick<ServerGate, 'circuit' | 'authRefused'>>>
  readonly ports: Pick<Ports, 'clock' | 'onExchange'>
}

export function openPictures({ dataFolder, settings, gates, ports, ...identity }: OpenPicturesInput): Pictures {
  const { clock } = ports
  // Separate connections that report to no gate: a picture that does not load must not stop the work.
  const exchanges = new Exchanges(ports.onExchange)
  const timeouts = () => ({ connectMs: settings().connect_timeout * 1000, readMs: longestMs })
  const plexAddress = () => ({ url: settings().plex_url, token: settings().plex_token })
  return new Pictures({
    cache: new PictureCache(new PictureFolder(join(dataFolder, 'pictures'))),
    covers: createSceneCovers({
      address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
      timeouts,
      clock,
      exchanges,
    }),
    posters: createItemPosters({
      ...identity,
      address: plexAddress,
      timeouts,
      clock,
      exchanges,
    }),
    // A write waits for this one, as long as for any response of Plex.
    former: createPosterReader({
      ...identity,
      address: plexAddress,
      timeouts: () => ({ ...timeouts(), readMs: settings().read_timeout * 1000 }),
      clock,
      exchanges,
    }),
    settings,
    mayAsk: (server) => gates[server].circuit === 'closed' && !gates[server].authRefused,
    clock,
  })
}
