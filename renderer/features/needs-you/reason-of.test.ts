import { expect, it } from 'vitest'
import { germanErrors } from '../../../shared/errors.de.ts'
import { errors } from '../../../shared/errors.ts'
import { de } from '../../i18n/messages.de.ts'
import { en } from '../../i18n/messages.en.ts'
import { reasonOf } from './reason-of.ts'

const english = { t: en, language: { error: (code: keyof typeof errors) => errors[code] } }
const german = { t: de, language: { error: (code: keyof typeof errors) => germanErrors[code] } }

it('is told in the language of the window, also for letters of an earlier release', () => {
  const letter = { code: 'not_in_plex', reason: 'No Plex item plays it', values: {} } as const
  expect(reasonOf(letter, english)).toBe('No Plex item plays it')
  expect(reasonOf(letter, german)).toBe(germanErrors.not_in_plex.sentence)
  const values = { fields: ['date'], refused: ['2024-05-06'], status: 400 }
  const refused = { code: 'value_refused', reason: 'date: Plex refuses it', values } as const
  expect(reasonOf(refused, german)).toContain('Plex lehnt „2024-05-06“ ab')
})
