/** What a pull of the owner's values works with. */
import type { SceneFinder } from '../decide/scene-finder.ts'
import type { OwnerViewings } from '../history/owner-viewings.ts'
import type { Steps } from '../steps.ts'
import type { ViewingMemory } from './viewing-memory.ts'
import type { ViewingWriter } from './viewing-writer.ts'

export interface ViewingDeps {
  readonly viewings: OwnerViewings
  readonly memory: ViewingMemory
  readonly writer: ViewingWriter
  readonly scenes: Pick<SceneFinder, 'find'>
  readonly steps: Pick<Steps, 'found'>
  /** Epoch seconds by the clock of the Plex server. */
  readonly moment: number
  /** Once a day: values of ours are looked at one by one. */
  readonly thorough: boolean
}
