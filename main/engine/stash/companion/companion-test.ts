/** Tests an installed companion: Stash runs it, and it has to reach PlexSync. Only what answered counts as installed. */
import type { PluginStep } from '../../../../shared/plugin-steps.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import { pause } from '../../pause.ts'
import type { Clock } from '../../ports.ts'
import type { CompanionSpec } from './manifest.ts'
import type { StashPlugins } from './stash-plugins.ts'

export interface CompanionTestDeps {
  readonly stash: Pick<StashPlugins, 'ping' | 'runTest'>
  readonly clock: Clock
  /** Epoch ms of the last connection test that arrived. */
  readonly lastPingAt: () => number | null
  /** Called with each step as it is done. */
  readonly say: (step: PluginStep) => void
}

export interface TestedCompanion extends Pick<CompanionSpec, 'id' | 'variant' | 'base'> {
  /** Whether the hook listener runs: without it there is no response to a test. */
  readonly isListening: boolean
}

const longestTaskMs = 15_000
const taskLookMs = 100

/** True if it reached PlexSync, or where nothing speaks against it while PlexSync does not listen. */
export async function testCompanion(
  companion: TestedCompanion,
  deps: CompanionTestDeps,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  const { id, variant, base, isListening } = companion
  const { stash, say } = deps
  const ping = await stash.ping(id, signal)
  if (!ping.ok) return ping
  switch (ping.value.outcome) {
    case 'answered':
      say({ code: 'reached', values: { base } })
      return ok(true)
    case 'not_answered':
      if (!isListening) {
        say({ code: 'runs_untested', values: {} })
        return ok(true)
      }
      say({ code: 'did_not_reach', values: { variant, said: ping.value.said } })
      return ok(false)
    case 'not_run':
      say({ code: 'cannot_run', values: { variant, said: ping.value.said } })
      return ok(false)
    case 'unknown':
      return testByTask(companion, deps, signal)
  }
}

/** Stash 0.24 cannot run a plugin directly: its task runs as a job, and the test is the ping that arrives. */
async function testByTask(
  { id, variant, base, isListening }: TestedCompanion,
  { stash, say, clock, lastPingAt }: CompanionTestDeps,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  if (!isListening) {
    say({ code: 'untested', values: {} })
    return ok(true)
  }
  const before = lastPingAt()
  const run = await stash.runTest(id, signal)
  if (!run.ok) return run
  for (let waited = 0; waited < longestTaskMs && !signal.aborted; waited += taskLookMs) {
    if (lastPingAt() !== before) {
      say({ code: 'reached', values: { base } })
      return ok(true)
    }
    await pause(taskLookMs, clock)
  }
  say({ code: 'did_not_reach', values: { variant, said: null } })
  return ok(false)
}
