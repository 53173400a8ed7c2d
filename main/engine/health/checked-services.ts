/** What the health checks look at; each check names the part that it takes. */
import type { Database } from 'better-sqlite3'
import type { ServerName } from '../../../shared/domain.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { Library } from '../match/library.ts'
import type { Matcher } from '../match/matcher.ts'
import type { PartIndex } from '../match/part-index.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { PosterRenderer } from '../posters/poster-renderer.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { Consent } from '../settings/consent.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'

export interface CheckedServices {
  readonly clock: Clock
  readonly consent: Pick<Consent, 'given'>
  readonly db: Database
  readonly deadLetters: Pick<DeadLetters, 'counts'>
  readonly gates: Readonly<Record<ServerName, ServerGate>>
  /** What the change probe has noted of Stash. */
  readonly probeState: { names(kind: 'tag'): readonly string[] }
  readonly hooks: { readonly url: string | null; readonly lastHookAt: number | null }
  readonly index: Pick<PartIndex, 'count'>
  readonly installation: string
  readonly jobs: Pick<JobStore, 'counts'>
  readonly library: Pick<Library, 'ready' | 'sections' | 'unknownNames' | 'quoteHints'>
  readonly matcher: Pick<Matcher, 'rules'>
  readonly options: Pick<EngineOptions, 'dataFolder' | 'host' | 'secretsWarning' | 'version'>
  readonly plex: Pick<PlexClient, 'identity' | 'sections'>
  readonly posters: Pick<PosterRenderer, 'tryLoading' | 'loadingProblem'>
  readonly settings: SettingsStore
  readonly stash: StashClient
  readonly unknownLocks: { counts(): { items: number; fields: number; differing: number } }
  readonly worker: { readonly paused: boolean }
}
