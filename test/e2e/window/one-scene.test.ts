/** The trial of one scene in the setup's last step: search, refusal, what differs, and the way back. */
import { describe, expect, it } from 'vitest'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

const startStep = (server: FakeServer) => `${server.url}#/setup?step=start`

describe('one scene before the whole library', () => {
  it('is found by words, chosen by keyboard, and shown beside its item', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, startStep(server))
    const { page, problems } = opened
    const search = page.getByRole('searchbox', { name: /^Search by title/ })
    await search.fill('Harbour')
    await page.getByRole('list', { name: 'Scenes found' }).getByRole('button').nth(1).waitFor()
    await search.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /^Harbour .* Scene \d+$/ }).waitFor()
    const chosen = server.called('compareScene').at(-1) as { scene_id: string }
    expect(chosen.scene_id).toMatch(/^\d+$/)
    await page.getByRole('columnheader', { name: /Plex shows now/ }).waitFor()
    expect(server.called('writeScene')).toEqual([])
    await page.getByRole('button', { name: 'Write this scene to Plex' }).click()
    await page.getByText(/^Written and read back/).waitFor()
    expect(server.called('writeScene')).toEqual([chosen])
    expect(problems).toEqual([])
  })

  it('offers another one each time, and none that is not certain', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, startStep(server))
    const { page } = opened
    await page.getByRole('heading', { name: /Scene 401$/ }).waitFor()
    await page.getByRole('button', { name: 'Another scene' }).click()
    await page.getByRole('heading', { name: /Scene 402$/ }).waitFor()
    expect(server.called('compareScene').at(-1)).toEqual({ except: ['401'] })
    // Scene 409 could be one of two items: it says so, and cannot be written.
    await page.getByRole('searchbox').fill('409')
    await page.getByRole('list', { name: 'Scenes found' }).getByRole('button').click()
    await page.getByText(/2 items in Plex could be/).waitFor()
    const write = page.getByRole('button', { name: 'Write this scene to Plex' })
    expect(await write.getAttribute('aria-disabled')).toBe('true')
    await write.click({ force: true })
    await opened.settled()
    expect(server.called('writeScene')).toEqual([])
  })

  it('names what Plex does not show', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, startStep(server))
    const { page } = opened
    await page.getByRole('heading', { name: /Scene 401$/ }).waitFor()
    await page.getByRole('searchbox').fill('404')
    await page.getByRole('list', { name: 'Scenes found' }).getByRole('button').click()
    await page.getByRole('heading', { name: /Scene 404$/ }).waitFor()
    await page.getByRole('button', { name: 'Write this scene to Plex' }).click()
    await page.getByText('Written, but Plex does not show 1 of 6 fields.').waitFor()
    await page.getByText(/^Studio: written .*, Plex shows empty$/).waitFor()
  })

  it('is taken back on request; the button says what stays', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, startStep(server))
    const { page } = opened
    await page.getByRole('button', { name: 'Write this scene to Plex' }).click()
    await page.getByRole('button', { name: 'Undo; the image file stays on Plex’s disk' }).click()
    await page.getByText('Undone: Plex shows what it showed before.').waitFor()
    expect(server.called('undoScene')).toEqual([{ scene_id: '401' }])
    // Both posters are pictures, never addresses.
    expect(server.pictures.filter((path) => path.startsWith('/api/pictures/kept/'))).toHaveLength(2)
  })

  it('waits for the steps before it', async () => {
    await using server = await startFakeServer(tested.files, 'setup')
    await using opened = await openPage(tested.browser, startStep(server))
    const { page } = opened
    await page.getByText('Finish the steps before this one first.').first().waitFor()
    await opened.settled()
    expect(server.called('compareScene')).toEqual([])
  })
})
