import { expect, it } from 'vitest'
import { isNewer, newestKnown } from './known-versions.ts'

it.each([
  ['v0.30.1', '0.30', false],
  ['v0.31.0', '0.30', true],
  ['1.0.0', '0.30', true],
  ['0.24.3', '0.30', false],
  ['1.43.1.10611-1e34174b1', '1.43', false],
  ['1.44.0.1', '1.43', true],
  ['cf3489efd', '0.30', false],
])('%s is newer than %s: %s', (version, known, newer) => {
  expect(isNewer(version, known)).toBe(newer)
})

it('the newest releases that are known are said to be neither newer nor unknown', () => {
  expect(isNewer('v0.31.1', newestKnown.stash)).toBe(false)
  expect(isNewer('1.43.2.10687', newestKnown.plex)).toBe(false)
  expect(isNewer('v0.32.0', newestKnown.stash)).toBe(true)
})
