/** A Stash that waits for its setup or its migration: one notice, jobs untouched, and everything continues when it is over. */
import { describe, expect, it } from 'vitest'
import { startTestEngine } from './test-engine.ts'

const hour = 3_600_000

describe.each([
  [
    'NEEDS_MIGRATION',
    'stash_migration',
    'needs_migration',
    'Stash waits for its database migration: open Stash and confirm it',
  ],
  ['SETUP', 'stash_setup', 'setup', 'Stash is not set up yet: open Stash and finish its setup'],
] as const)('a Stash that says %s', (status, code, state, text) => {
  it('costs no retry and no dead letter, is said once, and is continued with automatically', async () => {
    await using app = await startTestEngine({ settings: { stash_poll_seconds: 10 } })
    await app.hookAll(3)
    await app.settled()
    expect(await app.call('getStatus')).toMatchObject({ stash: { state: 'ok' }, waiting_for: null })

    app.stash.settings.status = status
    for (const id of [1, 2, 3]) app.stash.actions.updateScene(id, { title: `New ${id}` })
    await app.hookAll(3)
    await app.pass(hour)
    app.stash.requests.reset()
    await app.pass(hour)

    expect(await app.deadLetters()).toEqual([])
    expect(await app.call('getStatus')).toMatchObject({
      state: 'waiting',
      waiting_for: { code, text },
      stash: { state },
      circuit: { stash: 'closed' },
      queue: { ready: 3, in_progress: 0 },
    })
    expect(app.notices.map(({ kind }) => kind)).toEqual(['waiting'])
    // One probe a minute, and nothing of the database is asked for.
    expect(app.stash.requests.count({ label: 'systemStatus' })).toBeLessThanOrEqual(61)
    expect(app.stash.requests.count({ label: 'findScenes' })).toBe(0)
    const warnings = app.logs.filter(({ level }) => level === 'warning' || level === 'error')
    expect(warnings.filter(({ line }) => line.includes('changes are kept'))).toHaveLength(1)

    app.stash.settings.status = 'OK'
    await app.until(() => app.text(3, 'title') === 'New 3', 5 * 60_000)
    await app.settled()
    expect(await app.call('getStatus')).toMatchObject({ waiting_for: null, stash: { state: 'ok' } })
    const { rows } = await app.call('listActivity', { limit: 50, offset: 0 })
    expect(rows.every(({ attempts }) => attempts === 0)).toBe(true)
  })
})
