import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { activityStateSchema } from '../../../shared/contract.ts'
import { looks, trayDrawing } from './drawing.ts'
import { iconFiles } from './icon-files.ts'
import { paint } from './image-file.ts'

const root = new URL('../../../', import.meta.url)
const states = activityStateSchema.options

/** Size and pixels of each PNG in a file; compression may differ between zlib versions, pixels may not. */
function pictures(file: Buffer): { width: number; pixels: Buffer }[] {
  const found: { width: number; pixels: Buffer }[] = []
  for (let at = file.indexOf('IHDR'); at !== -1; at = file.indexOf('IHDR', at + 4)) {
    const data = file.indexOf('IDAT', at)
    const length = file.readUInt32BE(data - 4)
    found.push({
      width: file.readUInt32BE(at + 4),
      pixels: inflateSync(file.subarray(data + 4, data + 4 + length)),
    })
  }
  return found
}

describe('the icon files', () => {
  it('are what the drawings give; node main/desktop/icons/icon-files.ts writes them', () => {
    for (const [path, drawn] of iconFiles()) {
      const [stored, fresh] = [pictures(readFileSync(new URL(path, root))), pictures(drawn)]
      expect(stored.length, path).toBeGreaterThan(0)
      expect(stored.length, path).toBe(fresh.length)
      for (const [i, { width, pixels }] of stored.entries()) {
        expect(width, path).toBe(fresh[i]?.width)
        expect(pixels.equals(fresh[i]?.pixels ?? Buffer.alloc(0)), path).toBe(true)
      }
    }
  })
})

describe('the five states', () => {
  it('differ by shape, not only by colour', () => {
    const alphas = states.map((state) => paint(trayDrawing(state, 'template'), 16).filter((_, i) => i % 4 === 3))
    for (const [i, one] of alphas.entries())
      for (const other of alphas.slice(i + 1)) {
        const different = one.filter((alpha, pixel) => Math.abs(alpha - (other[pixel] ?? 0)) > 127).length
        expect(different).toBeGreaterThan(12)
      }
  })

  it('stand out from their panel', () => {
    for (const look of looks.filter((look) => look !== 'template'))
      for (const state of states) {
        const colour = trayDrawing(state, look)[0]?.colour ?? [0, 0, 0]
        const panel = look === 'light' ? ([0xf3, 0xf4, 0xf4] as const) : ([0x14, 0x18, 0x1a] as const)
        expect(contrast(colour, panel), `${state} ${look}`).toBeGreaterThan(4.5)
      }
  })

  it('are black with transparency for macOS', () => {
    for (const state of states)
      for (const [i, value] of paint(trayDrawing(state, 'template'), 16).entries())
        if (i % 4 !== 3) expect(value).toBe(0)
  })
})

/** Contrast by WCAG 2. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}
function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
