import { expect, test } from 'vitest'
import { decidePlays, type SceneHistory, windowOf } from './dedupe.ts'

const at = Date.parse('2026-03-01T20:00:00Z') / 1000
const open = (...moments: number[]) => moments.map((viewedAt, id) => ({ id, accountId: 1, viewedAt }))

function verdicts(given: Partial<SceneHistory>): string[] {
  const all: SceneHistory = { open: [], known: [], stash: [], window: 600, ...given }
  const decided = decidePlays(all)
  return all.open.map(({ id }) => decided.get(id) ?? 'none')
}

test.each([
  [null, 600],
  [0, 600],
  [7200, 600],
  [1200, 600],
  [300, 150],
])('the window of an item of %s seconds is %s seconds', (duration, expected) => {
  expect(windowOf(duration)).toBe(expected)
})

test('two rows a minute apart are one play, and the earlier one counts', () => {
  expect(verdicts({ open: open(at + 60, at) })).toEqual(['duplicate', 'add'])
})

test('exactly a window apart are two plays', () => {
  expect(verdicts({ open: open(at, at + 600) })).toEqual(['add', 'add'])
})

test('rows that follow one another closely are one play, however many', () => {
  expect(verdicts({ open: open(at, at + 400, at + 800, at + 1200) })).toEqual([
    'add',
    'duplicate',
    'duplicate',
    'duplicate',
  ])
})

test('another account at the same moment is another play', () => {
  const both = [
    { id: 0, accountId: 1, viewedAt: at },
    { id: 1, accountId: 7, viewedAt: at },
  ]
  expect(verdicts({ open: both })).toEqual(['add', 'add'])
})

test('what was written stays when an earlier row of the same session arrives later', () => {
  const known = [{ accountId: 1, viewedAt: at + 60, stashAt: at + 60, counts: true }]
  expect(verdicts({ open: open(at), known, stash: [at + 60] })).toEqual(['duplicate'])
})

test('a double of a row that was skipped is no play either', () => {
  expect(
    verdicts({ open: open(at + 60), known: [{ accountId: 1, viewedAt: at, stashAt: null, counts: true }] }),
  ).toEqual(['duplicate'])
})

test('a duplicate of a play that did not reach Stash takes nothing from it', () => {
  const known = [{ accountId: 1, viewedAt: at + 60, stashAt: null, counts: false }]
  expect(verdicts({ open: open(at), known })).toEqual(['add'])
})

test('a time in Stash within the window is the same view; beyond it is not', () => {
  expect(verdicts({ open: open(at), stash: [at - 599] })).toEqual(['already_in_stash'])
  expect(verdicts({ open: open(at), stash: [at + 600] })).toEqual(['add'])
})

test('two seconds are the same moment, also for an item of one second', () => {
  expect(verdicts({ open: open(at), stash: [at + 2], window: 0.5 })).toEqual(['already_in_stash'])
  expect(verdicts({ open: open(at), stash: [at + 3], window: 0.5 })).toEqual(['add'])
})

test('a play of ours is not another program’s, but a second one at the same moment is', () => {
  const known = [{ accountId: 7, viewedAt: at - 60, stashAt: at - 60, counts: true }]
  expect(verdicts({ open: open(at), known, stash: [at - 60] })).toEqual(['add'])
  expect(verdicts({ open: open(at), known, stash: [at - 60, at - 60] })).toEqual(['already_in_stash'])
})
