/** Reads covers from Stash. Stash: without a cover it sends an SVG placeholder; there is no smaller size to ask for. */
import pLimit from 'p-limit'
import { ok } from '../../../shared/result.ts'
import { createStashConnection, type StashConnectionOptions } from '../stash/graphql.ts'
import { largestPicture } from './picture.ts'
import { mostRequests, type PictureSource } from './picture-source.ts'

export function createSceneCovers(options: StashConnectionOptions): PictureSource<{ readonly sceneId: string }> {
  const connection = createStashConnection(options)
  const limit = pLimit(mostRequests)
  return {
    async read({ sceneId }, validator, signal) {
      // One that was scrolled away while it waited ends here, by its signal.
      const result = await limit(() =>
        connection.get(`/scene/${sceneId}/screenshot`, {
          ...(validator !== '' && { etag: validator }),
          maxBytes: largestPicture,
          signal,
        }),
      )
      if (!result.ok) return result.fault.status === 404 ? ok({ status: 'none' }) : result
      const { status, body, header } = result.value
      return ok(status === 304 ? { status: 'unchanged' } : { status: 'found', bytes: body, validator: header('etag') })
    },
    close: () => connection.close(),
  }
}
