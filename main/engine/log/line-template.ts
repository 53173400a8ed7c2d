/**
 * Lines of the log as templates, in a `…-log.ts` of each room. Guides quote them and users search for them, so a test holds
 * the guides against these templates instead of against the code that logs.
 *
 *     const lines = { found: line('info', 'Sweep', 'Found {scenes:n} scenes that changed without a hook') }
 *     logger.log(...lines.found({ scenes: 3 }))
 */
import type { LogLevel } from '../../../shared/domain.ts'
import type { Component } from '../ports.ts'

/** What `Logger.log` takes. */
export type LoggedLine = readonly [level: LogLevel, component: Component, message: string]

/** Names in braces: `{title}` takes a text or a number, `{count:n}` a whole number, `{ms:f}` a number with one decimal. */
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type ValuesOf<T extends string> = {
  readonly [N in Names<T> as N extends `${infer Bare}:${string}` ? Bare : N]: N extends `${string}:${string}`
    ? number
    : string | number
}

export interface LineTemplate {
  readonly level: LogLevel
  readonly component: Component
  readonly template: string
}

export type Line<T extends string> = LineTemplate &
  ((...values: [Names<T>] extends [never] ? [] : [ValuesOf<T>]) => LoggedLine)

export function line<const T extends string>(level: LogLevel, component: Component, template: T): Line<T> {
  const pieces = template.split(places)
  const say = (values: Readonly<Record<string, string | number>> = {}): LoggedLine => [
    level,
    component,
    filled(pieces, values),
  ]
  return Object.assign(say, { level, component, template })
}

/** Exactly the messages that a template can become. */
export function patternOf(template: string): RegExp {
  const forms = { n: '\\d+', f: '\\d+\\.\\d' } as const
  const source = template.split(places).map((piece, at) => {
    if (at % 3 === 0) return piece.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
    if (at % 3 === 1) return ''
    return piece === 'n' || piece === 'f' ? forms[piece] : '.+'
  })
  return new RegExp(`^${source.join('')}$`, 'u')
}

const places = /\{(\w+)(?::([nf]))?\}/g

/** `pieces`: a text, then for each place its name, its form and the text after it. */
function filled([first = '', ...rest]: readonly string[], values: Readonly<Record<string, string | number>>): string {
  let text = first
  for (let at = 0; at < rest.length; at += 3) {
    const value = values[rest[at] ?? ''] ?? ''
    text += rest[at + 1] === 'f' && typeof value === 'number' ? value.toFixed(1) : value
    text += rest[at + 2] ?? ''
  }
  return text
}
