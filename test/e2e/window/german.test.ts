/** The real product in German: no view shows a sentence of the engine in English. Log lines stay English everywhere. */
import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { remoteTicket } from '../../../main/headless/backend.ts'
import { findHolder } from '../../../main/host/instance.ts'
import { germanErrors } from '../../../shared/errors.de.ts'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from '../../harness/app-process.ts'
import type { SampleScene } from '../../harness/sample-library.ts'
import { type ServedProcess, startServedProcess } from '../../harness/served-process.ts'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { openPage } from './open-page.ts'
import { sharedBrowser } from './test-window.ts'

/** Words of the engine's sentences that no German sentence, title or path of the sample contains. */
const english =
  /\b(Wrote|Nothing to write|no longer has|Continued by|Waiting for edits|scenes carry|marked as|metadata yet|LOW confidence|HIGH confidence|No Plex item|Left alone|Plex shows|belongs to|samples below|path rule|lie below both|same file name|same size|same duration|differs|candidates? found|Waits|Is worked on|refused|refuses|Connection|took longer|Plex has|are not written|is needed|is installed|is accepted|Item \d+|Job \d+|from hook|from manual|from fan_out|the library|changed since|kept your edit|must (be|start|have|not)|was written|Written to|Stash (holds|got|runs)|Tested)\b/

/** What the simulated Plex does while it is down. */
const lostConnection = /hat die Verbindung unter 127\.0\.0\.1:\d+ (?:abgelehnt|vor der Antwort getrennt)/

it('shows no English sentence of the engine in any view', async () => {
  await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  await using data = await makeTempFolder('plexsync-german-')
  await using app = await startApp({ dataFolder: data.path, environment: appEnvironment(servers) })
  const scenes = (await servers.command('sample')) as SampleScene[]
  const idOf = (outcome: SampleScene['outcome']) => scenes.find((scene) => scene.outcome === outcome)?.sceneId ?? 0
  const unsure = idOf('needs_you')

  await post(
    app,
    'Scene.Update.Post',
    scenes.map(({ sceneId }) => sceneId),
  )
  // Unchanged, fanned out, and with a field that you changed in Plex.
  await post(app, 'Scene.Update.Post', [idOf('synced')])
  await post(app, 'Tag.Update.Post', [1])
  await app.call('beginTask', { kind: 'reconcile', request: { scope: 'all', dry_run: true } })
  await outage(servers, app, idOf('synced'))

  const { rows } = await app.call('listActivity', { offset: 0, limit: 500 })
  const states = [...new Set(rows.map(({ state }) => state))]
  expect(states).toEqual(expect.arrayContaining(['synced', 'unchanged', 'filtered', 'fanned_out', 'dead']))
  for (const row of rows) expect(row.code, row.detail).toBeDefined()

  const browser = await sharedBrowser()
  await using opened = await openPage(browser, await windowUrl(data.path), {
    locale: 'de-DE',
    viewport: { width: 1400, height: 2400 },
  })
  const { page } = opened
  await page.getByRole('heading', { level: 1 }).waitFor()
  await isGerman(page, '#/overview', page.getByRole('main').getByText('Geschrieben:').first())
  await isGerman(page, '#/activity', page.getByRole('grid').getByText('Geschrieben:').first())
  const panel = page.getByRole('complementary')
  for (const state of states) {
    const row = rows.find((one) => one.state === state && one.kind === 'scene')
    if (row === undefined) continue
    await isGerman(page, `#/activity?open=${row.scene_id}`, panel.getByText(`Auftrag ${row.job_id}`).first())
  }
  const { rows: letters } = await app.call('listDeadLetters', { limit: 1000 })
  for (const code of new Set(letters.map((letter) => letter.code))) {
    const letter = letters.find((one) => one.code === code)
    if (letter === undefined) continue
    await isGerman(page, `#/needs-you?open=${letter.id}`, panel.getByText(germanErrors[code].action).first())
  }
  await isGerman(page, '#/reconcile', page.locator('.sets'))
  await isGerman(page, '#/health', page.getByRole('table').getByText(lostConnection).first())
  await isGerman(page, `#/paths?explain=${unsure}`, page.getByText('Unsicherer Treffer').first())
  await press(page, 'Regeln vorschlagen', 'Vorschläge')
  await press(page, 'Mit Stichproben testen', 'Stichproben darunter sind in Plex')
  await refusedValue(page)
  await isGerman(page, '#/setup?step=plugin', page.getByRole('button', { name: 'Plugin installieren' }))
  await page.getByRole('checkbox').first().check()
  await press(page, 'Plugin installieren', 'Adresse für Stash:')
  await isGerman(page, '#/setup?step=libraries', page.getByText('Filmbibliothek').first())
  expect(opened.problems).toEqual([])
})

/** Opens a view and reads everything in it once what it is about is there. */
async function isGerman(page: Page, hash: string, ready: Locator): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  await ready.waitFor()
  expect(englishLines(await textOf(page)), hash).toEqual([])
}

/** A value that is not accepted says why beside its field. */
async function refusedValue(page: Page): Promise<void> {
  await page.evaluate("location.hash = '#/settings'")
  const field = page.getByLabel('Versuche', { exact: true })
  await field.fill('99')
  await page.getByText('Erlaubt ist eine ganze Zahl von 1 bis 20').first().waitFor()
  expect(englishLines(await textOf(page))).toEqual([])
  await field.press('Escape')
}

async function press(page: Page, name: string, ready: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name }).first().click()
  await page.getByText(ready).first().waitFor()
  expect(englishLines(await textOf(page)), name).toEqual([])
}

function textOf(page: Page): Promise<string> {
  return page.locator('body').innerText()
}

function englishLines(text: string): string[] {
  // What a server or the system said is quoted as it came.
  return text.split('\n').filter((line) => english.test(line.replace(/Im Wortlaut: .*$/, '')))
}

/** The first address of the app opens one session, which the calls of this test have. */
async function windowUrl(dataFolder: string): Promise<string> {
  const holder = findHolder(dataFolder)
  const ticket = holder === null ? null : await remoteTicket(holder)
  if (ticket?.ok !== true) throw new Error('the app gives no address for its window')
  return ticket.value
}

/** Plex is gone for a while: its outage is on record, and a job has waited for it. */
async function outage(servers: ServedProcess, app: AppProcess, sceneId: number): Promise<void> {
  await servers.command('down', { server: 'plex' })
  await send(app, 'Scene.Update.Post', [sceneId])
  await expect.poll(async () => (await app.call('listOutages')).outages.length, { timeout: 60_000 }).toBeGreaterThan(0)
  await servers.command('up', { server: 'plex' })
  await app.call('processQueue', { timeout_seconds: 120 })
}

async function post(app: AppProcess, type: string, ids: readonly number[]): Promise<void> {
  await send(app, type, ids)
  await app.call('processQueue', { timeout_seconds: 120 })
}

async function send(app: AppProcess, type: string, ids: readonly number[]): Promise<void> {
  const response = await fetch(app.webhookUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
    body: JSON.stringify(ids.map((id) => ({ type, id, inputFields: ['title', 'name', 'id'] }))),
  })
  await response.arrayBuffer()
  expect(response.status).toBe(202)
}
