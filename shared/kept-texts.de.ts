/** Why a field is left alone, in German. */
import type { Kept } from './domain.ts'
import { germanErrors } from './errors.de.ts'
import { type KeptReason, keptReasonOf } from './kept.ts'
import { type PosterRefusalTexts, refusalPhrase } from './poster-refusals.ts'

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

const refusals: PosterRefusalTexts = {
  too_large: ({ megabytes }) => `es hat ${megabytes} MB, gelesen werden bis zu 20`,
  unknown_type: () => 'es ist kein JPEG, PNG oder WebP',
  cut_off: () => 'es ist abgeschnitten',
  no_pixels: () => 'es hat keine Bildpunkte',
  too_many_pixels: ({ megapixels }) => `es hat ${megapixels} Megapixel, gelesen werden bis zu 50`,
  too_slow: ({ seconds }) => `es dauerte länger als ${seconds} Sekunden`,
  crashed: () => 'das Programm, das es liest, ist abgestürzt',
  not_drawn: ({ problem }) => `es lässt sich nicht zeichnen (${problem})`,
}

export function germanKept(kept: Kept): string {
  if (kept.code === 'failed' && kept.error !== undefined) return germanErrors[kept.error].sentence
  const code = keptReasonOf(kept)
  if (code === 'no_poster' && kept.refusal !== undefined)
    return `${texts.no_poster}: ${refusalPhrase(kept.refusal, refusals)}`
  if (code !== null) return texts[code]
  if (kept.code !== 'refused' || !kept.values) return kept.reason
  const { value, status } = kept.values
  return `Plex lehnt ${value === '' ? 'einen leeren Wert' : `„${value}“`} ab (${status ?? 'Verbindung getrennt'}).`
}
