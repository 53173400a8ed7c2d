import type { TestEngine } from './test-engine.ts'

/** The posters that were uploaded to the item of scene 1, in their order. */
export function uploadedPosters(app: TestEngine): Buffer[] {
  const { images } = app.item(1).shelves.posters
  return images.filter(({ key }) => key.startsWith('upload://')).map(({ bytes }) => bytes)
}
