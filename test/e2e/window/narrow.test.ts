/** German, the longer language, in the smallest window: nothing scrolls sideways, covers a text or makes the page higher. */
import { describe, expect, it } from 'vitest'
import { viewNames } from '../../../renderer/state/router.svelte.ts'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

describe.each(['busy', 'failing', 'setup'] as const)('a household that is %s, in German at 720 × 480', (world) => {
  it('fits in every view', async () => {
    await using server = await startFakeServer(tested.files, world)
    const viewport = { width: 720, height: 480 }
    await using opened = await openPage(tested.browser, `${server.url}#/overview`, { viewport, locale: 'de' })
    const { page } = opened
    const faults: string[] = []
    for (const view of viewNames) {
      await page.goto(`${server.url}#/${view}`)
      await opened.settled()
      const found = await page.evaluate(() => {
        const root = document.documentElement
        const rail = document.querySelector('nav')
        const inRail = rail ? [rail.scrollWidth - rail.clientWidth, rail.scrollHeight - rail.clientHeight] : [0, 0]
        const sizes = { wide: root.scrollWidth - innerWidth, high: root.scrollHeight - innerHeight, inRail }
        // What a button in the middle of which another element is, or a text below a button, would look like.
        const header = document.querySelector('header')
        const overlaps = [...(header?.children ?? [])].flatMap((one, i, all) => {
          const a = one.getBoundingClientRect()
          const next = all[i + 1]?.getBoundingClientRect()
          return next !== undefined && next.left < a.right - 1 ? [one.textContent ?? ''] : []
        })
        // A time is never cut off while a title beside it has room, not even the longest one.
        const cut = [...document.querySelectorAll('time')].flatMap((time) => {
          if (time.textContent?.trim().startsWith('vor')) time.textContent = 'vor 59 Sekunden'
          const { right } = time.getBoundingClientRect()
          for (let box = time.parentElement; box !== null; box = box.parentElement)
            if (getComputedStyle(box).overflowX === 'hidden' && box.getBoundingClientRect().right < right - 1)
              return [time.textContent?.trim() ?? '']
          return []
        })
        return { ...sizes, overlaps, cut }
      })
      if (JSON.stringify(found) !== '{"wide":0,"high":0,"inRail":[0,0],"overlaps":[],"cut":[]}')
        faults.push(`${view}: ${JSON.stringify(found)}`)
    }
    expect(faults).toEqual([])
  })
})
