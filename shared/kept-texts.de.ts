/** Why a field is left alone, in German. */
import type { Kept } from './domain.ts'
import { type KeptReason, keptReasonOf } from './kept.ts'

const texts: Readonly<Record<KeptReason, string>> = {
  edited: 'deine Änderung bleibt',
  locked: 'in Plex gesperrt',
  not_ours: 'in Stash leer und nicht von PlexSync geschrieben',
  changed_since: 'seitdem in Plex geändert',
  never_cleared: 'kann in Plex nicht leer sein',
  former_image: 'das frühere Bild ist nicht vermerkt; wähl es in Plex',
  shortened: 'gekürzt: Plex nimmt keine längeren Anfragen an',
  no_poster: 'aus diesem Bild lässt sich kein Poster machen',
}

export function germanKept(kept: Kept): string {
  const code = keptReasonOf(kept)
  if (code !== null) return texts[code]
  if (kept.code !== 'refused' || !kept.values) return kept.reason
  const { value, status } = kept.values
  return `Plex lehnt ${value === '' ? 'einen leeren Wert' : `„${value}“`} ab (${status ?? 'Verbindung getrennt'}).`
}
