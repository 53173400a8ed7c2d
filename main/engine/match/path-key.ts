/** Paths of three worlds (POSIX, Windows drives, UNC shares) taken apart, put together and made comparable. Pure. */

export type PathKind = 'posix' | 'windows' | 'unc'

/** A path without its separators. Segments keep the spelling they came with. */
export interface SplitPath {
  readonly kind: PathKind
  /** A Windows path begins with its drive (`D:`), a UNC path with its server. Never empty strings. */
  readonly segments: readonly string[]
}

/** Windows' way to allow long paths; Plex on Windows reports such paths: `\\?\D:\a`, `\\?\UNC\nas\share\a`. */
const longPathPrefix = /^[\\/]{2}\?[\\/](UNC[\\/])?/i
const driveAtStart = /^[A-Za-z]:(?=[\\/]|$)/
/** Exactly two leading separators: POSIX leaves their meaning open, Windows reads a server name. */
const serverAtStart = /^[\\/]{2}(?=[^\\/])/

/**
 * Takes a path apart. Doubled and trailing separators and `\\?\` vanish. On Windows and UNC paths both slashes separate;
 * on POSIX a backslash is an ordinary character of a name, and taking it for a separator could confuse two files.
 */
export function splitPath(path: string): SplitPath {
  const long = longPathPrefix.exec(path)
  const plain = long === null ? path : path.slice(long[0].length)
  if (long?.[1] !== undefined || serverAtStart.test(plain)) return { kind: 'unc', segments: names(plain, /[\\/]+/) }
  if (driveAtStart.test(plain)) return { kind: 'windows', segments: names(plain, /[\\/]+/) }
  return { kind: 'posix', segments: names(plain, /\/+/) }
}

function names(path: string, separator: RegExp): string[] {
  return path.split(separator).filter((name) => name !== '')
}

/** The reverse of `splitPath`, with one kind of separator throughout. */
export function joinPath(path: SplitPath, separator: '/' | '\\'): string {
  switch (path.kind) {
    case 'posix':
      return `/${path.segments.join('/')}`
    case 'unc':
      return separator + separator + path.segments.join(separator)
    case 'windows':
      // `D:` alone would mean the current folder of that drive.
      return path.segments.length === 1 ? `${path.segments[0]}${separator}` : path.segments.join(separator)
  }
}

/** Does the path begin at a root? Relative paths mean nothing to another machine. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || longPathPrefix.test(path) || driveAtStart.test(path) || serverAtStart.test(path)
}

/**
 * One letter case, where the file system has none. Windows compares letter by letter, so `ß` and `ss` stay different; the
 * two small sigmas are one letter to it, but `toLowerCase` makes the one or the other by their place in the word.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}

/** A segment as it is compared: composed (macOS hands out decomposed names), in one letter case on Windows and UNC. */
export function segmentKey(segment: string, kind: PathKind): string {
  const composed = segment.normalize('NFC')
  return kind === 'posix' ? composed : foldCase(composed)
}

/** Absolute and POSIX, without doubled separators or backslashes, of characters that have one form only: most paths. */
const plainPosix = /^(?:\/[ -.0-[\]-\u02ff]+)+$/

/** Two paths with the same key are the same file as seen by one server. Not for display. */
export function pathKey(path: string): string {
  if (plainPosix.test(path)) return path
  const { kind, segments } = splitPath(path)
  return joinPath({ kind, segments: segments.map((segment) => segmentKey(segment, kind)) }, '/')
}

/** The file name: the last segment, as spelt; empty for a root. */
export function baseName(path: string): string {
  return splitPath(path).segments.at(-1) ?? ''
}

/**
 * The key under which files of the same name are found, whatever the servers' systems. Looser than equality (letter case
 * and compatibility forms such as `ﬁ` are gone), so what it finds still has to be compared.
 */
export function baseKey(path: string): string {
  return foldCase(baseName(path).normalize('NFKC'))
}

/** The folder of a file, in the path's own kind of separator. */
export function folderOf(path: string): string {
  const { kind, segments } = splitPath(path)
  return joinPath({ kind, segments: segments.slice(0, -1) }, separatorOf(path))
}

/** The separator a path is written with. Mixed ones count as Windows'. */
export function separatorOf(path: string): '/' | '\\' {
  if (splitPath(path).kind === 'posix') return '/'
  return path.includes('\\') || !path.includes('/') ? '\\' : '/'
}

/** Does `folder` hold `path`, or equal it? At folder boundaries: `/media/a` does not hold `/media/ab`. */
export function holds(folder: SplitPath, path: SplitPath): boolean {
  return (
    folder.kind === path.kind &&
    folder.segments.length <= path.segments.length &&
    folder.segments.every(
      (segment, at) => segmentKey(segment, path.kind) === segmentKey(path.segments[at] ?? '', path.kind),
    )
  )
}

/** How many segments agree, counted from the file name upwards; by default letter case counts between POSIX paths only. */
export function commonTail(a: SplitPath, b: SplitPath, kind: PathKind = a.kind === 'posix' ? b.kind : a.kind): number {
  const most = Math.min(a.segments.length, b.segments.length)
  let depth = 0
  while (depth < most) {
    const ours = a.segments[a.segments.length - 1 - depth] ?? ''
    const theirs = b.segments[b.segments.length - 1 - depth] ?? ''
    if (segmentKey(ours, kind) !== segmentKey(theirs, kind)) break
    depth++
  }
  return depth
}
