/** Runs the health checks, in the order in which they are shown. */
import type { HealthCheck } from '../../../shared/contract.ts'
import { findingText } from '../../../shared/health.ts'
import { type CheckId, checkIds } from '../../../shared/health-checks.ts'
import { englishCheckTitles, englishFindings } from '../../../shared/health-texts.ts'
import { textOf } from '../../../shared/result.ts'
import { type Finding, fail } from './finding.ts'

/** What each check does. */
export type CheckTable = Readonly<Record<CheckId, (signal: AbortSignal) => Promise<Finding>>>

export class HealthChecks {
  readonly #checks: CheckTable
  #last: readonly HealthCheck[] = []

  constructor(checks: CheckTable) {
    this.#checks = checks
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
          return shownCheck(id, await this.#checks[id](signal))
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
