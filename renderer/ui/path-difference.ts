/** How two paths begin and end alike, by whole folder names, so that what differs can be marked. Pure. */

export interface PathParts {
  readonly before: string
  /** Empty if the other path has something more in this place. */
  readonly differs: string
  readonly after: string
}

/** The parts of `path`, compared with `other`: folders and file name count as wholes, either slash separates. */
export function partsOf(path: string, other: string): PathParts {
  const [own, theirs] = [pieces(path), pieces(other)]
  const shortest = Math.min(own.length, theirs.length)
  let head = 0
  while (head < shortest && same(own[head], theirs[head])) head += 1
  let tail = 0
  while (tail < shortest - head && same(own[own.length - 1 - tail], theirs[theirs.length - 1 - tail])) tail += 1
  return {
    before: own.slice(0, head).join(''),
    differs: own.slice(head, own.length - tail).join(''),
    after: tail === 0 ? '' : own.slice(-tail).join(''),
  }
}

/** Each name with the separator before it. */
function pieces(path: string): string[] {
  return path.match(/[\\/]?[^\\/]+|[\\/]/g) ?? []
}

function same(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.replaceAll('\\', '/') === other.replaceAll('\\', '/')
}
