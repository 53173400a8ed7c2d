/** Every health check, in the order in which they are shown. */
import type { HealthCheck } from '../../../shared/contract.ts'
import { errors } from '../../../shared/errors.ts'
import { textOf } from '../../../shared/result.ts'
import type { Services } from '../services.ts'
import { broken, type Check } from './finding.ts'
import { database, deadLetters, disk, listening, pathRules, posters, queueMoves, secrets } from './local-checks.ts'
import { companion, hooks, libraries, onlyWriter, plexAnswers, plexToken, stashAnswers } from './server-checks.ts'

const checks: readonly { readonly id: string; readonly title: string; readonly run: Check }[] = [
  { id: 'plex', title: 'Plex answers', run: plexAnswers },
  { id: 'plex_token', title: 'Plex accepts the token', run: plexToken },
  { id: 'plex_libraries', title: 'Libraries can be written', run: libraries },
  { id: 'stash', title: 'Stash answers', run: stashAnswers },
  { id: 'plugin', title: 'The Stash plugin', run: companion },
  { id: 'hooks', title: 'Hooks arrive', run: hooks },
  { id: 'only_writer', title: 'Nothing else writes to Plex', run: onlyWriter },
  { id: 'queue', title: 'The queue moves', run: queueMoves },
  { id: 'dead_letters', title: 'Nothing needs you', run: deadLetters },
  { id: 'path_rules', title: 'Path rules', run: pathRules },
  { id: 'posters', title: 'Posters can be made', run: posters },
  { id: 'database', title: 'The database', run: database },
  { id: 'disk', title: 'Room on the disk', run: disk },
  { id: 'listening', title: 'Who can reach PlexSync', run: listening },
  { id: 'secrets', title: 'Where secrets are kept', run: secrets },
]

/** Runs all checks at the same time; one that fails by itself is a finding, not a failure of the others. */
export function runChecks(services: Services, signal: AbortSignal): Promise<HealthCheck[]> {
  return Promise.all(
    checks.map(async ({ id, title, run }) => {
      try {
        return { id, title, ...(await run(services, signal)) }
      } catch (error) {
        return { id, title, ...broken(`The check itself failed: ${textOf(error)}`, errors.unexpected.action) }
      }
    }),
  )
}
