import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../test/harness/temp-folder.ts'
import { DesktopMemory, visibleBounds } from './desktop-memory.ts'

const logger = { log: () => {} }

describe('DesktopMemory', () => {
  it('remembers over a restart', async () => {
    await using folder = await makeTempFolder()
    const bounds = { x: 5, y: 6, width: 900, height: 600 }
    new DesktopMemory(folder.file('desktop.json'), logger).remember({ bounds, toldStillHere: true })
    expect(new DesktopMemory(folder.file('desktop.json'), logger).content).toEqual({
      bounds,
      maximized: false,
      toldStillHere: true,
    })
  })

  it.each(['', '{', '{"bounds":{"x":1}}', '[]'])(
    'starts empty if the file holds %j, and leaves it as it is',
    async (text) => {
      await using folder = await makeTempFolder()
      writeFileSync(folder.file('desktop.json'), text)
      expect(new DesktopMemory(folder.file('desktop.json'), logger).content.bounds).toBeNull()
      expect(readFileSync(folder.file('desktop.json'), 'utf8')).toBe(text)
    },
  )

  it('continues where it cannot write', () => {
    const memory = new DesktopMemory('/dev/null/desktop.json', logger)
    memory.remember({ toldStillHere: true })
    expect(memory.content.toldStillHere).toBe(true)
  })
})

describe('visibleBounds', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const at = (x: number, y: number) => visibleBounds({ x, y, width: 900, height: 600 }, [screen])

  it('keeps a window that can be reached', () => {
    expect(at(100, 100)).not.toBeNull()
    expect(at(-700, 0)).not.toBeNull()
  })

  it('gives up one on a screen that is gone, or whose title bar is out of reach', () => {
    expect(at(2500, 100)).toBeNull()
    expect(at(-850, 100)).toBeNull()
    expect(at(100, -200)).toBeNull()
    expect(at(100, 1060)).toBeNull()
  })
})
