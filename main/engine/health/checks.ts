/** Every health check, in the order in which they are shown. */
import type { HealthCheck } from '../../../shared/contract.ts'
import { findingText } from '../../../shared/health.ts'
import { englishFindings } from '../../../shared/health-texts.ts'
import { textOf } from '../../../shared/result.ts'
import type { CheckedServices } from './checked-services.ts'
import { type Finding, fail } from './finding.ts'
import {
  database,
  deadLetters,
  disk,
  listening,
  lockedFields,
  pathRules,
  posters,
  queueMoves,
  secrets,
  tagNames,
} from './local-checks.ts'
import { companion, hooks, libraries, onlyWriter, plexAnswers, plexToken, stashAnswers } from './server-checks.ts'

interface ListedCheck {
  readonly id: string
  readonly title: string
  readonly run: (services: CheckedServices, signal: AbortSignal) => Promise<Finding>
}

/** Titles name the subject, since they head a pass, a warning and a failure alike. */
const checks: readonly ListedCheck[] = [
  { id: 'plex', title: 'Plex', run: plexAnswers },
  { id: 'plex_token', title: 'Plex token', run: plexToken },
  { id: 'plex_libraries', title: 'Plex libraries', run: libraries },
  { id: 'stash', title: 'Stash', run: stashAnswers },
  { id: 'plugin', title: 'Stash plugin', run: companion },
  { id: 'hooks', title: 'Hooks', run: hooks },
  { id: 'only_writer', title: 'Other programs that write to Plex', run: onlyWriter },
  { id: 'queue', title: 'Queue', run: queueMoves },
  { id: 'dead_letters', title: 'Needs attention', run: deadLetters },
  { id: 'locked_fields', title: 'Locked fields in Plex', run: lockedFields },
  { id: 'path_rules', title: 'Path rules', run: pathRules },
  { id: 'tag_names', title: 'Names of tags', run: tagNames },
  { id: 'posters', title: 'Posters', run: posters },
  { id: 'database', title: 'Database', run: database },
  { id: 'disk', title: 'Free disk space', run: disk },
  { id: 'listening', title: 'Network access', run: listening },
  { id: 'secrets', title: 'Secrets', run: secrets },
]

export class HealthChecks {
  readonly #services: CheckedServices
  #last: readonly HealthCheck[] = []

  constructor(services: CheckedServices) {
    this.#services = services
  }

  /** What the last run found; empty before the first. */
  get last(): readonly HealthCheck[] {
    return this.#last
  }

  /** Runs all checks at the same time; one that throws becomes a separate finding and does not stop the others. */
  async run(signal: AbortSignal): Promise<HealthCheck[]> {
    const found = await Promise.all(
      checks.map(async ({ id, title, run }) => {
        try {
          return shownCheck(id, title, await run(this.#services, signal))
        } catch (error) {
          return shownCheck(id, title, fail('check_failed', { problem: textOf(error) }))
        }
      }),
    )
    this.#last = found
    return found
  }
}

function shownCheck(id: string, title: string, { state, found }: Finding): HealthCheck {
  const words = findingText(found, englishFindings)
  return { id, title, ok: state === 'pass', warning: state === 'warn', ...words, state, ...found }
}
