/** A comparison reads scenes that have not changed from what it kept of them, and notices every way in which they changed. */
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ManualClock } from '../harness/clock.ts'
import type { StashVersion } from '../harness/stash-schema.ts'
import { type Libraries, metadata, startLibraries } from './libraries.ts'

const hour = 3_600_000

const request = z.object({
  query: z.string(),
  variables: z.object({ ids: z.array(z.union([z.string(), z.number()])).optional() }).catch({}),
})

/** Four scenes that were compared once, long after their last change. `version`: of Stash. */
async function compared(version: StashVersion): Promise<Libraries> {
  const clock = new ManualClock(Date.parse('2026-03-01T12:00:00Z'))
  const libraries = await startLibraries({ clock, stash: { version } })
  for (const name of ['a', 'b', 'c', 'd'])
    libraries.addScene(name, { ...metadata, performers: [`Player of ${name}`], updatedAt: clock.now() - 48 * hour })
  const two = libraries.stash.library.scene(4)
  two.files.push(libraries.stash.library.newFile({ path: '/data/d second.mp4', size: 77 }))
  await libraries.open({ start: false })
  await libraries.syncAll()
  await clock.advance(24 * hour)
  await libraries.reconcile()
  await clock.advance(24 * hour)
  libraries.stash.requests.reset()
  return libraries
}

/** Ids of the scenes that were read whole since. */
async function readWhole(libraries: Libraries): Promise<unknown[]> {
  await libraries.reconcile()
  return libraries.stash.requests.all.flatMap(({ body }) => {
    const { query, variables } = request.parse(JSON.parse(body))
    if (query.includes('query ScenesById')) return (variables.ids ?? []).map(String)
    return query.includes('query ScenePage') ? ['a page'] : []
  })
}

type Change = (libraries: Libraries) => void

const changes: readonly (readonly [string, readonly string[], Change])[] = [
  ['nothing', [], () => {}],
  ['an edit', ['2'], ({ stash }) => void stash.actions.updateScene(2, { title: 'Another' })],
  [
    'a renamed performer',
    ['3'],
    ({ stash }) => void stash.actions.renamePerformer(stash.library.performer('Player of c').id, 'Somebody'),
  ],
  [
    'a file that was moved',
    ['1'],
    ({ stash }) => void stash.actions.moveFileByApi(1, '/data/a.mp4', '/data/moved.mp4'),
  ],
  [
    'a file given to another scene',
    ['1', '4'],
    ({ stash }) => void stash.actions.assignFile(1, '/data/d second.mp4', 4),
  ],
  ['a second file that was removed', ['4'], ({ stash }) => void stash.actions.deleteFile(4, '/data/d second.mp4')],
  ['a merge', ['1'], ({ stash }) => void stash.actions.mergeScenes(1, [2])],
  ['a scene that is gone', [], ({ stash }) => void stash.actions.destroyScene(2)],
  ['a new scene', ['5'], (libraries) => void libraries.addScene('e', metadata)],
]

describe.each(['0.30', '0.27'] as const)('the second comparison with Stash %s', (version) => {
  it.each(changes)('after %s reads whole: %j', async (_, expected, change) => {
    const libraries = await compared(version)
    await using _libraries = libraries
    change(libraries)
    expect(await readWhole(libraries)).toEqual(expected)
  })
})
