import { describe, expect, it } from 'vitest'
import { germanErrors } from './errors.de.ts'
import { keptBecause } from './kept.ts'
import { germanRemark } from './remark-texts.de.ts'
import { englishRemark } from './remark-texts.ts'
import { remarkOfFailure, remarkOfWords } from './remark-words.ts'
import { type Remark, remarkOf, remarkOfFault, remarkSchema } from './remarks.ts'

const skipped = { library: 'Series', because: 'wrong_type', type: 'show' } as const
const samples: readonly Remark[] = [
  { code: 'queued', values: {} },
  { code: 'settling', values: {} },
  { code: 'in_progress', values: {} },
  { code: 'wrote', values: { fields: ['title', 'content_rating'], kept: ['date'] } },
  { code: 'nothing_to_write', values: { kept: [] } },
  { code: 'gone_from_stash', values: {} },
  { code: 'deleted_in_stash', values: {} },
  { code: 'superseded', values: { job: 7 } },
  { code: 'fanned_out', values: { scenes: 214, kind: 'tag', id: '88' } },
  { code: 'not_found_skipped', values: { message: 'It is not there' } },
  { code: 'stopped_unexpectedly', values: {} },
  remarkOfFault({ code: 'timeout', message: 'Plex gave no answer' }),
  { code: 'not_organized', values: {} },
  { code: 'no_stash_id', values: {} },
  { code: 'no_url', values: {} },
  { code: 'not_tagged_so', values: {} },
  { code: 'tagged_out', values: {} },
  { code: 'no_metadata', values: {} },
  { code: 'received', values: { job: 7, origin: 'hook' } },
  { code: 'left_alone', values: { rating_key: '101', kept: [keptBecause('date', 'edited')] } },
  { code: 'written_item', values: { rating_key: '101' } },
  { code: 'verified_item', values: { rating_key: '101' } },
  { code: 'rule_unused', values: {} },
  { code: 'rule_found', values: { found: 17, covered: 20 } },
  { code: 'rule_suggested', values: { files: 3, by: 'either', example: 'A/1.mp4' } },
  { code: 'in_skipped_library', values: { skipped } },
  { code: 'near_miss', values: { file: '/media/a.mp4', differs: 'letter_case' } },
  { code: 'not_scanned', values: { library: 'Films' } },
  { code: 'elsewhere', values: { library: 'Films', file: '/media/a.mp4' } },
  { code: 'folder_not_written', values: { skipped } },
  { code: 'no_such_folder', values: { folder: '/media' } },
  { code: 'no_rule_no_file', values: {} },
  { code: 'no_rule', values: { file: '/media/a.mp4' } },
  { code: 'library_type', values: { type: 'show' } },
]

describe('remarks', () => {
  it('have a sample here for each code', () => {
    const codes = remarkSchema.options.map(({ shape }) => shape.code.value)
    expect(samples.map(({ code }) => code)).toEqual(codes)
  })

  it.each(samples)('$code has separate words in both languages, and survives its way through JSON', (remark) => {
    expect(englishRemark(remark)).not.toBe('')
    expect(germanRemark(remark)).not.toBe(englishRemark(remark).replace('Item 101', ''))
    expect(germanRemark(remark)).not.toMatch(/undefined|\bthe\b|\bhas\b|\bPlex has\b/)
    const read: { code: string; values: Record<string, unknown> } = JSON.parse(JSON.stringify(remark))
    expect(remarkOf(read)).toEqual(remark)
  })

  it('name fields, kinds and counts in German', () => {
    expect(samples.slice(3, 5).map(germanRemark)).toEqual([
      'Geschrieben: Titel, Altersfreigabe; belassen: Datum',
      'Nichts zu schreiben',
    ])
    expect(germanRemark({ code: 'fanned_out', values: { scenes: 2_140, kind: 'performer', id: '8' } })).toBe(
      'An 2.140 Szenen mit Darsteller 8 weitergegeben',
    )
  })

  it('show a failed match by its step, a reason of our own by its code, and other failures by error and message', () => {
    const step = { code: 'candidates_found', values: { name: 'a.mp4', count: 1 } } as const
    const unsure = remarkOfFault({ code: 'low_confidence', message: 'Seen', step })
    expect(englishRemark(unsure)).toBe('Seen')
    expect(germanRemark(unsure)).toBe('Unsicherer Treffer für „a.mp4“: 1 Kandidat gefunden.')
    const because = { code: 'no_movie_library', values: {} } as const
    expect(germanRemark(remarkOfFault({ code: 'no_library', message: 'Seen', because }))).toBe(
      'Unter den gewählten Bibliotheken in Plex ist keine Filmbibliothek.',
    )
    expect(germanRemark(remarkOfFault({ code: 'timeout', message: 'Plex gave no answer' }))).toBe(
      `${germanErrors.timeout.sentence} Im Wortlaut: Plex gave no answer`,
    )
    expect(germanRemark(remarkOfFault({ code: 'of_tomorrow', message: 'x' }))).toBe(
      germanRemark(remarkOfFault({ code: 'unexpected', message: 'x' })),
    )
  })

  it('are none if a code or its values are not known', () => {
    expect(remarkOf({ code: 'of_tomorrow', values: {} })).toBeNull()
    expect(remarkOf({ code: 'superseded', values: {} })).toBeNull()
    expect(remarkOf({})).toBeNull()
  })
})

describe('the words of earlier releases', () => {
  it('give the step of a failed match back', () => {
    const unsure = "LOW confidence match for 'It's a draft.mp4': 1 candidate found"
    expect(germanRemark(remarkOfFailure('low_confidence', unsure))).toBe(
      "Unsicherer Treffer für „It's a draft.mp4“: 1 Kandidat gefunden.",
    )
    const missing = remarkOfFailure('not_in_plex', "No Plex item found for 'a.mp4'.")
    expect(germanRemark(missing)).toBe('Kein Eintrag in Plex für „a.mp4“ gefunden.')
  })

  const stored = samples.slice(3, 18).filter(({ code }) => code !== 'failed')

  it.each(stored)('give $code back', (remark) => {
    expect(remarkOfWords(englishRemark(remark))).toEqual(remark)
  })

  it('give back what 1.0.0 said of a superseded job', () => {
    expect(remarkOfWords('Job 7 goes on with it.')).toEqual({ code: 'superseded', values: { job: 7 } })
  })

  it.each(['', 'Wrote a letter', 'Wrote title; kept nothing', 'Job x goes on with it.', '3 scenes carry heart 5'])(
    '%s says nothing',
    (sentence) => expect(remarkOfWords(sentence)).toBeNull(),
  )
})
