/** Scenes as they are in libraries that were tended for years: several files, long details, many tags. */
import type { SceneSeed } from './stash-library.ts'

const tagCount = 15
const detailSentences = 25

/** The n-th scene with two more files, some 2,000 characters of details and fifteen tags. */
export function richScene(scene: SceneSeed, n: number): SceneSeed {
  const files = [1, 2].map((copy) => ({
    path: `/data/Archive/Copy ${copy}/Scene ${n}.mkv`,
    size: 2_000_000_000 + n * 4099 + copy,
    duration: 600 + (n % 1000),
  }))
  const sentences = Array.from(
    { length: detailSentences },
    (_, at) => `Sentence ${at + 1} tells more about scene ${n}, at length.`,
  )
  const tags = Array.from({ length: tagCount }, (_, at) => `Kind ${at + 1} of ${1 + (n % 40)}`)
  return { ...scene, files: [...(scene.files ?? []), ...files], details: sentences.join(' '), tags }
}
