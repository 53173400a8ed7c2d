/** Names of the pictures that the engine hands to the window, and the paths that stand for them. */

/** A picture of the window. Addresses name an item, never a server or a token. */
export type PictureName =
  | { readonly of: 'scene'; readonly sceneId: string }
  | { readonly of: 'item'; readonly ratingKey: string; readonly width: number }
  | { readonly of: 'kept'; readonly hash: string }

export const picturesPath = '/api/pictures/'

/** Widths in pixels that posters are asked for in, so that few sizes of each are kept. */
export const pictureWidths = [120, 240, 480] as const
const id = /^[1-9]\d{0,15}$/

/** Returns the path of a picture below the window's own address. */
export function pathOfPicture(name: PictureName): string {
  if (name.of === 'scene') return `${picturesPath}stash/scene/${name.sceneId}`
  if (name.of === 'kept') return `${picturesPath}kept/${name.hash}`
  return `${picturesPath}plex/${name.ratingKey}?w=${widthFor(name.width)}`
}

/** Reads such a path; null if it names no picture. */
export function parsePicturePath(path: string, query: URLSearchParams): PictureName | null {
  if (!path.startsWith(picturesPath)) return null
  const [source, ...rest] = path.slice(picturesPath.length).split('/')
  const last = rest.at(-1) ?? ''
  if (source === 'stash' && rest.length === 2 && rest[0] === 'scene' && id.test(last))
    return { of: 'scene', sceneId: last }
  if (source === 'plex' && rest.length === 1 && id.test(last))
    return { of: 'item', ratingKey: last, width: widthFor(Number(query.get('w') ?? 240)) }
  if (source === 'kept' && rest.length === 1 && isPictureHash(last)) return { of: 'kept', hash: last }
  return null
}

/** Whether a text is the hash of a kept picture: SHA-256 in hexadecimal. */
export function isPictureHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** The smallest of the widths that is large enough. */
function widthFor(asked: number): number {
  return pictureWidths.find((width) => width >= asked) ?? 480
}
