/** Rooms of the engine import only rooms below them; docs/architecture.md draws the order. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circlesBelow } from './import-circles.ts'

const engine = new URL('../../main/engine', import.meta.url).pathname

/** From the lowest to the highest, in the floors of docs/architecture.md. A room imports rooms before it only. */
const order = [
  ...['log', 'http', 'database', 'settings'],
  ...['plex', 'stash', 'queue', 'servers', 'posters'],
  ...['merge', 'match', 'health'],
  ...['pictures', 'collections', 'intake', 'sync', 'hearing', 'plays', 'reconcile', 'tasks'],
  'api',
]

/** Files beside the rooms that every room may import: they import no room. All others wire the rooms. */
const foundations = [
  'engine-options.ts',
  'listeners.ts',
  'pause.ts',
  'ports.ts',
  'task-run.ts',
  'yield-to-event-loop.ts',
]

function sources(room: string): string[] {
  const files = readdirSync(join(engine, room), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => /\.ts$/.test(file) && !/[.-](test|fixture)\.ts$/.test(file))
    .map((file) => join(room, file))
}

/** The rooms, and the files beside them, that a file imports: types, values, for their effects, or when it runs. */
function importsOf(file: string): string[] {
  const imports = readFileSync(join(engine, file), 'utf8').matchAll(/(?:\bfrom |\bimport\(?\s*)'(\.[^']+)'/g)
  return [...imports].map(
    ([, path = '']) => relative(engine, join(engine, dirname(file), path)).split(/[\\/]/)[0] ?? '',
  )
}

const rooms = readdirSync(engine, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

describe('the rooms of the engine', () => {
  it('all have their place', () => {
    expect(rooms.toSorted()).toEqual(order.toSorted())
  })

  it.each(rooms)('%s imports rooms below it and foundations only', (room) => {
    const allowed = new Set([...order.slice(0, order.indexOf(room) + 1), ...foundations, '..'])
    const others = sources(room).flatMap((file) =>
      importsOf(file).flatMap((other) => (allowed.has(other) ? [] : [`${file} → ${other}`])),
    )
    expect(others).toEqual([])
  })

  it.each(foundations)('%s imports no room', (file) => {
    expect(importsOf(file).filter((other) => !foundations.includes(other) && other !== '..')).toEqual([])
  })

  it('merge/ is pure: it imports shared/ and itself only', () => {
    const others = sources('merge').flatMap((file) =>
      importsOf(file).filter((room) => room !== 'merge' && room !== '..'),
    )
    expect(others).toEqual([])
  })
})

describe('imports', () => {
  it.each(['main', 'shared', 'renderer', 'test'])('of %s form no circle', (folder) => {
    expect(circlesBelow(folder)).toEqual([])
  })
})
