/** The form of a log line: as a record on disk, and as people read it. Pure. */
import { inspect } from 'node:util'
import type { LogLine } from '../../../shared/contract.ts'
import type { LogLevel } from '../../../shared/domain.ts'
import type { Component } from '../ports.ts'
import type { Redact } from './redact.ts'

/** Longest message or error text, in characters: a response of a server must not fill the log. */
const maxText = 8_000
/** What is looked at before that: bounds the cost of a huge text. */
const maxRaw = 16_000
const maxFrames = 10
const maxCauses = 4

interface Entry {
  /** Epoch ms. */
  readonly at: number
  readonly level: LogLevel
  readonly component: Component
  readonly message: string
  readonly sceneId?: string | undefined
  readonly error?: unknown
}

/**
 * One record. Each text is redacted first and escaped then; the frames of an error follow in separate lines that
 * are indented, so that no title and no error text can forge a line that looks like one of ours.
 */
export function logLine(entry: Entry, redact: Redact): LogLine {
  const clean = (text: string): string => escapeControls(shorten(text, redact))
  const parts = [`${tagOf(entry.component)} ${clean(entry.message)}`]
  if (entry.error !== undefined) parts.push(...errorLines(entry.error, entry.message).map(clean))
  return {
    at: new Date(entry.at).toISOString(),
    level: entry.level,
    component: entry.component,
    scene_id: entry.sceneId === undefined ? null : idOf(entry.sceneId, clean),
    line: parts.join('\n    '),
  }
}

/** `2026-11-21 12:00:00 info  [PlexSync Worker] Job 456 completed`, in the machine's own time. */
export function humanLine({ at, level, line }: LogLine): string {
  return `${localSecond(at)} ${level.padEnd(5)} ${line}`
}

/** The last second that was asked for: a batch logs hundreds of lines within one. */
let known = { at: '', local: '' }

function localSecond(at: string): string {
  const second = at.slice(0, '2026-11-21T12:00:00'.length)
  if (known.at !== second) known = { at: second, local: local(new Date(at)) }
  return known.local
}

function local(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** Holds no secret: known ones are longer, and those that are recognised by their shape have letters. */
const shortId = /^\d{1,5}$/

function idOf(sceneId: string, clean: (text: string) => string): string {
  return shortId.test(sceneId) ? sceneId : clean(sceneId)
}

function tagOf(component: Component): string {
  return component === '' ? '[PlexSync]' : `[PlexSync ${component}]`
}

/** Cuts before redacting, for the cost, and after it, so that no half of a secret is left at the first cut. */
function shorten(text: string, redact: Redact): string {
  const whole = text.length <= maxRaw
  const clean = redact(whole ? text : text.slice(0, maxRaw))
  const room = whole ? maxText : Math.min(maxText, clean.length - 1_000)
  return clean.length <= room ? clean : `${clean.slice(0, room)}… (cut, ${text.length} characters)`
}

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const allControls = new RegExp(controls.source, 'g')
const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Makes control characters visible: line breaks, terminal sequences, and overrides of the writing direction. */
export function escapeControls(text: string): string {
  if (!controls.test(text)) return text
  return text.replace(
    allControls,
    (sign) => shortEscapes[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What an error says, its frames, and its causes; without its text where the message has it already. */
function errorLines(error: unknown, message: string): string[] {
  const lines: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < maxCauses && current !== undefined && current !== null; depth++) {
    const text = describe(current)
    if (depth > 0) lines.push(`caused by ${text}`)
    else if (!(current instanceof Error) || current.message === '' || !message.includes(current.message))
      lines.push(text)
    lines.push(...framesOf(current))
    current = current instanceof Error ? current.cause : undefined
  }
  return lines
}

/** Only name, message and code: other properties of an HTTP error hold the request with its headers. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return `${error.name}: ${error.errors.slice(0, 5).map(describe).join('; ')}`
  }
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
    return `${error.name}: ${error.message}${code === '' || error.message.includes(code) ? '' : ` (${code})`}`
  }
  return typeof error === 'string' ? error : inspect(error, { depth: 3, breakLength: Number.POSITIVE_INFINITY })
}

function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return []
  const frames = error.stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.slice(0, maxFrames).map((frame) => frame.trim())
}
