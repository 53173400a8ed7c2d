/** Every line of the log, imported from the `…-log.ts` of its room; and the calls of a logger that print another sentence. */
import { globSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type LineTemplate, patternOf } from '../../main/engine/log/line-template.ts'
import { readText, root } from './pages.ts'

export interface LineTable {
  /** The file, relative to the repository. */
  readonly file: string
  readonly lines: readonly LineTemplate[]
}

export async function readLineTables(): Promise<LineTable[]> {
  return Promise.all(
    sourcesOf('main/**/*-log.ts').map(async (file) => {
      const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(`${root}${file}`).href)
      return { file, lines: Object.values(exported).flatMap(linesIn) }
    }),
  )
}

/** Whether a template can become this message. One that is nothing but values says nothing. */
export function canSay({ template }: LineTemplate, message: string): boolean {
  return /\w/.test(template.replaceAll(/\{[^}]*\}/g, '')) && patternOf(template).test(message)
}

/** `file:line` of calls that write their sentence where they log it, instead of taking it from a table. */
export function looseLines(): string[] {
  return sourcesOf('main/**/*.ts').flatMap((file) => looseLinesOf(readText(file)).map((line) => `${file}:${line}`))
}

/** Level and component, then a text: `logger.log('info', '', 'Done')`, over as many lines as it takes. */
export function looseLinesOf(source: string): number[] {
  return [...source.matchAll(/\blog\(\s*[^,()]+,\s*[^,()]+,\s*['"`]/g)].map(
    ({ index }) => source.slice(0, index).split('\n').length,
  )
}

function sourcesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/\.(?:test|fixture)\.ts$/.test(file))
    .sort()
}

function linesIn(table: unknown): LineTemplate[] {
  return typeof table === 'object' && table !== null ? Object.values(table).filter(isLine) : []
}

function isLine(value: unknown): value is LineTemplate {
  return typeof value === 'function' && 'template' in value && typeof value.template === 'string'
}
