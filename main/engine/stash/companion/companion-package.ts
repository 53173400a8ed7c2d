/** The companion as a package that Stash can install: a zip and the index that names it. Pure. */
import { createHash } from 'node:crypto'
import type { Zippable } from 'fflate'
import type { CompanionFile } from './companion.ts'
import { yamlLiteral } from './literals.ts'

export interface CompanionPackage {
  readonly zip: Buffer
  readonly index: string
}

export const zipName = 'plexsync.zip'

/** A regular file, read and write for its owner, read for others: Stash unpacks with the modes that are in the zip. */
const unixMode = 0o100644
const unix = 3

/** @param at epoch milliseconds that the index names as the package's date. */
export async function packageOf(
  id: string,
  files: readonly CompanionFile[],
  version: string,
  at: number,
): Promise<CompanionPackage> {
  // Needed when Stash installs the companion, once in a while.
  const { zipSync } = await import('fflate')
  const entries: Zippable = {}
  for (const { name, text } of files) entries[name] = Buffer.from(text)
  // The earliest time that a zip can hold, as local time, which it is read as: the same files give the same bytes.
  const zip = Buffer.from(zipSync(entries, { mtime: new Date(1980, 0, 1), os: unix, attrs: unixMode * 0x10000 }))
  const fields = {
    id,
    name: 'PlexSync',
    version,
    // Stash reads exactly this form, as UTC.
    date: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    path: zipName,
    sha256: createHash('sha256').update(zip).digest('hex'),
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${yamlLiteral(value)}`)
  return { zip, index: `- ${lines.join('\n  ')}\n` }
}
