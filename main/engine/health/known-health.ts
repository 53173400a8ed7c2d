/** What health can be known without asking a server again: the last full run, with what has changed since. */
import type { Status } from '../../../shared/contract.ts'
import type { ServerName } from '../../../shared/domain.ts'
import type { FindingState } from '../../../shared/health.ts'
import { serverNames } from '../../../shared/server-names.ts'
import type { CheckedServices } from './checked-services.ts'
import type { HealthChecks } from './checks.ts'
import { knownLocks } from './local-checks.ts'

/** Those whose state is known without a request. */
type KnownServices = Pick<
  CheckedServices,
  'settings' | 'library' | 'consent' | 'gates' | 'deadLetters' | 'worker' | 'options' | 'unknownLocks'
>

export class KnownHealth {
  readonly #checks: Pick<HealthChecks, 'last'>
  readonly #services: KnownServices

  constructor(checks: Pick<HealthChecks, 'last'>, services: KnownServices) {
    this.#checks = checks
    this.#services = services
  }

  /** Counts of findings by check, as `status` shows them. */
  counts(): Status['health'] {
    const states = new Map<string, FindingState>()
    for (const { id, state } of this.#checks.last) states.set(id, state)
    for (const [id, state] of knownNow(this.#services)) states.set(id, state)
    const count = (wanted: FindingState): number => [...states.values()].filter((state) => state === wanted).length
    const errors = count('fail')
    return { ok: errors === 0, warnings: count('warn'), errors }
  }
}

const cannotBeWritten: ReadonlySet<string> = new Set(['edits_refused', 'edits_failing', 'no_library'])

function librariesVerdict(held: string, isDoubtful: boolean): FindingState {
  if (cannotBeWritten.has(held)) return 'fail'
  return isDoubtful ? 'warn' : 'pass'
}

/** By the ids of `checks.ts`. */
function knownNow(services: KnownServices): [string, FindingState][] {
  const { settings, library, consent, gates, deadLetters, worker, options } = services
  const { plex_url, plex_token, stash_url } = settings.settings()
  const responses = (server: ServerName, url: string): FindingState =>
    url === '' || gates[server].circuit !== 'closed' || gates[server].reachable === false ? 'fail' : 'pass'
  const isAway = responses('plex', plex_url) === 'fail'
  const isRefused = plex_token === '' || gates.plex.authRefused || gates.plex.held?.code === 'edits_refused'
  const isWaiting = !consent.given || worker.paused || serverNames.some((name) => gates[name].waitingSince !== null)
  return [
    ['plex', responses('plex', plex_url)],
    ['plex_token', isRefused ? 'fail' : isAway ? 'warn' : 'pass'],
    ['plex_libraries', librariesVerdict(gates.plex.held?.code ?? '', isAway || library.unknownNames.length > 0)],
    ['stash', gates.stash.authRefused ? 'fail' : responses('stash', stash_url)],
    ['queue', isWaiting ? 'warn' : 'pass'],
    ['dead_letters', deadLetters.counts().dead_letters > 0 ? 'warn' : 'pass'],
    ['locked_fields', knownLocks(services).fields > 0 ? 'warn' : 'pass'],
    ['secrets', options.host === 'desktop' && options.secretsWarning !== null ? 'warn' : 'pass'],
  ]
}
