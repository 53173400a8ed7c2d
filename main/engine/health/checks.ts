/** Every health check, in the order in which they are shown. */
import type { HealthCheck } from '../../../shared/contract.ts'
import { findingText } from '../../../shared/health.ts'
import { englishFindings } from '../../../shared/health-texts.ts'
import { textOf } from '../../../shared/result.ts'
import type { Services } from '../services.ts'
import { type Finding, fail } from './finding.ts'
import { database, deadLetters, disk, listening, pathRules, posters, queueMoves, secrets } from './local-checks.ts'
import { companion, hooks, libraries, onlyWriter, plexAnswers, plexToken, stashAnswers } from './server-checks.ts'

interface ListedCheck {
  readonly id: string
  readonly title: string
  readonly run: (services: Services, signal: AbortSignal) => Promise<Finding>
}

const checks: readonly ListedCheck[] = [
  { id: 'plex', title: 'Plex answers', run: plexAnswers },
  { id: 'plex_token', title: 'Plex accepts the token', run: plexToken },
  { id: 'plex_libraries', title: 'Libraries can be written', run: libraries },
  { id: 'stash', title: 'Stash answers', run: stashAnswers },
  { id: 'plugin', title: 'The Stash plugin', run: companion },
  { id: 'hooks', title: 'Hooks arrive', run: hooks },
  { id: 'only_writer', title: 'Nothing else writes to Plex', run: onlyWriter },
  { id: 'queue', title: 'The queue moves', run: queueMoves },
  { id: 'dead_letters', title: 'Nothing needs attention', run: deadLetters },
  { id: 'path_rules', title: 'Path rules', run: pathRules },
  { id: 'posters', title: 'Posters can be made', run: posters },
  { id: 'database', title: 'The database', run: database },
  { id: 'disk', title: 'Free disk space', run: disk },
  { id: 'listening', title: 'Who can reach PlexSync', run: listening },
  { id: 'secrets', title: 'Where secrets are kept', run: secrets },
]

/** Runs all checks at the same time; one that throws is a finding of its own and does not stop the others. */
export function runChecks(services: Services, signal: AbortSignal): Promise<HealthCheck[]> {
  return Promise.all(
    checks.map(async ({ id, title, run }) => {
      try {
        return shownCheck(id, title, await run(services, signal))
      } catch (error) {
        return shownCheck(id, title, fail('check_failed', { problem: textOf(error) }))
      }
    }),
  )
}

function shownCheck(id: string, title: string, { state, found }: Finding): HealthCheck {
  const words = findingText(found, englishFindings)
  return { id, title, ok: state === 'pass', warning: state === 'warn', ...words, state, ...found }
}
