import { describe, expect, it } from 'vitest'
import { activityRow, runningTask } from './fake-data.ts'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { goOn, tabTo } from './tab-to.ts'
import { patience, useTestWindow } from './test-window.ts'

const tested = useTestWindow()

describe('the setup, by keyboard only', () => {
  it('goes from nothing to the first sync', async () => {
    await using server = await startFakeServer(tested.files, 'setup')
    await using window = await openPage(tested.browser, server.url)
    const { page, problems } = window

    // The first run opens the setup.
    await page.getByRole('heading', { name: 'Connect to Plex' }).waitFor()
    await page.context().route('https://app.plex.tv/**', (route) => route.fulfill({ body: 'The page of plex.tv' }))
    const opened = page.context().waitForEvent('page')
    await tabTo(page, 'Sign in with Plex')
    await page.keyboard.press('Enter')
    await page.getByText('X7QD').waitFor()
    // One press is enough: the page of plex.tv opens beside the code.
    const signInPage = await opened
    expect(signInPage.url()).toContain('https://app.plex.tv/auth')
    await signInPage.close()

    // The second poll finds the confirmation.
    await page.getByRole('heading', { name: 'Which Plex server?' }).waitFor({ timeout: 15_000 })
    await page.getByText('does not answer').first().waitFor()
    await tabTo(page, 'Use this address: http://192.168.1.10:32400')
    await page.keyboard.press('Enter')
    await page.getByText('Attic answers').waitFor()
    await goOn(page)

    await page.getByRole('heading', { name: 'Which libraries?' }).waitFor()
    await page.getByText('Libraries of type show are not written').waitFor()
    await tabTo(page, /^All usable libraries/)
    await page.keyboard.press('Space')
    await tabTo(page, /^Shorts/)
    await page.keyboard.press('Space')
    await goOn(page)
    await page.getByRole('heading', { name: 'Where is Stash?' }).waitFor()
    expect(server.called('saveSettings').at(-1)).toEqual({ values: { plex_library: 'Films' } })

    await tabTo(page, 'Address of Stash')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('http://wrong:9999')
    await page.keyboard.press('Enter')
    // A failed test says what, why and what to do, and stores nothing.
    await page.getByRole('alert').getByText('refused the connection').waitFor()
    await expect.poll(() => server.called('saveSettings'), patience).toHaveLength(1)
    await page.keyboard.press('Control+a')
    await page.keyboard.type('http://localhost:9999')
    await page.keyboard.press('Enter')
    await page.getByText('39,111 scenes').waitFor()
    await goOn(page)

    await page.getByText('Waiting for the first hook…').waitFor()
    await tabTo(page, /^PlexSync may install/)
    await page.keyboard.press('Space')
    await tabTo(page, 'Install the plugin')
    await page.keyboard.press('Enter')
    await page.getByText('A ping arrived').waitFor()
    server.emit({ name: 'hook', data: { at: new Date().toISOString(), type: 'Scene.Update.Post' } })
    await page.getByText('Hook received: Scene.Update.Post').waitFor()
    await goOn(page)

    // Without a rule nothing is found, so one is proposed.
    await page.getByText('0 of 20 samples found in Plex').waitFor()
    await tabTo(page, 'Use this rule: /data => /media')
    await page.keyboard.press('Enter')
    // One press takes it over, stores it and tests it; what is in use is no suggestion any more.
    await page.getByText('17 of 20 samples found in Plex', { exact: true }).waitFor()
    expect(server.called('saveSettings').at(-1)).toEqual({ values: { path_map: '/data => /media' } })
    await page.getByText('Every suggested rule is in use.').waitFor()
    await goOn(page)
    await page.getByRole('heading', { name: 'Preview before writing' }).waitFor()
    expect(server.called('saveSettings')).toHaveLength(3)

    // One scene first: nothing is written before the press that says so.
    await page.getByRole('button', { name: 'Write this scene to Plex' }).waitFor()
    expect(server.called('writeScene')).toEqual([])
    await tabTo(page, 'Write this scene to Plex')
    await page.keyboard.press('Enter')
    await page.getByText('Written and read back: Plex shows all 6 fields.').waitFor()
    await tabTo(page, /^Undo$|^Undo;/)
    await page.keyboard.press('Enter')
    await page.getByText('Undone: Plex shows what it showed before.').waitFor()

    await tabTo(page, 'Plan 20 scenes')
    await page.keyboard.press('Enter')
    await page.getByText('20 scenes planned').waitFor()
    await tabTo(page, 'Start: sync the whole library')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await expect.poll(() => server.called('beginTask'), patience).toContainEqual({ kind: 'sync_all', request: {} })
    expect(problems).toEqual([])
  })

  it('resumes where it was left', async () => {
    await using server = await startFakeServer(tested.files, 'setup')
    await using opened = await openPage(tested.browser, `${server.url}#/setup?step=stash`)
    await opened.page.getByRole('heading', { name: 'Where is Stash?' }).waitFor()
    await opened.page.reload()
    await opened.page.getByRole('heading', { name: 'Where is Stash?' }).waitFor()
  })
})

describe('what needs the user, by keyboard only', () => {
  it('retries all of one cause, discards one and takes that back', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/needs-you?cause=not_in_plex`)
    const { page, problems } = opened
    await page.getByRole('heading', { name: 'Not in Plex yet' }).waitFor()
    await tabTo(page, /^Scenes with this cause$/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary').waitFor()
    await page.keyboard.press('d')
    await page.getByText('1 entry discarded.').waitFor()
    await expect.poll(() => server.called('discardDeadLetters'), patience).toEqual([{ select: 'ids', ids: [4] }])
    await tabTo(page, 'Undo')
    await page.keyboard.press('Enter')
    await page.getByText('1 entry restored.').waitFor()
    await tabTo(page, 'Retry 9 like this')
    await page.keyboard.press('Enter')
    await page.getByText('PlexSync will retry 9 scenes.').waitFor()
    await expect
      .poll(() => server.called('beginTask'), patience)
      .toContainEqual({ kind: 'retry', request: { select: 'like', code: 'not_in_plex' } })
    expect(problems).toEqual([])
  })

  it('picks the right item by its evidence', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/needs-you?cause=low_confidence&open=1`)
    const { page } = opened
    await page.getByText('same duration (5,412 s)').waitFor()
    await tabTo(page, 'Use this item: Harbour Light (2160p)')
    await page.keyboard.press('Enter')
    await page.getByText('Remembered: “Harbour Light (2160p)”').waitFor()
    await tabTo(page, 'Undo')
    await page.keyboard.press('Enter')
    await page.getByText('The pick was undone').waitFor()
    expect(server.called('unpickMatch')).toEqual([{ scene_id: '12000', rating_key: '154011' }])
    await expect.poll(() => server.called('pickMatch'), patience).toEqual([{ scene_id: '12000', rating_key: '154011' }])
  })

  it('decides one after the other with single keys, each with its pictures, and takes the last one back', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/needs-you?cause=low_confidence&open=1`)
    const { page, problems } = opened
    const panel = page.getByRole('complementary')
    await panel.getByRole('heading', { name: 'Harbour Light', exact: true }).waitFor()
    await panel.getByText('same duration (5,412 s)').first().waitFor()
    await page.keyboard.press('2')
    await page.getByText('Remembered: “Harbour Light (2160p)”').waitFor()
    await panel.getByRole('heading', { name: 'Winter Light', exact: true }).waitFor()
    await page.keyboard.press('1')
    await expect.poll(() => server.called('pickMatch'), patience).toHaveLength(2)
    await panel.getByRole('heading', { name: 'Glass Station', exact: true }).waitFor()
    await page.keyboard.press('r')
    await page.getByText('PlexSync will retry 1 scene.').waitFor()
    await panel.getByRole('heading', { name: 'Quiet Station', exact: true }).waitFor()
    await page.keyboard.press('d')
    await page.getByText('1 entry discarded.').waitFor()
    await panel.getByRole('heading', { name: 'Midnight Crossing', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('1 entry restored.').waitFor()
    // Taking back is no decision: the open one stays.
    await panel.getByRole('heading', { name: 'Midnight Crossing', exact: true }).waitFor()
    expect(problems).toEqual([])
  })
})

describe('several at a time', () => {
  it('retries and discards the rows that were chosen, with their number', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/needs-you?cause=not_in_plex`)
    const { page, problems } = opened
    const grid = page.getByRole('grid', { name: 'Scenes with this cause' })
    await grid.locator('[aria-rowindex="3"]').waitFor()
    await grid.focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Discard 2 selected' }).click()
    await page.getByText('2 entries discarded.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('2 entries restored.').waitFor()
    await page.getByRole('button', { name: /^Select all 9 shown$/ }).click()
    await page.getByRole('button', { name: 'Retry 9 selected' }).click()
    await page.getByText('PlexSync will retry 9 scenes.').waitFor()
    expect(server.called('retryDeadLetters')[0]).toMatchObject({ select: 'ids' })
    expect(problems).toEqual([])
  })

  it('finds the filters of a view again as it was left', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/activity?state=dead&open=39033`)
    const { page } = opened
    await page.getByRole('button', { name: 'States: 1 state' }).waitFor()
    await page.getByRole('link', { name: 'Health' }).click()
    await page.getByRole('heading', { name: 'Health', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.waitForFunction(() => location.hash === '#/activity?state=dead')
    // A second press on the view that is open shows it without filters.
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.waitForFunction(() => location.hash === '#/activity')
  })
})

describe('the window', () => {
  it('keeps filters in the address, and restores them from it', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/activity`)
    const { page } = opened
    await page.keyboard.press('/')
    await page.keyboard.type('Harbour')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => location.hash.includes('text=Harbour'))
    await page.goto(`${server.url}#/activity?state=dead&text=Harbour`)
    await page.reload()
    await page.getByRole('button', { name: 'States: 1 state' }).waitFor()
    await expect
      .poll(() => server.called('listActivity').at(-1), patience)
      .toMatchObject({ state: ['dead'], text: 'Harbour' })
  })

  it('chooses states in a menu, by keyboard', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/activity`)
    const { page, problems } = opened
    await page.getByRole('button', { name: 'States: All states' }).press('Enter')
    await page.getByRole('menuitemcheckbox', { name: 'Needs attention' }).press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => location.hash === '#/activity?state=dead&state=synced')
    await opened.settled()
    await expect.poll(() => server.called('listActivity').at(-1), patience).toMatchObject({ state: ['dead', 'synced'] })
    expect(problems).toEqual([])
  })

  it('plans one scene from the menu of its panel', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/activity?open=39033`)
    const { page, problems } = opened
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Dry run' }).click()
    await page.getByRole('heading', { name: 'Dry run' }).waitFor()
    await expect
      .poll(() => server.called('planScenes'), patience)
      .toEqual([{ selection: { scope: 'scenes', scene_ids: ['39033'] } }])
    expect(problems).toEqual([])
  })

  it('sorts what needs the user, and keeps the order in the address', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/needs-you?cause=not_in_plex`)
    const { page } = opened
    const first = page.locator('[aria-rowindex="2"]')
    await page.getByRole('button', { name: 'Scene' }).click()
    await first.getByText('12026').waitFor()
    await page.getByRole('button', { name: 'Scene' }).click()
    await first.getByText('12234').waitFor()
    await page.waitForFunction(() => location.hash.includes('sort=-scene'))
  })

  it('shows a job as it changes, without reading the list again', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/activity`)
    const { page } = opened
    const row = page.getByRole('row').filter({ hasText: '39057' })
    await row.getByText('In progress', { exact: true }).waitFor()
    const before = server.called('listActivity').length
    server.emit({
      name: 'activity',
      data: { ...activityRow(0, Date.now()), state: 'synced', detail: 'Wrote 2 fields' },
    })
    await row.getByText('Synced').waitFor()
    await expect.poll(() => server.called('listActivity').length, patience).toBe(before)
  })

  it('follows the log, holds it, and goes from a line to its scene', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/logs`)
    const { page } = opened
    const send = (text: string) =>
      server.emit({
        name: 'log',
        data: {
          at: new Date().toISOString(),
          level: 'info',
          component: 'Hook',
          scene_id: '77',
          line: `[PlexSync Hook] ${text}`,
        },
      })
    await page.getByRole('grid').waitFor()
    send('a first live line')
    await page.getByText('a first live line').waitFor()
    await page.keyboard.press('f')
    send('a second live line')
    await page.getByText('Paused, 1 new line').waitFor()
    expect(await page.getByText('a second live line').count()).toBe(0)
    await page.keyboard.press('f')
    await page.getByText('a second live line').click()
    await page.getByRole('button', { name: 'Show this scene' }).click()
    await page.waitForFunction(() => location.hash === '#/activity?open=77')
  })

  it('compares the libraries with progress, and stops on request', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/reconcile`)
    const { page } = opened
    await page.getByLabel('Scope').selectOption({ label: 'Whole library' })
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByText('12,500 of 39,111').first().waitFor()
    await page.getByRole('button', { name: 'Stop comparing' }).click()
    await page.getByText(/gaps in 12,500 scenes\..* Stopped$/).waitFor()
    await expect.poll(() => server.called('startReconcile'), patience).toEqual([{ scope: 'all', dry_run: false }])
  })

  it('chooses a kind of gap in the picture of both libraries, and picks a pair', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/reconcile`)
    const { page, problems } = opened
    const sets = page.getByRole('group', { name: /^Both libraries as sets/ })
    await sets.getByRole('button', { name: /Missing in Plex$/ }).press('Enter')
    await page.waitForFunction(() => location.hash === '#/reconcile?kind=missing')
    await sets.getByRole('button', { name: /Missing in Plex$/, pressed: true }).press('Enter')
    await page.waitForFunction(() => location.hash === '#/reconcile')
    await page.getByRole('button', { name: '3 pairs are likely the same: look at them' }).press('Enter')
    await page.getByRole('list', { name: 'Likely the same' }).getByRole('button').first().press('Enter')
    await page.getByText(/^Remembered:/).waitFor()
    expect(server.called('pickMatch')).toEqual([{ scene_id: '600', rating_key: '50600' }])
    expect(problems).toEqual([])
  })

  it('leads from a finding to its cure', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/health`)
    const { page } = opened
    await page.getByRole('button', { name: 'Open the plugin step' }).press('Enter')
    await page.waitForFunction(() => location.hash === '#/setup?step=plugin')
  })

  it.each([
    ['en', 'Plex has no library named “Clisp”', 'Choose libraries'],
    ['de', 'Plex hat keine Bibliothek namens „Clisp“', 'Bibliotheken wählen'],
  ])('reports a wrong name in plex_library, in the overview: %s', async (language, text, cure) => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/overview`, { locale: language })
    const { page } = opened
    await opened.settled()
    server.emit({ name: 'status', data: { ...server.status(), unknown_libraries: ['Clisp'] } })
    await page.getByText(text).waitFor()
    await page.getByRole('link', { name: cure }).press('Enter')
    await page.waitForFunction(() => location.hash === '#/setup?step=libraries')
  })

  it('adopts locked fields; those that differ only after another question', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/health`)
    const { page, problems } = opened
    const adopt = page.getByRole('button', { name: 'Adopt locked fields' })
    await adopt.press('Enter')
    await page.getByRole('button', { name: 'Adopt all 122' }).press('Enter')
    await page.getByText('Stash overwrites 2 fields').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).press('Enter')
    await adopt.press('Enter')
    await page.getByRole('button', { name: 'Adopt 120 fields with equal values' }).press('Enter')
    await page.getByText('120 fields of 30 items adopted.').waitFor()
    expect(server.called('adoptLocks')).toEqual([{ all: false, dry_run: false }])
    expect(problems).toEqual([])
  })

  it('shows long work in every view, and stops it', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/logs`)
    const { page, problems } = opened
    await opened.settled()
    const task = runningTask('backup', { done: 30, total: 120 })
    server.emit({ name: 'task', data: task })
    const indicator = page.getByRole('button', { name: /^Backup/ })
    await indicator.getByText('25%').waitFor()
    await indicator.press('Enter')
    await page.getByRole('group', { name: 'Tasks in progress' }).getByRole('button', { name: 'Cancel' }).press('Enter')
    await expect.poll(() => server.called('cancelTask'), patience).toEqual([{ id: task.id }])
    server.emit({ name: 'task', data: { ...task, state: 'cancelled' } })
    await indicator.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })

  it('syncs the gaps that were chosen', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/reconcile?kind=stale`)
    const { page } = opened
    await page.getByRole('grid').focus()
    await page.getByText('Can be synced').first().waitFor()
    await page.keyboard.press('Space')
    await page.keyboard.press('j')
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Sync 2 selected' }).click()
    await page.getByText('2 scenes queued.').waitFor()
    await expect
      .poll(() => server.called('beginTask'), patience)
      .toEqual([{ kind: 'gaps', request: { id: 7, kind: 'stale', scene_ids: ['201000', '201017'] } }])
  })

  it('saves a setting, refuses a wrong value in words, and takes a change back', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/settings?text=max_tags`)
    const { page } = opened
    const field = page.getByRole('textbox', { name: 'Tags per scene' })
    await field.fill('5')
    await page.getByText('Must be a whole number from 10 to 500').last().waitFor()
    await field.press('Enter')
    await expect.poll(() => server.called('saveSettings'), patience).toEqual([])
    await field.fill('80')
    const bar = page.getByRole('region', { name: 'Changes that are not saved' })
    await bar.getByText('1 change is not saved.').waitFor()
    await bar.getByRole('button', { name: 'Preview and save' }).click()
    await bar.getByText('1,204 of 41,208 items would change.').waitFor()
    await expect.poll(() => server.called('saveSettings'), patience).toEqual([])
    await bar.getByRole('button', { name: 'Save; write as scenes change' }).click()
    await page.getByText('1 change saved.').waitFor()
    await bar.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect
      .poll(() => server.called('saveSettings'), patience)
      .toEqual([{ values: { max_tags: 80 } }, { values: { max_tags: 60 } }])
    await expect.poll(() => field.inputValue(), patience).toBe('60')
    expect(server.called('rewriteItems')).toEqual([])
  })

  it('fills in a preset where everybody sees it, and rewrites only on request', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/settings`)
    const { page } = opened
    await page.getByRole('button', { name: 'Fill in what StashPlexAgent writes' }).click()
    const bar = page.getByRole('region', { name: 'Changes that are not saved' })
    await bar.waitFor()
    expect(await page.getByRole('textbox', { name: 'Content rating' }).inputValue()).toBe('XXX')
    await bar.getByRole('button', { name: 'Discard' }).click()
    await bar.waitFor({ state: 'detached' })
    expect(await page.getByRole('textbox', { name: 'Content rating' }).inputValue()).toBe('')
    await page.getByRole('textbox', { name: 'Content rating' }).fill('R')
    await bar.getByRole('button', { name: 'Preview and save' }).click()
    await bar.getByRole('button', { name: 'Save and rewrite now' }).click()
    await expect.poll(() => server.called('rewriteItems').length, patience).toBe(1)
    expect(server.called('saveSettings')).toEqual([{ values: { content_rating: 'R' } }])
  })

  it('changes theme and language with the settings', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/settings?text=language`)
    const { page } = opened
    await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Deutsch' })
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  })

  it('never sees a secret', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/settings?text=plex_token`)
    const { page } = opened
    await page.getByText('Stored, ends in x7Qd').waitFor()
    expect(await page.locator('input[type=password]').inputValue()).toBe('')
  })
})
