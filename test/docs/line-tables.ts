/** Every line of the log that a room has in its `…-log.ts`, imported from there. */
import { globSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type LineTemplate, patternOf } from '../../main/engine/log/line-template.ts'
import { root } from './pages.ts'
import type { PrintedLine } from './printed-lines.ts'

export interface LineTable {
  /** The file, relative to the repository. */
  readonly file: string
  readonly lines: readonly LineTemplate[]
}

export async function readLineTables(): Promise<LineTable[]> {
  const files = globSync('main/engine/**/*-log.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'))
  return Promise.all(
    files.sort().map(async (file) => {
      const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(`${root}${file}`).href)
      return { file, lines: Object.values(exported).flatMap(linesIn) }
    }),
  )
}

export function printedBy({ file, lines }: LineTable): PrintedLine[] {
  return lines.map(({ level, component, template }) => ({
    at: file,
    level,
    component,
    pattern: patternOf(template),
    fixed: template.replaceAll(/\{[^}]*\}/g, '').length,
  }))
}

function linesIn(table: unknown): LineTemplate[] {
  return typeof table === 'object' && table !== null ? Object.values(table).filter(isLine) : []
}

function isLine(value: unknown): value is LineTemplate {
  return typeof value === 'function' && 'template' in value && typeof value.template === 'string'
}
