/** Templates of titles: text with {placeholders}, and [parts] that vanish when a placeholder in them is empty. Pure. */
import type { PlainProblem } from '../value-problems.ts'
import type { Parsed } from './lines.ts'

const titlePlaceholders = [
  'title',
  'studio',
  'parent_studio',
  'date',
  'year',
  'performers',
  'performer',
  'code',
  'group',
  'file',
] as const
export type TitlePlaceholder = (typeof titlePlaceholders)[number]

type Piece<P extends string> = { readonly text: string } | { readonly placeholder: P }
/** A piece, or a bracketed part made of several. */
type Part<P extends string> = Piece<P> | { readonly part: readonly Piece<P>[] }

export interface Template<P extends string = TitlePlaceholder> {
  readonly parts: readonly Part<P>[]
  readonly placeholders: ReadonlySet<P>
}

const titleExample = '[{studio} - ]{title}[ ({year})]'

export function parseTitleTemplate(text: string): Parsed<Template> {
  return parseTemplate(text.trim(), titlePlaceholders, { example: titleExample })
}

export interface TemplateOptions {
  /** Shown with a problem. */
  readonly example: string
  /** False if `[` is an ordinary character; default true. */
  readonly brackets?: boolean
  /** Of the setting that the template is in; default 1. */
  readonly line?: number
}

/** Reads a template. `[[` and `{{` stand for the sign itself, and so do `]]` and `}}`; brackets do not nest. */
export function parseTemplate<P extends string>(
  text: string,
  known: readonly P[],
  { example, brackets = true, line = 1 }: TemplateOptions,
): Parsed<Template<P>> {
  const parts: Part<P>[] = []
  const placeholders = new Set<P>()
  let open: Piece<P>[] | null = null
  let literal = ''
  const bad = (problem: PlainProblem) => ({ problem: { line, text, problem, example } })
  const flush = () => {
    if (literal !== '') (open ?? parts).push({ text: literal })
    literal = ''
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    const doubled = text[at + 1] === sign
    if (doubled && (sign === '{' || (brackets && sign === '['))) {
      literal += sign
      at++
    } else if (sign === '{') {
      const end = text.indexOf('}', at)
      if (end === -1) return bad({ code: 'brace_not_closed', values: { at: at + 1 } })
      const name = text.slice(at + 1, end).trim()
      const placeholder = known.find((one) => one === name)
      if (placeholder === undefined) return bad({ code: 'no_placeholder', values: { name, known: [...known] } })
      flush()
      ;(open ?? parts).push({ placeholder })
      placeholders.add(placeholder)
      at = end
    } else if (brackets && sign === '[') {
      if (open !== null) return bad({ code: 'nested_bracket', values: { at: at + 1 } })
      flush()
      open = []
    } else if (brackets && sign === ']' && open !== null) {
      flush()
      parts.push({ part: open })
      open = null
    } else {
      literal += sign
      if (doubled && (sign === '}' || (brackets && sign === ']'))) at++
    }
  }
  if (open !== null) return bad({ code: 'bracket_not_closed', values: {} })
  flush()
  return { value: { parts, placeholders }, problem: null }
}

/** @param fill the value of a placeholder, called with whether it is inside brackets. */
export function fillTemplate<P extends string>(
  template: Template<P>,
  fill: (placeholder: P, inBrackets: boolean) => string,
): string {
  const piece = (one: Piece<P>, inBrackets: boolean) => ('text' in one ? one.text : fill(one.placeholder, inBrackets))
  return template.parts
    .map((part) => {
      if (!('part' in part)) return piece(part, false)
      const isEmpty = part.part.some((one) => 'placeholder' in one && fill(one.placeholder, true) === '')
      return isEmpty ? '' : part.part.map((one) => piece(one, true)).join('')
    })
    .join('')
}

/** Nothing but separators is left of a template whose placeholders were empty. */
export function isOnlySeparators(text: string): boolean {
  return /^[\s\-/:,]*$/.test(text)
}
