/** The engine is wired in three sections: no listener is attached while something is built, and each has an end that is called. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { misplacedListeners, wiringFiles, wiringSource } from './wiring.ts'

it.each(wiringFiles)('%s attaches listeners in their section only, and ends them', (file) => {
  expect(misplacedListeners(wiringSource(file))).toEqual([])
})

it('every file beside the rooms that builds something of a room is one of them', () => {
  const engine = new URL('../../main/engine/', import.meta.url)
  const builds = /^import \{(?! type)[^}]*\b(?!type )[A-Za-z]+[^}]*\} from '\.\/[a-z-]+\//m
  const files = readdirSync(engine).filter((file) => /\.ts$/.test(file) && !/\.(test|fixture)\.ts$/.test(file))
  const wiring = files.filter((file) => builds.test(wiringSource(file)) && /\bnew [A-Z]\w*\(/.test(wiringSource(file)))
  expect(wiring.filter((file) => !wiringFiles.includes(file))).toEqual([])
})

/** A wiring file with these lines in its sections. */
const wiring = ({ built = '', listens = '', returned = '' }): string => `export function wire() {
  // ---- build ----
  const store = new Store()
  ${built}

  // ---- who listens to whom ----
  const ends = [store.onChange(() => {})]
  ${listens}

  // ---- start and stop ----
  return {
    ${returned}
    close() {
      for (const end of ends) end()
    },
  }
}`

describe('what it looks for', () => {
  it.each([
    ['a subscription while something is built', { built: 'reconciler.onFound(() => found.send())' }],
    ['one whose end is kept there', { built: 'const end = store.onChange(changed)' }],
    ['one that waits in a function', { built: 'const attach = () => found.add(listener)' }],
    ['a callback that something is built with', { built: 'const watch = new Watch({ onStopped: () => {} })' }],
    ['a method as a callback', { built: 'const watch = new Watch({ onStopped() {} })' }],
    ['a subscription without an end', { listens: 'store.onChange(() => {})' }],
    ['one that start attaches', { returned: "start: () => lifetime.addEventListener('abort', stop)," }],
  ])('%s', (_what, sections) => {
    expect(misplacedListeners(wiring(sections))).toHaveLength(1)
  })

  it('subscriptions that are not ended', () => {
    expect(misplacedListeners(wiring({}).replace('for (const end of ends) end()', ''))).toHaveLength(1)
  })

  it.each([
    ['nothing else', {}],
    ['not the subscription that is offered to others', { returned: 'onFound: (listener) => found.add(listener),' }],
    ["not a callback of the host's", { built: 'const db = open({ onDamage: options.onDamage })' }],
  ])('%s', (_what, sections) => {
    expect(misplacedListeners(wiring(sections))).toEqual([])
  })
})
