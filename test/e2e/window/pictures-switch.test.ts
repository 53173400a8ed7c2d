/** The eye in the header: pictures shown, blurred, hidden; hidden ones are not even asked for. */
import { expect, it } from 'vitest'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

it('goes from shown to blurred to hidden and back, by one key, in every view', async () => {
  await using server = await startFakeServer(tested.files, 'busy')
  await using opened = await openPage(tested.browser, `${server.url}#/activity`)
  const { page, problems } = opened
  const pictures = page.locator('.picture img')
  await pictures.first().waitFor()
  expect(await page.locator('.picture.blurred').count()).toBe(0)

  await page.keyboard.press('v')
  await page.getByRole('button', { name: 'Pictures are blurred: hide them' }).waitFor()
  await page.locator('.picture.blurred img').first().waitFor()
  expect(await pictures.first().evaluate((image) => getComputedStyle(image).filter)).toContain('blur')

  await page.keyboard.press('v')
  await page.getByRole('button', { name: 'Pictures are hidden: show them' }).waitFor()
  await pictures.first().waitFor({ state: 'detached' })
  await opened.settled()
  const asked = server.pictures.length
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await opened.settled()
  expect(server.pictures.length).toBe(asked)

  await page.getByRole('button', { name: 'Pictures are hidden: show them' }).press('Enter')
  await page.locator('.picture img').first().waitFor()
  expect(server.called('saveSettings')).toEqual(
    ['blurred', 'hidden', 'shown'].map((value) => ({ values: { pictures: value } })),
  )
  expect(problems).toEqual([])
})

it('never puts a token or an address of a server into the address of a picture', async () => {
  await using server = await startFakeServer(tested.files, 'busy')
  await using opened = await openPage(tested.browser, `${server.url}#/needs-you?open=1`)
  await opened.page.locator('.picture img').first().waitFor()
  await opened.settled()
  expect(server.pictures.length).toBeGreaterThan(0)
  for (const path of server.pictures)
    expect(path).toMatch(/^\/api\/pictures\/(stash\/scene\/\d+|plex\/\d+\?w=(120|240|480)|kept\/[0-9a-f]{64})$/)
})
