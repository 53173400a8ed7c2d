import type { App } from '../../state/app.ts'
import type { PathRulesDraft } from './path-rules-draft.svelte.ts'
import { parseRules } from './rule-text.ts'

/** Stores the rules as they are shown; a refusal is reported. */
export async function saveRules(app: App, draft: PathRulesDraft): Promise<boolean> {
  const answer = await app.settings.save({ path_map: draft.text })
  if (answer.ok) draft.markSaved(app.settings.text('path_map'))
  else app.notices.fail(answer.fault)
  return answer.ok
}

/**
 * Takes over a proposed rule with one press: it is added, stored and tested. While the user is in the middle of another
 * change it is only added, since saving would store that change too.
 */
export async function adoptRule(app: App, draft: PathRulesDraft, rule: string): Promise<void> {
  const isAlone = !draft.changed
  const before = draft.text
  for (const parsed of parseRules(rule)) draft.add(parsed)
  if (!isAlone || !draft.complete) return app.notices.show(app.t.paths.addedOnly)
  if (!(await saveRules(app, draft))) return
  app.notices.show(app.t.paths.ruleUsed(rule), {
    label: app.t.common.undo,
    run: async () => {
      const answer = await app.settings.save({ path_map: before })
      if (!answer.ok) return app.notices.fail(answer.fault)
      draft.markSaved(before)
      await draft.test()
    },
  })
  await draft.test()
}
