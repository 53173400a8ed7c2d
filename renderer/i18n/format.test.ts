import { describe, expect, it } from 'vitest'
import { Format } from './format.ts'
import { chooseLanguage } from './language.svelte.ts'
import { de } from './messages.de.ts'
import { en } from './messages.en.ts'

const english = new Format('en', en)
const german = new Format('de', de)

describe('Format', () => {
  it('never rounds an outage away', () => {
    expect(english.percent(0.99999)).toBe('99.99%')
    expect(english.percent(1)).toBe('100%')
  })

  it('says how long ago, in the right unit', () => {
    expect(english.ago(0, 5_000)).toBe('now')
    expect(english.ago(0, 119_000)).toBe('1 minute ago')
    expect(english.ago(0, 86_400_000 * 3)).toBe('3 days ago')
    expect(german.ago(40_000, 0)).toBe('in 40 Sekunden')
  })

  it('shows lengths in their two largest units', () => {
    expect(english.duration(0)).toBe('0 sec')
    expect(english.duration(95)).toBe('1 min 35 sec')
    expect(english.duration(3 * 3_600)).toBe('3 hr')
    expect(english.duration(2 * 86_400 + 3_700)).toBe('2 days 1 hr')
  })

  it('writes numbers and sizes as the language does', () => {
    expect(german.number(39_057)).toBe('39.057')
    expect(english.bytes(182_400_000)).toBe('182.4 MB')
    expect(english.bytes(0)).toBe('0 byte')
  })
})

describe('chooseLanguage', () => {
  it('takes the wish, else the first of the system that is known, else English', () => {
    expect(chooseLanguage('de', ['en-GB'])).toBe('de')
    expect(chooseLanguage('system', ['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(chooseLanguage('system', ['ja'])).toBe('en')
    expect(chooseLanguage('', [])).toBe('en')
  })
})
