/** The newest releases whose behaviour is known; newer ones get a line in the health view, nothing else. */
export const newestKnown = { plex: '1.43', stash: '0.31' } as const

/** Compares major and minor; what is no version (a commit, a development build) is never newer. */
export function isNewer(version: string, known: string): boolean {
  const [major, minor] = numbers(version)
  const [knownMajor, knownMinor] = numbers(known)
  if (Number.isNaN(major) || Number.isNaN(minor)) return false
  return major > knownMajor || (major === knownMajor && minor > knownMinor)
}

function numbers(version: string): [major: number, minor: number] {
  const found = /^v?(\d+)\.(\d+)/.exec(version)
  return [Number(found?.[1] ?? Number.NaN), Number(found?.[2] ?? Number.NaN)]
}
