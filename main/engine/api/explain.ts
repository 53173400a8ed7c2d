import type { Handlers } from '../../../shared/contract.ts'
import type { Explanation } from '../../../shared/domain.ts'
import type { MatchStep } from '../../../shared/match-steps.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { ok } from '../../../shared/result.ts'
import type { Decision } from '../match/decision.ts'
import type { Matcher } from '../match/matcher.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import type { SyncItems } from '../sync/sync-items.ts'
import { filesOf } from './files-of-scene.ts'

export interface ExplainHandlerDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly matcher: Matcher
  readonly stash: Pick<StashClient, 'scenes'>
  readonly items: SyncItems
}

export function explainHandlers({
  identities,
  matcher,
  stash,
  items,
}: ExplainHandlerDeps): Pick<Handlers, 'explainMatch'> {
  const { library } = matcher
  return {
    explainMatch: async (request, signal) => {
      const files =
        'path' in request
          ? ok([{ path: request.path, size: null, duration: null }])
          : await filesOf(request.scene_id, stash, signal)
      if (!files.ok) return files
      const subject = { id: 'path' in request ? null : request.scene_id, files: files.value }
      const known = await identities.ensurePlex(signal)
      if (!known.ok) return known
      const ready = await library.ready(signal)
      if (!ready.ok && ready.fault.code !== 'no_library') return ready
      let decision = matcher.match(subject)
      if (decision.confidence !== 'high' && files.value.length > 0) {
        const looked = await matcher.refreshMissing(
          files.value.map((file) => file.path),
          signal,
        )
        if (!looked.ok && looked.fault.code !== 'no_library') return looked
        decision = matcher.match(subject)
      }
      return ok(explanationOf(decision, items))
    },
  }
}

function explanationOf(decision: Decision, items: SyncItems): Explanation {
  const keys = decision.targets.map((target) => target.ratingKey)
  const kept = keys.flatMap((ratingKey) => (items.get(ratingKey)?.kept ?? []).map((one) => ({ ratingKey, ...one })))
  const refused = kept.filter(({ code }) => code === 'refused')
  const steps: MatchStep[] = [
    ...decision.steps,
    ...refused.map(({ ratingKey, field, reason }) => ({
      code: 'field_refused' as const,
      values: { rating_key: ratingKey, field, reason },
    })),
  ]
  return {
    confidence: decision.confidence,
    rating_key: keys[0] ?? null,
    rating_keys: keys,
    steps: steps.map(englishStep),
    step_codes: steps,
    candidates: [...decision.candidates],
    kept: kept.map(({ ratingKey: _item, ...one }) => one),
  }
}
