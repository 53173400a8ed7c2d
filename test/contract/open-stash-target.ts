/** Chooses the Stash that the facts are held against: one that the user names (`npm run test:stash`), or the simulated one. */
import { RealStash } from './stash-real.ts'
import { SimulatedStash } from './stash-simulated.ts'
import type { StashTarget } from './stash-target.ts'

export function openStashTarget(): Promise<StashTarget> {
  const url = process.env.PLEXSYNC_TEST_STASH ?? ''
  if (url === '') return SimulatedStash.open()
  const key = process.env.PLEXSYNC_TEST_STASH_KEY ?? ''
  return RealStash.open(url.replace(/\/+$/, ''), key, process.env.PLEXSYNC_TEST_STASH_MEDIA ?? '')
}
