import { expect, test } from 'vitest'
import { startPlexServer } from './plex-server.ts'
import { checkSample, compareFields, photograph } from './sample-check.ts'
import { sampleKinds } from './sample-kinds.ts'
import { fillServers, makeSampleLibrary } from './sample-library.ts'
import { startStashServer } from './stash-server.ts'

test('the same seed makes the same library, and every kind occurs', () => {
  const sample = makeSampleLibrary()
  expect(makeSampleLibrary()).toEqual(sample)
  expect(sample.scenes).toHaveLength(200)
  expect(new Set(sample.scenes.map((scene) => scene.kind))).toEqual(new Set(Object.keys(sampleKinds)))
  const paths = sample.scenes
    .flatMap((scene) => scene.stash.files ?? [])
    .map((file) => (typeof file === 'string' ? file : file.path))
  expect(new Set(paths).size).toBe(paths.length)
})

test('both servers are filled, and nothing is verified before anything was written', async () => {
  await using stash = await startStashServer()
  await using plex = await startPlexServer()
  const sample = makeSampleLibrary()
  fillServers(sample, stash, plex)
  const before = photograph(sample, plex)
  const report = checkSample(sample, plex, before)
  const unchanged = sample.scenes.filter((scene) => scene.outcome === 'unchanged').length
  expect(report.verified).toBe(unchanged)
  expect(report.wanted).toBe(sample.scenes.filter((scene) => scene.expected).length)
  const bystander = sample.scenes.flatMap((scene) => scene.bystanderKeys)[0] ?? 0
  plex.library.editByPerson(bystander, { text: { title: 'Harmed' } })
  expect(checkSample(sample, plex, before).failures.length).toBe(report.failures.length + 1)
})

test('what is written as expected is verified', async () => {
  await using plex = await startPlexServer()
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  const item = plex.library.addItem({
    section: 1,
    file: '/media/a.mp4',
    text: { title: 'T' },
    tags: { genre: ['b', 'A'] },
  })
  expect(compareFields(item, { title: 'T', genres: ['a', 'B'] })).toEqual([])
  expect(compareFields(item, { title: 'U', genres: ['a'], studio: 'S' })).toHaveLength(3)
})

test('a big library is cheap', () => {
  const sample = makeSampleLibrary({ scenes: 20_000, awkward: 0 })
  expect(sample.scenes).toHaveLength(20_000)
  expect(sample.scenes.every((scene) => scene.outcome === 'synced')).toBe(true)
})
