import { drawnCover, drawnFrame } from './drawn-pictures.ts'
import type { MadeScene } from './made-scene.ts'
import type { PartSeed } from './plex-item.ts'
import type { PlexServer } from './plex-server.ts'
import { richScene } from './rich-scene.ts'
import { sampleJpeg } from './sample-images.ts'
import { buildKind, plainKind, type SampleKind, sampleKinds } from './sample-kinds.ts'
import { SeededRandom } from './seeded-random.ts'
import type { StashServer } from './stash-server.ts'

/** A scene of the sample, with the ids that it got when the servers were filled. */
export interface SampleScene extends MadeScene {
  kind: SampleKind
  sceneId: number
  /** Items that the scene belongs to, and those that must not be touched. */
  ratingKeys: number[]
  bystanderKeys: number[]
}

export interface SampleLibrary {
  scenes: SampleScene[]
  drawn: boolean
  /** `stash prefix => plex prefix`, as the user would enter them. */
  pathRules: { stash: string; plex: string }[]
  /** The same in one text, as the path map setting takes it. */
  pathMap: string
  sections: { title: string; type: 'movie' | 'show'; locations: string[] }[]
  /** Files in Plex that no scene has. */
  unknownToStash: PartSeed[]
}

export interface SampleOptions {
  /** Default 200; up to 100,000 is cheap. */
  scenes?: number
  seed?: number
  /** Which scenes have a cover: default those that divide by three, up to 1,000 scenes. */
  covers?: boolean
  /** Pictures that look like something, for every scene and item; for the demo and for documents. */
  drawn?: boolean
  /** Share of the awkward kinds; default 0.6 for 200 scenes, so that each kind occurs. 0 makes all plain. */
  awkward?: number
  /** Several files, long details and many tags for every scene: see `richScene`. For measuring only, nothing is expected. */
  rich?: boolean
  /** Epoch ms of the newest `updated_at`; the others are a minute apart before it. */
  newest?: number
}

/** Enough to tell scenes apart; each takes time to draw. */
const differentPictures = 36

const sampleRules = [
  { stash: '/data/scenes', plex: '/media/library' },
  { stash: '/data/windows', plex: 'D:\\Media' },
  { stash: '/data/series', plex: '/media/series' },
]

/** Makes the sample: the same options give the same library. Every kind comes in turn, plain ones fill the rest. */
export function makeSampleLibrary(options: SampleOptions = {}): SampleLibrary {
  const count = options.scenes ?? 200
  const random = new SeededRandom(options.seed ?? 7)
  const awkward = options.awkward ?? 0.6
  const covers = options.covers ?? count <= 1000
  const newest = options.newest ?? Date.parse('2025-01-15T12:00:00Z')
  const kinds = Object.keys(sampleKinds) as SampleKind[]
  const scenes: SampleScene[] = []
  let turn = 0
  for (let index = 0; index < count; index++) {
    const isAwkward = awkward > 0 && Math.floor((index + 1) * awkward) > Math.floor(index * awkward)
    const kind = isAwkward ? (kinds[turn++ % kinds.length] ?? plainKind) : plainKind
    const built = buildKind(kind, random, index + 1)
    const made = options.rich === true ? { ...built, stash: richScene(built.stash, index + 1), expected: null } : built
    const at = newest - (count - 1 - index) * 60_000
    made.stash.createdAt ??= at - 86_400_000
    made.stash.updatedAt ??= at
    // A kind that says null wants no cover.
    if (covers && options.drawn !== true && index % 3 === 0 && made.stash.cover === undefined)
      made.stash.cover = sampleJpeg(index)
    if (options.drawn === true && made.stash.cover === undefined)
      made.stash.cover = drawnCover(index % differentPictures)
    scenes.push({ kind, sceneId: 0, ratingKeys: [], bystanderKeys: [], ...made })
  }
  return {
    scenes,
    drawn: options.drawn === true,
    pathRules: sampleRules,
    pathMap: sampleRules.map((rule) => `${rule.stash}=>${rule.plex}`).join('; '),
    sections: [
      { title: 'Scenes', type: 'movie', locations: ['/media/library', 'D:\\Media'] },
      { title: 'Favourites', type: 'movie', locations: ['/media/library/favourites'] },
      { title: 'Series', type: 'show', locations: ['/media/series'] },
    ],
    unknownToStash: [1, 2, 3, 4, 5].map((n) => ({
      file: `/media/library/plex only/Holiday ${n}.mp4`,
      size: 5_000_000 + n,
    })),
  }
}

/** What Plex's scanner took from the videos of a sample with drawn pictures. */
function drawFrames({ scenes }: SampleLibrary, plex: PlexServer): void {
  for (const [index, { ratingKeys, bystanderKeys }] of scenes.entries())
    for (const [at, key] of [...ratingKeys, ...bystanderKeys].entries()) {
      const [frame] = plex.library.item(key).shelves.posters.images
      if (frame)
        Object.assign(frame, { bytes: drawnFrame((index + at * 7) % differentPictures), contentType: 'image/png' })
    }
}

/** Fills both servers from the sample and notes the ids that the scenes and items got. */
export function fillServers(sample: SampleLibrary, stash: StashServer, plex: PlexServer): void {
  for (const section of sample.sections) plex.library.addSection(section)
  for (const scene of sample.scenes) {
    scene.sceneId = stash.library.addScene(scene.stash).id
    for (const { bystander, ...seed } of scene.plex) {
      const { ratingKey } = plex.library.addItem(seed)
      if (bystander) scene.bystanderKeys.push(ratingKey)
      else scene.ratingKeys.push(ratingKey)
    }
  }
  if (sample.drawn) drawFrames(sample, plex)
  for (const part of sample.unknownToStash) plex.library.addItem({ section: 1, file: part })
}
