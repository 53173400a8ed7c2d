import { describe, expect, it } from 'vitest'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { tabTo } from './tab-to.ts'
import { patience, useTestWindow } from './test-window.ts'

const tested = useTestWindow()

describe('plays', () => {
  it('are switched on from the dry run only, by keyboard', async () => {
    await using server = await startFakeServer(tested.files, 'empty')
    await using opened = await openPage(tested.browser, `${server.url}#/plays`)
    const { page, problems } = opened
    await page.getByRole('heading', { name: 'Bring your plays from Plex to Stash' }).waitFor()
    expect(await page.getByRole('button', { name: 'Pull now' }).getAttribute('aria-disabled')).toBe('true')
    expect(await page.getByRole('button', { name: /^Switch on/ }).count()).toBe(0)

    await tabTo(page, 'Dry run')
    await page.keyboard.press('Enter')
    await page.getByText('From Jan 1, 2026 on it would add 14 plays to 9 scenes.').waitFor()
    await page.getByText('hold both from then on').waitFor()
    await expect.poll(() => server.called('pullPlays'), patience).toEqual([{ dry_run: true }])
    await expect.poll(() => server.called('saveSettings'), patience).toEqual([])

    await tabTo(page, 'Switch on from Jan 1, 2026')
    await page.keyboard.press('Enter')
    await page.getByText('Plays come back from Plex from now on.').waitFor()
    await expect
      .poll(() => server.called('saveSettings'), patience)
      .toMatchObject([{ values: { activity_plays: 'plex_to_stash', activity_from: '2026-01-01' } }])
    expect(problems).toEqual([])
  })

  it('show how far a pull is, no matter who began it, and stop it', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/plays`)
    const { page, problems } = opened
    await page.getByRole('grid').waitFor()
    const task = {
      id: 7,
      kind: 'activity_pull',
      state: 'running',
      done: 1_250,
      total: 10_000,
      started_at: new Date().toISOString(),
      finished_at: null,
      result: null,
      problem: null,
      resumes: false,
    } as const
    const bar = page.getByRole('status').filter({ hasText: 'Pull from Plex' })
    await expect
      .poll(async () => {
        // The stream of events may open after the page has its rows.
        server.emit({ name: 'task', data: task })
        return bar.count()
      })
      .toBe(1)
    await bar.getByText('1,250 of 10,000').waitFor()
    await bar.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Stopped: Pull from Plex. What was done so far stays.').waitFor()
    expect(server.called('cancelTask')).toEqual([{ id: 7 }])
    server.emit({ name: 'task', data: { ...task, state: 'cancelled' } })
    await bar.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })

  it('show the outcome of each and why, and a run is undone after a question', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/plays?open=runs`)
    const { page, problems } = opened
    await page.getByRole('button', { name: 'Undo run 3' }).click()
    await page.getByText('Plays that were undone are never added again.').waitFor()
    await expect.poll(() => server.called('undoPlays'), patience).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
    await page.getByText('14 plays taken out of Stash, 4 values put back.').waitFor()
    await expect.poll(() => server.called('undoPlays'), patience).toEqual([{ select: 'run', run: 3 }])
    // A run that was undone has nothing left to undo.
    expect(await page.getByRole('button', { name: 'Undo run 1' }).count()).toBe(0)

    await page.goto(`${server.url}#/plays?state=parked`)
    await page.getByRole('grid').getByText('No scene matched yet').first().waitFor()
    await expect.poll(() => server.called('listPlays').at(-1), patience).toMatchObject({ state: 'parked' })
    await page.getByRole('grid').getByText('No scene matched yet').first().click()
    await page.getByText('The play follows as soon as one is.').waitFor()
    expect(problems).toEqual([])
  })
})
