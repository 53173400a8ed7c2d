import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLine, cleanSummary, lineLimit, summaryLimit } from './sanitise.ts'

const family = '👨‍👩‍👧‍👦'
const england = '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'

describe('a line', () => {
  it.each([
    ['composed', 'Cafe\u0301', 'Café'],
    ['trimmed', ' \t A title \r\n', 'A title'],
    ['line breaks and tabs become one space', 'One\r\n\ttwo\rthree\u2028four', 'One two three four'],
    ['spaces around a break do not add up', 'One \n two', 'One two'],
    ['other blanks stay as they are', 'One  two\u00a0three', 'One  two\u00a0three'],
    ['control characters go', 'O\u0000n\u0007e\u007f\u0085', 'One'],
    ['a break between control characters is one space', 'One\u0001\n\u0002two', 'One two'],
    ['joiners survive', `${family} क्\u200dष می\u200cخواهم`, `${family} क्\u200dष می\u200cخواهم`],
    ['direction marks survive', '\u200fשלום\u200e (2)\u061c!', '\u200fשלום\u200e (2)\u061c!'],
    ['the flag of England survives', england, england],
    ['other format characters go', '\ufeffZ\u200be\u00adr\u2060o\u202e\u{E0041}', 'Zero'],
    ['lone surrogates go', 'A\ud83dB\ude00C', 'ABC'],
    ['and do not find each other', 'A\ud83d\u0007\ude00B', 'AB'],
    ['what cannot be seen is nothing', '\u200f \u200e', ''],
    ['empty', '', ''],
  ])('%s', (_what, raw, text) => {
    expect(cleanLine(raw).text).toBe(text)
  })

  it('is cut at the last blank past 80 % of the limit', () => {
    const words = `${'a'.repeat(210)} ${'b'.repeat(100)}`
    expect(cleanLine(words).text).toBe('a'.repeat(210))
    expect(cleanLine(`${'a'.repeat(255)} b`).text).toBe('a'.repeat(255))
  })

  it('is cut at the limit where the last blank is before 80 %', () => {
    const words = `${'a'.repeat(100)} ${'b'.repeat(300)}`
    expect(cleanLine(words).text).toBe(words.slice(0, lineLimit))
  })

  it.each([
    ['a pair of surrogates', '😀'],
    ['an emoji family', family],
    ['a letter and its marks', 'x\u0301\u0302'],
    ['a flag', '🇩🇪'],
    ['a syllable', '각'],
  ])('is never cut inside %s', (_what, cluster) => {
    for (let before = lineLimit - cluster.length; before < lineLimit; before++) {
      const { text } = cleanLine('a'.repeat(before) + cluster + 'b'.repeat(20))
      expect(text).toBe('a'.repeat(before) + (before + cluster.length <= lineLimit ? cluster : ''))
    }
  })
})

describe('a summary', () => {
  it('keeps line breaks and tabs, the breaks as LF', () => {
    expect(cleanSummary('One\r\n\r\n\tTwo\rThree\n')).toEqual({ text: 'One\n\n\tTwo\nThree', problems: [] })
  })

  it('loses control characters', () => {
    expect(cleanSummary('One\u000b\u001b[0m\nTwo').text).toBe('One[0m\nTwo')
  })

  it('may have 10,000 characters', () => {
    expect(cleanSummary('x'.repeat(summaryLimit)).problems).toEqual([])
    expect(cleanSummary(`${'x'.repeat(9_000)}\n${'x'.repeat(9_000)}`).text).toBe('x'.repeat(9_000))
  })
})

describe('problems', () => {
  it.each([
    ['A\u0000B', ['contains control characters']],
    ['A\nB', ['contains line breaks or tabs']],
    ['A\u200bB', ['contains invisible format characters']],
    ['A\ud83d', ['contains half a character (a lone surrogate)']],
    ['x'.repeat(256), ['is longer than 255 characters']],
    [' Cafe\u0301\r\n', []],
  ])('%j', (raw, problems) => {
    expect(cleanLine(raw).problems).toEqual(problems)
  })
})

describe('any text', () => {
  // Built from what makes trouble: marks, joiners, halves of pairs, blanks, controls.
  const unit = fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\r',
    '\t',
    '\u0000',
    '\u0301',
    'e',
    '\u200d',
    '\u200b',
    '😀',
    '\ud83d',
    '\ude00',
    '🇩',
    england,
    'ㄱ',
    'ᅡ',
    '\u2028',
  )
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(unit, { maxLength: 400 }).map((units) => units.join('')),
  )

  it('is clean after it was cleaned, fits, and is well-formed', () => {
    void fc.assert(
      fc.property(anyText, fc.boolean(), (raw, isLine) => {
        const clean = isLine ? cleanLine : cleanSummary
        const { text } = clean(raw)
        expect(clean(text)).toEqual({ text, problems: [] })
        expect(text.length).toBeLessThanOrEqual(isLine ? lineLimit : summaryLimit)
        expect(text.isWellFormed()).toBe(true)
        expect(text).toBe(text.normalize('NFC').trim())
        expect(text).not.toMatch(isLine ? /\p{Cc}/u : /[\p{Cc}--[\n\t]]/v)
      }),
      { numRuns: 2_000 },
    )
  })

  it('that is cut is a beginning of it that ends between two characters as people see them', () => {
    const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' })
    void fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 400 }), (raw) => {
        const whole = raw.normalize('NFC').trim()
        const { text, problems } = cleanLine(raw)
        fc.pre(problems.length === 1 && whole.length > lineLimit && whole.startsWith(text))
        const starts = new Set(Array.from(clusters.segment(whole), ({ index }) => index))
        expect(starts).toContain(text.length)
      }),
      { numRuns: 300 },
    )
  })
})
