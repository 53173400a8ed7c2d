import { expect, it } from 'vitest'
import { germanErrors } from '../../../shared/errors.de.ts'
import { de } from '../../i18n/messages.de.ts'
import { en } from '../../i18n/messages.en.ts'
import { reasonOf } from './reason-of.ts'

it('is reported in the language of the window, also for letters of an earlier release', () => {
  const letter = { code: 'not_in_plex', reason: 'No Plex item plays it', values: {} } as const
  expect(reasonOf(letter, en)).toBe('No Plex item plays it')
  expect(reasonOf(letter, de)).toBe(`${germanErrors.not_in_plex.sentence} Im Wortlaut: No Plex item plays it`)
  const values = { fields: ['date'], refused: ['2024-05-06'], status: 400 }
  const refused = { code: 'value_refused', reason: 'date: Plex refuses it', values } as const
  expect(reasonOf(refused, de)).toContain('Plex lehnt „2024-05-06“ ab')
  const step = { code: 'not_found', values: { name: 'a.mp4' } } as const
  expect(reasonOf({ ...letter, step }, de)).toBe('Kein Eintrag in Plex für „a.mp4“ gefunden.')
  const because = { code: 'item_gone', values: { path: '/data/a.mp4' } } as const
  expect(reasonOf({ ...letter, because }, de)).toBe(
    'Der Plex-Eintrag von „/data/a.mp4“ ist fort oder spielt jetzt eine andere Datei.',
  )
})
