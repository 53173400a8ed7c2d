/** Wires the health checks: each gets the services of the engine that it names. */
import type { CheckId } from '../../shared/health-checks.ts'
import type { CheckedServices } from './health/checked-services.ts'
import { HealthChecks } from './health/checks.ts'
import type { Finding } from './health/finding.ts'
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
} from './health/local-checks.ts'
import {
  companion,
  hooks,
  libraries,
  onlyWriter,
  plexAnswers,
  plexToken,
  stashAnswers,
} from './health/server-checks.ts'

export function wireHealth(services: CheckedServices): HealthChecks {
  // ---- build ----
  type Check = (services: CheckedServices, signal: AbortSignal) => Promise<Finding>
  const given = (check: Check) => (signal: AbortSignal) => check(services, signal)
  return new HealthChecks({
    plex: given(plexAnswers),
    plex_token: given(plexToken),
    plex_libraries: given(libraries),
    stash: given(stashAnswers),
    plugin: given(companion),
    hooks: given(hooks),
    only_writer: given(onlyWriter),
    queue: given(queueMoves),
    dead_letters: given(deadLetters),
    locked_fields: given(lockedFields),
    path_rules: given(pathRules),
    tag_names: given(tagNames),
    posters: given(posters),
    database: given(database),
    disk: given(disk),
    listening: given(listening),
    secrets: given(secrets),
  } satisfies Record<CheckId, unknown>)
}
