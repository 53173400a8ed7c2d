/**
 * Replaces the folder and file names in a line by short fingerprints, so that a log can be shared. The same name has
 * the same fingerprint within an installation, so that lines can still be told to be about the same file.
 *
 * It works on finished text, where the end of a path with blanks in it cannot be known for sure: it then takes words
 * of the sentence with it rather than leave a part of a name.
 */
import { createHash } from 'node:crypto'

/** Bounds the memory of a long run over a large library; it is only a cache. */
const maxRemembered = 20_000

const mediaFile =
  'mp4|mkv|avi|wmv|mov|m4v|webm|flv|mpe?g|m2ts|ts|vob|divx|3gp|ogv|rm|rmvb|asf|iso|strm|jpe?g|png|webp|gif|srt|vtt|nfo'

/**
 * A path: UNC, drive or POSIX, not part of a word or of a URL (`://`). In quotes it goes to the closing quote. Else it
 * goes to its file extension if one follows in the same sentence, or to the next blank.
 */
const path = new RegExp(
  String.raw`(?<=(["'\x60]))(?:\\\\|[A-Za-z]:[\\/]|/)[^"'\x60\r\n]*(?=\1)` +
    String.raw`|(?:(?<![\w:/\\.~*)\]}-])|(?<=file://))(?:\\\\(?=[^\s\\])|[A-Za-z]:[\\/]|/(?=[^\s/]))` +
    String.raw`(?:(?:(?!\s?[=-]>)[^"'\x60\r\n<>|]){0,1000}?\.(?:${mediaFile})(?![\w.])|[^\s"'\x60<>|,;]*)`,
  'gi',
)

/** A file name without its folder: in quotes, after a colon, or the word that ends with the extension. */
const bareFile = new RegExp(
  String.raw`(?<=["'\x60])[^"'\x60\r\n/\\]*\.(?:${mediaFile})(?=["'\x60])` +
    String.raw`|(?<=: )[^"'\x60\r\n/\\:]*?\.(?:${mediaFile})(?![\w.])` +
    String.raw`|(?<![\w/\\.~])[^\s"'\x60/\\:]{1,255}\.(?:${mediaFile})(?![\w.])`,
  'gi',
)

/** Paths of our own and of the servers' interfaces say nothing about a library. */
const interfacePath =
  /^\/(?:library\/(?:metadata|sections|parts)|hooks\/stash|stash-plugin|graphql|identity|healthz|api|photo|:)(?:[/?#]|$)/
/** In a stack frame, only the folders above the program are private. */
const sourceFile = /^(.*?)([\\/](?:main|shared|node_modules|out|resources)[\\/].*\.(?:[cm]?[jt]s|asar)[\w:.)]*)$/

/**
 * Builds the replacement. `salt` belongs to the installation, so that likely names cannot be tried against a shared log.
 */
export function compilePathObfuscation(salt: string): (text: string) => string {
  const remembered = new Map<string, string>()

  function fingerprint(name: string): string {
    const known = remembered.get(name)
    if (known !== undefined) return known
    if (remembered.size >= maxRemembered) remembered.clear()
    const made = `~${createHash('sha256').update(`${salt}\0${name}`).digest('hex').slice(0, 8)}`
    remembered.set(name, made)
    return made
  }

  /** Drive letters, separators and extensions stay: most mistakes in a path are in them. */
  function hidePath(whole: string): string {
    if (interfacePath.test(whole)) return whole
    const source = sourceFile.exec(whole)
    if (source !== null) return `…${source[2]}`
    const drive = /^[A-Za-z]:(?=[\\/])/.exec(whole)?.[0] ?? ''
    return drive + whole.slice(drive.length).replace(/[^\\/]+/g, hideName)
  }

  function hideName(name: string): string {
    if (/^~[0-9a-f]{8}(?:\.|$)/.test(name)) return name
    const dot = name.lastIndexOf('.')
    const extension = dot > 0 && /^\.[A-Za-z0-9]{1,5}$/.test(name.slice(dot)) ? name.slice(dot) : ''
    return fingerprint(name.slice(0, name.length - extension.length)) + extension
  }

  return (text) => text.replace(path, hidePath).replace(bareFile, hideName)
}
