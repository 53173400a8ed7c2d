/**
 * Whose plugin Stash holds: this PlexSync's, or that of another one that writes to another Plex. The manifest's description
 * says where it reports and with which token, as a fingerprint. Pure.
 */
import { companionId, type Described, readDescription } from './manifest.ts'
import type { StashPlugin } from './stash-plugins.ts'
import { fingerprintOf } from './token-fingerprint.ts'

export interface OwnCompanion {
  /** The ids to choose from where `plexsync` belongs to another PlexSync: a copy of the data folder has the same ones. */
  readonly ids: readonly string[]
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
  /** The plugin of another PlexSync that holds the id `plexsync`, or one of ours. */
  readonly others: HeldCompanion | null
  /** The id under which this PlexSync's plugin can be installed beside others. */
  readonly freeId: string
  /** Something else that holds the id. Stash loads only the first of those whose ids differ by case alone. */
  readonly obstacle: StashPlugin | null
}

/** `installation` is the identifier of this installation: letters and digits, perhaps behind `plexsync-`. */
export function ownCompanion(installation: string, token: string, bases: readonly string[]): OwnCompanion {
  const letters = installation
    .toLowerCase()
    .replace(/^plexsync-/, '')
    .replace(/[^0-9a-z]/g, '')
  const ids = (letters.match(/.{6}/g) ?? [letters]).map((six) => `${companionId}-${six}`)
  return { ids, fingerprint: fingerprintOf(token), bases }
}

export function holdingsOf(plugins: readonly StashPlugin[], own: OwnCompanion): Holdings {
  const held = plugins.flatMap((plugin): HeldCompanion[] => {
    const about = readDescription(plugin.description)
    return about !== null && [companionId, ...own.ids].includes(plugin.id) ? [{ plugin, about }] : []
  })
  // A plugin of 1.0.0 has no fingerprint: at our address it is ours. The id alone proves nothing.
  const ours = ({ about }: HeldCompanion): boolean =>
    about.fingerprint === own.fingerprint || own.bases.includes(about.base)
  const holder = plugins.find(({ id }) => id.toLowerCase() === companionId)
  const described = held.find(({ plugin }) => plugin === holder) ?? null
  const foreign = held.filter((one) => !ours(one))
  const taken = new Set(plugins.map(({ id }) => id.toLowerCase()))
  return {
    own: held.find((one) => ours(one) && one.plugin.id !== companionId) ?? held.find(ours) ?? null,
    others: foreign.find(({ plugin }) => plugin === holder) ?? foreign[0] ?? null,
    obstacle: holder !== undefined && described === null ? holder : null,
    freeId: [companionId, ...own.ids].find((id) => !taken.has(id)) ?? own.ids.at(-1) ?? companionId,
  }
}
