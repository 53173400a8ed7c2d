/** Every health check, in the order in which they are shown. */
import type { HealthCheck } from '../../../shared/contract.ts'
import { findingText } from '../../../shared/health.ts'
import { type CheckId, checkIds } from '../../../shared/health-checks.ts'
import { englishCheckTitles, englishFindings } from '../../../shared/health-texts.ts'
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

const checks: Readonly<Record<CheckId, (services: CheckedServices, signal: AbortSignal) => Promise<Finding>>> = {
  plex: plexAnswers,
  plex_token: plexToken,
  plex_libraries: libraries,
  stash: stashAnswers,
  plugin: companion,
  hooks: hooks,
  only_writer: onlyWriter,
  queue: queueMoves,
  dead_letters: deadLetters,
  locked_fields: lockedFields,
  path_rules: pathRules,
  tag_names: tagNames,
  posters: posters,
  database: database,
  disk: disk,
  listening: listening,
  secrets: secrets,
}

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
      checkIds.map(async (id) => {
        try {
          return shownCheck(id, await checks[id](this.#services, signal))
        } catch (error) {
          return shownCheck(id, fail('check_failed', { problem: textOf(error) }))
        }
      }),
    )
    this.#last = found
    return found
  }
}

function shownCheck(id: CheckId, { state, found }: Finding): HealthCheck {
  const title = englishCheckTitles[id]
  const words = findingText(found, englishFindings)
  return { id, title, ok: state === 'pass', warning: state === 'warn', ...words, state, ...found }
}
