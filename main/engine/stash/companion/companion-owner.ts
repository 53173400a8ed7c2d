/**
 * Whose plugin Stash holds: this PlexSync's, or that of another one that writes to another Plex. The manifest's description
 * says where it reports and with which token, as a fingerprint. Pure.
 */
import { companionId, type Described, readDescription } from './manifest.ts'
import type { StashPlugin } from './stash-plugins.ts'
import { fingerprintOf } from './token-fingerprint.ts'

export interface OwnCompanion {
  /** The id that is used where `plexsync` belongs to another PlexSync. */
  readonly id: string
  readonly fingerprint: string
  /** Under which addresses Stash may reach this PlexSync. */
  readonly bases: readonly string[]
}

export interface HeldCompanion {
  readonly plugin: StashPlugin
  readonly about: Described
}

export interface Holdings {
  /** This PlexSync's plugin, also an outdated one; null if there is none. */
  readonly own: HeldCompanion | null
  /** The plugin of another PlexSync that holds the id `plexsync`. */
  readonly others: HeldCompanion | null
  /** Something else that holds the id. Stash loads only the first of those whose ids differ by case alone. */
  readonly obstacle: StashPlugin | null
}

/** `installation` is the identifier of this installation: letters and digits, perhaps behind `plexsync-`. */
export function ownCompanion(installation: string, token: string, bases: readonly string[]): OwnCompanion {
  const letters = installation
    .toLowerCase()
    .replace(/^plexsync-/, '')
    .replace(/[^0-9a-z]/g, '')
  return { id: `${companionId}-${letters.slice(0, 6)}`, fingerprint: fingerprintOf(token), bases }
}

export function holdingsOf(plugins: readonly StashPlugin[], own: OwnCompanion): Holdings {
  const held = plugins.flatMap((plugin): HeldCompanion[] => {
    const about = readDescription(plugin.description)
    return about !== null && (plugin.id === companionId || plugin.id === own.id) ? [{ plugin, about }] : []
  })
  // A plugin of 1.0.0 has no fingerprint: at our address it is ours.
  const ours = ({ plugin, about }: HeldCompanion): boolean =>
    plugin.id === own.id || about.fingerprint === own.fingerprint || own.bases.includes(about.base)
  const holder = plugins.find(({ id }) => id.toLowerCase() === companionId)
  const mine = held.find((one) => ours(one) && one.plugin.id === own.id) ?? held.find(ours) ?? null
  const described = held.find(({ plugin }) => plugin === holder) ?? null
  return {
    own: mine,
    others: described !== null && !ours(described) ? described : null,
    obstacle: holder !== undefined && described === null ? holder : null,
  }
}
