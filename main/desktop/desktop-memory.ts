/** What the desktop shell remembers of itself: where the window was, and which notices were shown once. Losing it harms nothing. */

import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { textOf } from '../../shared/result.ts'
import type { Logger } from '../engine/ports.ts'
import { writeWhole } from '../engine/settings/whole-file.ts'
import { desktopLines } from './desktop-log.ts'

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(720), height: z.int().min(480) })
const memorySchema = z.object({
  bounds: boundsSchema.nullable().default(null),
  maximized: z.boolean().default(false),
  /** The user knows that closing the window does not end the app. */
  toldStillHere: z.boolean().default(false),
})
export type Bounds = z.infer<typeof boundsSchema>
type Content = z.infer<typeof memorySchema>

export class DesktopMemory {
  readonly #file: string
  readonly #logger: Logger
  #content: Content

  constructor(file: string, logger: Logger) {
    this.#file = file
    this.#logger = logger
    this.#content = this.#read()
  }

  get content(): Content {
    return this.#content
  }

  /** Remembers on disk or, if that fails, until the end of this run. */
  remember(change: Partial<Content>): void {
    this.#content = { ...this.#content, ...change }
    try {
      writeWhole(this.#file, `${JSON.stringify(this.#content, null, 2)}\n`)
    } catch (problem) {
      this.#logger.log(...desktopLines.notRemembered({ file: this.#file, problem: textOf(problem) }))
    }
  }

  #read(): Content {
    if (!existsSync(this.#file)) return memorySchema.parse({})
    try {
      return memorySchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (problem) {
      this.#logger.log(...desktopLines.memoryLost({ file: this.#file, problem: textOf(problem) }))
      return memorySchema.parse({})
    }
  }
}

/** The part of the bounds' size and place that is on one of the screens; null if the window would not be seen. */
export function visibleBounds(bounds: Bounds | null, screens: readonly Bounds[]): Bounds | null {
  if (bounds === null) return null
  // The title bar must be reachable, or the window could not be moved back.
  const reachable = screens.some(
    ({ x, y, width, height }) =>
      bounds.x < x + width - 100 &&
      bounds.x + bounds.width > x + 100 &&
      bounds.y >= y - 8 &&
      bounds.y < y + height - 60,
  )
  return reachable ? bounds : null
}
