/** Health checks against the simulated servers: each finding with its cause and its cure. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findingText, healthFindingSchema } from '../../shared/health.ts'
import { germanFindings } from '../../shared/health-texts.de.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

async function check(app: TestEngine, id: string) {
  const { checks } = await app.call('runHealthChecks', {})
  const found = checks.find((one) => one.id === id)
  if (found === undefined) throw new Error(`there is no check ${id}`)
  return found
}

it('finds nothing wrong but what a fresh installation lacks', async () => {
  await using app = await startTestEngine()
  const { checks } = await app.call('runHealthChecks', {})
  expect(checks.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual(['plugin', 'hooks'])
  expect(checks.every(({ ok, cure, detail }) => detail !== '' && (ok || cure !== null))).toBe(true)
  for (const { code, values, state, ok } of checks) {
    const german = findingText(healthFindingSchema.parse({ code, values }), germanFindings)
    expect(german.detail).not.toBe('')
    expect(german.cure !== null, code).toBe(state !== 'pass')
    expect(ok).toBe(state === 'pass')
  }
})

it('shows which server does not answer, and what to do', async () => {
  await using app = await startTestEngine()
  await app.plex.down()
  expect(await check(app, 'plex')).toMatchObject({
    ok: false,
    warning: false,
    cure: expect.stringContaining('Start the server'),
  })
  expect(await check(app, 'stash')).toMatchObject({ ok: true })
  // Signing in again would not help.
  expect(await check(app, 'plex_token')).toMatchObject({
    warning: true,
    code: 'not_checked',
    values: { server: 'plex' },
  })
  const { errors, warnings } = (await app.call('getStatus', {})).health
  const { checks } = await app.call('runHealthChecks', {})
  expect({ errors, warnings }).toEqual({
    errors: checks.filter(({ state }) => state === 'fail').length,
    warnings: checks.filter(({ state }) => state === 'warn').length,
  })
})

it('distinguishes a refused token from a server that is down', async () => {
  await using app = await startTestEngine()
  app.plex.settings.token = 'another-token-entirely'
  expect(await check(app, 'plex')).toMatchObject({ ok: true })
  expect(await check(app, 'plex_token')).toMatchObject({ ok: false, cure: expect.stringContaining('token') })
})

it('names libraries that do not exist', async () => {
  await using app = await startTestEngine({ settings: { plex_library: 'Nowhere' } })
  expect(await check(app, 'plex_libraries')).toMatchObject({ ok: false, detail: expect.stringContaining('Nowhere') })
})

it('warns while Stash2Plex writes too, and of a companion that is switched off', async () => {
  await using plugins = await makeMemoryFolder('plexsync-plugins-')
  const manifest = (name: string) => `name: ${name}\nversion: 1.6.14\ninterface: js\nexec:\n  - x.js\n`
  mkdirSync(join(plugins.path, 'Stash2Plex'))
  writeFileSync(join(plugins.path, 'Stash2Plex', 'Stash2Plex.yml'), manifest('Stash2Plex'))
  writeFileSync(join(plugins.path, 'Stash2Plex', 'x.js'), '')
  await using app = await startTestEngine({ stash: { pluginsPath: plugins.path } })
  expect(await check(app, 'only_writer')).toMatchObject({
    ok: false,
    warning: true,
    detail: expect.stringContaining('Stash2Plex'),
    cure: expect.stringContaining('Import its settings'),
  })
})

it('counts what needs the user', async () => {
  await using app = await startTestEngine()
  const scene = app.stash.library.scenes.get(1)
  if (scene !== undefined) scene.files.length = 0
  await app.hook(1)
  await app.settled()
  expect(await check(app, 'dead_letters')).toMatchObject({
    ok: false,
    warning: true,
    detail: '1 scene needs attention.',
  })
})

it('reports tags whose quotes make another name of them, from what the probe has noted', async () => {
  await using app = await startTestEngine({
    settings: { stash_poll_seconds: 10, tag_deny: '"one, two"', only_tagged: 'slow, Black, White' },
  })
  app.stash.actions.updateScene(1, { tags: ['one', 'two', 'slow', 'Black, White'] })
  await app.until(async () => (await check(app, 'tag_names')).detail.includes('only_tagged'))
  const { code, values, detail, cure } = await check(app, 'tag_names')
  expect({ detail, cure }).toEqual({
    detail: 'Stash does not have some tags as the settings name them: tag_deny, only_tagged.',
    cure: 'In tag_deny: "one, two" is one name because of its quotes; remove them to name one and two. In only_tagged: put double quotes around "Black, White": it is one name.',
  })
  const german = findingText(healthFindingSchema.parse({ code, values }), germanFindings)
  expect(german.cure).toContain('„one, two“ ist wegen der Anführungszeichen ein einziger Name')
  await app.call('saveSettings', { values: { tag_deny: 'one, two', only_tagged: 'slow, "Black, White"' } })
  expect(await check(app, 'tag_names')).toMatchObject({ ok: true, code: 'tag_lists_known' })
})
