import { describe, expect, it } from 'vitest'
import type { KindReading, ProbeReading } from '../stash/change-probe.ts'
import { accountFor, type KnownKind, type KnownKinds, knownKind, newsOf } from './probe-news.ts'

const at = (minute: number): string => `2026-01-30T12:${String(minute).padStart(2, '0')}:00Z`
const kind = (count: number, minute: number): KindReading => ({
  count,
  newest: { id: '7', updatedAt: at(minute) },
})
const reading: ProbeReading = {
  scene: kind(10, 0),
  file: kind(12, 0),
  performer: kind(3, 0),
  studio: kind(2, 0),
  tag: kind(5, 0),
  group: { count: 0, newest: null },
}
const settled = (now: KindReading): KnownKind => ({ ...now, young: false, highestId: 7 })
const known: KnownKinds = {
  scene: settled(reading.scene),
  file: settled(kind(12, 0)),
  performer: settled(reading.performer),
  studio: settled(reading.studio),
  tag: settled(reading.tag),
  group: settled(reading.group),
}

describe('what moved', () => {
  it('is nothing while stamps and counts stand still', () => {
    expect(newsOf(known, reading, false)).toEqual({ scenesSince: null, filesSince: null, lists: [] })
  })

  it('is read from the known stamp on, minus three seconds', () => {
    const moved = { ...reading, scene: kind(10, 1), file: kind(13, 0) }
    expect(newsOf(known, moved, false)).toMatchObject({
      scenesSince: '2026-01-30T11:59:57Z',
      filesSince: '2026-01-30T11:59:57Z',
    })
    expect(newsOf(known, reading, true).scenesSince).toBe('2026-01-30T09:00:00Z')
  })

  it('is a list where a stamp or only a count moved, or where the stamp was too young', () => {
    expect(newsOf(known, { ...reading, tag: kind(4, 0) }, false).lists).toEqual(['tag'])
    expect(newsOf(known, { ...reading, studio: kind(2, 1) }, false).lists).toEqual(['studio'])
    const young = { ...known, performer: { ...settled(reading.performer), young: true } }
    expect(newsOf(young, reading, false).lists).toEqual(['performer'])
  })

  it('is no file before Stash 0.29', () => {
    expect(newsOf(known, { ...reading, file: null }, true).filesSince).toBeNull()
  })
})

describe('what is kept', () => {
  it('is young while the stamp’s second has hardly passed', () => {
    const followed = { highestId: 7, accounted: null, isOpen: false }
    const now = Date.parse(at(0))
    expect(knownKind(reading.scene, { ...followed, stashNow: now + 1_000 }).young).toBe(true)
    expect(knownKind(reading.scene, { ...followed, stashNow: now + 2_000 }).young).toBe(false)
    expect(knownKind(reading.scene, { ...followed, stashNow: now + 9_000, isOpen: true }).young).toBe(true)
  })

  it('is odd where a count moved otherwise than by new ids', () => {
    const before = settled(kind(10, 0))
    expect(accountFor(before, kind(12, 1), 2)).toEqual({ accounted: null, isOdd: false })
    expect(accountFor(before, kind(9, 1), 0)).toEqual({ accounted: null, isOdd: true })
    // One came and one went: the next probe shows.
    expect(accountFor(before, kind(10, 1), 1)).toEqual({ accounted: 11, isOdd: false })
    expect(accountFor(undefined, kind(10, 1), 0)).toEqual({ accounted: null, isOdd: false })
  })
})
