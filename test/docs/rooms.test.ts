/** The rooms of the engine know those below them only; docs/architecture.md draws the order. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circlesBelow } from './import-circles.ts'

const engine = new URL('../../main/engine', import.meta.url).pathname

/** From the lowest to the highest; rooms of one line know each other where they need to. */
const floors: readonly (readonly string[])[] = [
  ['settings', 'database', 'http', 'log'],
  ['queue', 'servers', 'plex', 'stash', 'posters'],
  ['health', 'match', 'merge'],
  ['reconcile', 'sync', 'collections', 'hearing', 'intake', 'plays', 'pictures', 'tasks'],
  ['api'],
]
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)))

function sources(room: string): string[] {
  const files = readdirSync(join(engine, room), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => /\.ts$/.test(file) && !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => join(room, file))
}

/** The rooms that a file imports from. */
function roomsOf(file: string): string[] {
  const imports = readFileSync(join(engine, file), 'utf8').matchAll(/from '(\.[^']+)'/g)
  return [...imports].map(
    ([, path = '']) => relative(engine, join(engine, dirname(file), path)).split(/[\\/]/)[0] ?? '',
  )
}

const rooms = readdirSync(engine, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

describe('the rooms of the engine', () => {
  it('all have a floor', () => {
    expect(rooms.filter((room) => !floorOf.has(room))).toEqual([])
  })

  it.each(rooms)('%s imports nothing from a floor above', (room) => {
    const floor = floorOf.get(room) ?? 0
    const upward = sources(room).flatMap((file) =>
      roomsOf(file).flatMap((other) => ((floorOf.get(other) ?? 0) > floor ? [`${file} → ${other}`] : [])),
    )
    expect(upward).toEqual([])
  })

  it('merge/ is pure: it imports shared/ and itself only', () => {
    const others = sources('merge').flatMap((file) => roomsOf(file).filter((room) => room !== 'merge' && room !== '..'))
    expect(others).toEqual([])
  })
})

describe('imports', () => {
  it.each(['main', 'shared', 'renderer', 'test'])('of %s form no circle', (folder) => {
    expect(circlesBelow(folder)).toEqual([])
  })
})
