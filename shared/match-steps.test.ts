import { describe, expect, it } from 'vitest'
import type { MatchStep } from './match-steps.ts'
import { germanEvidence, germanStep } from './match-texts.de.ts'
import { englishStep } from './match-texts.ts'

const items = ['101', '102', '103', '104', '105'].map((rating_key) => ({ rating_key, library: 'Scenes' }))

describe('the words of a step', () => {
  it.each<[MatchStep, string, string]>([
    [
      { code: 'same_path', values: { items: items.slice(0, 1) } },
      'Plex has exactly this path: item 101 in "Scenes".',
      'Plex hat genau diesen Pfad: Eintrag 101 in „Scenes“.',
    ],
    [
      { code: 'matched', values: { items } },
      'HIGH confidence match: item 101 in "Scenes", item 102 in "Scenes", item 103 in "Scenes" and 2 more.',
      'Sicherer Treffer: Eintrag 101 in „Scenes“, Eintrag 102 in „Scenes“, Eintrag 103 in „Scenes“ und 2 weitere.',
    ],
    [
      { code: 'candidates_found', values: { name: 'x.mp4', count: 1 } },
      "LOW confidence match for 'x.mp4': 1 candidate found.",
      'Unsicherer Treffer für „x.mp4“: 1 Kandidat gefunden.',
    ],
    [
      { code: 'folder_skipped', values: { library: 'TV', because: 'wrong_type', type: 'show', lookalikes: 2 } },
      'Its folder is skipped: the library "TV" is of type show; only movie-type libraries are written; none of the 2 items with its name or title is certain to be the same file.',
      'Der Ordner wird übersprungen: die Bibliothek „TV“ ist vom Typ show; geschrieben wird nur in Filmbibliotheken; keiner der 2 Einträge mit diesem Namen oder Titel ist sicher dieselbe Datei.',
    ],
  ])('%j', (step, english, german) => {
    expect(englishStep(step)).toBe(english)
    expect(germanStep(step)).toBe(german)
  })

  it('keep sizes and say so where one is not known', () => {
    expect(germanEvidence({ code: 'size_differs', values: { stash: 2222, plex: null } })).toBe(
      'andere Größe (2.222 Bytes in Stash, Größe unbekannt in Plex)',
    )
  })
})
