/** No class or function of the product has more than seven collaborators; what belongs together becomes a noun. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { type Counted, countCollaborators, longParameterLists, sourcesBelow } from './collaborators.ts'
import { wiringFiles } from './wiring.ts'

const most = 7

/** They compose the engine, so they know everything; what they build does not. docs/architecture.md says so. */
const composing = [...wiringFiles, 'subscriptions.ts'].map((file) => `main/engine/${file}`)

let counted: readonly Counted[] = []
// The compiler reads the whole product for it.
beforeAll(() => {
  counted = countCollaborators(sourcesBelow('main'))
})

it('finds the collaborators', () => {
  expect(counted.length).toBeGreaterThan(2_000)
  const planner = counted.find(({ file, name }) => file === 'main/engine/sync/planner.ts' && name === 'Planner')
  expect(planner?.collaborators).toEqual(['deps.plex', 'deps.matcher', 'deps.aims', 'deps.ownership'])
})

it('none has too many collaborators', () => {
  const over = counted.filter(({ file, collaborators }) => collaborators.length > most && !composing.includes(file))
  expect(over.map(({ file, name, collaborators }) => `${file}: ${name} has ${collaborators.join(', ')}`)).toEqual([])
})

it.each(['main', 'shared', 'renderer'])('no function of %s has more than four positional parameters', (folder) => {
  expect(sourcesBelow(folder).flatMap((file) => longParameterLists(file))).toEqual([])
})

it('counts what is in a bag, whatever it is called, and a noun once', async () => {
  await using folder = await makeTempFolder('plexsync-collaborators-')
  const file = join(folder.path, 'sample.ts')
  writeFileSync(
    file,
    `class Store { read(): number { return 1 } }
     interface Port { open(): void }
     interface Everything { readonly one: Store; readonly inner: { readonly two: Port; readonly now: () => number } }
     export class Ofbag { constructor(all: Everything & { readonly name: string }) { all.one.read() } }
     export function picked(some: Pick<Everything, 'inner'>, store: Store, count: number) { return [some, store, count] }
     export function tables(gates: Readonly<Record<'plex' | 'stash', Store>>, maybe?: Port | null) { return [gates, maybe] }
     export const arrow = ({ one }: { readonly one: Store }, at: Date, list: readonly Store[]) => [one, at, list]`,
  )
  expect(
    Object.fromEntries(countCollaborators([file]).map(({ name, collaborators }) => [name, collaborators])),
  ).toEqual({
    read: [],
    Ofbag: ['all.one', 'all.inner.two', 'all.inner.now'],
    picked: ['some.inner.two', 'some.inner.now', 'store'],
    tables: ['gates', 'maybe'],
    arrow: ['one'],
  })
})

it('no group of handlers takes the services as a whole', () => {
  const api = new URL('../../main/engine/api/', import.meta.url)
  const all = readdirSync(api).filter((file) => /services\.ts'/.test(readFileSync(new URL(file, api), 'utf8')))
  expect(all).toEqual([])
})
