/** Every icon file of the app, drawn from the shapes. `node main/desktop/icons/icon-files.ts` writes them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { activityStateSchema } from '../../../shared/contract.ts'
import { appDrawing, type Colour, type Layer, looks, trayDrawing } from './drawing.ts'
import { encodeIcns, encodeIco, encodePng, paint, pngOf } from './image-file.ts'
import { roundedBox, type Shape } from './shape.ts'

/** The system picks by the scaling of the screen; Windows has the odd ones. */
const trayScales = [
  { suffix: '', scale: 1 },
  { suffix: '@1.25x', scale: 1.25 },
  { suffix: '@1.5x', scale: 1.5 },
  { suffix: '@2x', scale: 2 },
  { suffix: '@3x', scale: 3 },
]
const trayPoints = 16
const linuxSizes = [16, 32, 48, 64, 128, 256, 512]
const icnsTypes = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }
/** Share of the drawing that macOS leaves free around an icon, on each side. */
const macMargin = 3.1

/** Files by path from the root of the project. */
export function iconFiles(): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  // `…Template` in the name is how macOS knows.
  for (const state of activityStateSchema.options)
    for (const look of looks)
      for (const { suffix, scale } of trayScales)
        files.set(
          `main/desktop/icons/tray/${state}-${look === 'template' ? 'Template' : look}${suffix}.png`,
          pngOf(trayDrawing(state, look), trayPoints * scale),
        )
  const icon = appDrawing(0)
  for (const size of linuxSizes) files.set(`main/desktop/icons/app/${size}x${size}.png`, pngOf(icon, size))
  files.set(
    'main/desktop/icons/app/icon.ico',
    encodeIco([16, 24, 32, 48, 64, 256].map((size) => ({ size, png: pngOf(icon, size) }))),
  )
  files.set(
    'main/desktop/icons/app/icon.icns',
    encodeIcns(Object.entries(icnsTypes).map(([type, size]) => ({ type, png: pngOf(appDrawing(macMargin), size) }))),
  )
  for (const state of activityStateSchema.options) files.set(`docs/images/tray-${state}.png`, picture(state))
  return files
}

/** For the documents: the icon on a light panel and on a dark one. */
function picture(state: (typeof activityStateSchema.options)[number]): Buffer {
  const half = (look: 'light' | 'dark', ground: Colour): Uint8Array => {
    const panel: Layer = { shape: roundedBox([-9, -9], [41, 41], 0), colour: ground }
    const smaller = trayDrawing(state, look).map(({ shape, colour }) => ({ colour, shape: scaled(shape, 1.6) }))
    return paint([panel, ...smaller], 48)
  }
  const [light, dark] = [half('light', [0xf3, 0xf4, 0xf4]), half('dark', [0x14, 0x18, 0x1a])]
  const pixels = new Uint8Array(48 * 96 * 4)
  for (let row = 0; row < 48; row += 1) {
    pixels.set(light.subarray(row * 192, (row + 1) * 192), row * 384)
    pixels.set(dark.subarray(row * 192, (row + 1) * 192), row * 384 + 192)
  }
  return encodePng(pixels, 96, 48)
}

/** Smaller by a factor, around the middle. */
function scaled(shape: Shape, factor: number): Shape {
  return (x, y) => shape(16 + (x - 16) * factor, 16 + (y - 16) * factor) / factor
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../../../', import.meta.url)
  for (const [path, bytes] of iconFiles()) {
    const file = fileURLToPath(new URL(path, root))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
}
