import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'
import { compilePathRules, formatPathRules } from '../../../main/engine/match/path-rules.ts'
import { formatRules, parseRules } from '../../../renderer/features/paths/rule-text.ts'
import { de } from '../../../renderer/i18n/messages.de.ts'
import { en } from '../../../renderer/i18n/messages.en.ts'

const renderer = fileURLToPath(new URL('../../../renderer/', import.meta.url))
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(svelte|ts)$/.test(file),
)
const components = sources.filter((file) => file.endsWith('.svelte'))

/** Attributes that people read or hear. */
const readAttributes = ['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label']
const hasLetters = /\p{L}{2,}/u
/** The name of the program and the example of an address are the same in every language. */
const sameEverywhere = new Set(['PlexSync', 'http://192.168.1.10:32400'])

interface Node {
  readonly type: string
  readonly name?: string
  readonly data?: string
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Texts that are in the markup of a component itself. */
function fixedTexts(source: string): string[] {
  const found: string[] = []
  const visit = (value: unknown, attribute: string | null): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, attribute)
    if (!isNode(value) || value.type === 'Comment') return
    const within = value.type === 'Attribute' ? (value.name ?? '') : attribute
    const isRead = within === null || readAttributes.includes(within)
    if (value.type === 'Text' && isRead && hasLetters.test(value.data ?? '')) found.push((value.data ?? '').trim())
    for (const child of Object.values(value)) visit(child, within)
  }
  visit(parse(source, { modern: true }).fragment, null)
  return found.filter((text) => !sameEverywhere.has(text))
}

/** Paths of all entries: `overview.queue`. */
function keysOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && !Array.isArray(inner) ? keysOf(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
  )
}

describe('the catalogue', () => {
  it.each(components)('%s has no text outside the catalogue', (file) => {
    expect(fixedTexts(readFileSync(join(renderer, file), 'utf8'))).toEqual([])
  })

  it('notices a text in the markup', () => {
    expect(fixedTexts('<p>Hello there</p><input placeholder="Type here">{en.x}')).toEqual(['Hello there', 'Type here'])
  })

  it('has the same keys in both languages', () => {
    expect(keysOf(de)).toEqual(keysOf(en))
  })

  it('has no entry that nothing shows', () => {
    const code = sources
      .filter((file) => !file.startsWith(join('i18n', 'messages')))
      .map((file) => readFileSync(join(renderer, file), 'utf8'))
      .join('\n')
    // Tables that are read by a value, such as states and fields, are used as a whole.
    const tables = ['views', 'server', 'jobState', 'kind', 'field', 'step', 'confidence', 'gap', 'gapAbout', 'skipped']
    const parts = [
      ...tables,
      'logs.levels',
      'logs.fromLevel',
      'settings.groups',
      'settings.choices',
      'settings.units',
      'pictures.switch',
      'overview.ranges',
      'tasks.kinds',
      'health.cures',
      'reconcile.short',
      'reconcile.pairEvidence',
    ]
    const plays = ['skippedFor', 'notices', 'states', 'reasons', 'reasonLong'].map((table) => `plays.${table}`)
    const wholes = [...parts, ...plays, 'setup.steps', 'setup.pluginVariants', 'setup.libraryType', 'reconcile.state']
    const single = keysOf(en).filter((key) => !wholes.some((whole) => key.startsWith(`${whole}.`)))
    const unused = single.filter((key) => !new RegExp(`\\.${key.split('.').at(-1)}\\b`).test(code))
    // `reconcile` names its scopes as the contract does.
    expect(
      unused.filter((key) => !/^reconcile\.(24h|7days|all)$/.test(key) && !/^health\.(headless|desktop)$/.test(key)),
    ).toEqual([])
  })

  it('speaks calmly', () => {
    const texts = sources
      .filter((file) => file.startsWith('i18n'))
      .map((file) => readFileSync(join(renderer, file), 'utf8'))
    for (const text of texts) expect(text).not.toMatch(/\p{L}!['`\s]/u)
  })
})

describe('path rules', () => {
  it.each(['/data => /media', '/a=>/b; D:\\x => /mnt/x', '"/a;b" => "/c => d"', '\\\\nas\\share => /share'])(
    '%s reads the same in the window and in the engine',
    (text) => {
      const engine = compilePathRules(text)
      expect(engine.ok && formatPathRules(engine.value)).toBe(formatRules(parseRules(text)))
    },
  )
})
