import { createHash } from 'node:crypto'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readZip } from './small-zip.ts'
import { parseYaml } from './strict-yaml.ts'

/** One entry of a package source's index. */
export interface RemotePackage {
  id: string
  name: string
  version: string
  /** `2006-01-02 15:04:05`, UTC. */
  date: string
  /** Relative to the index, or a URL. */
  path: string
  sha256: string
  requires: string[]
}

/** Stash waits this long for an index. */
const indexTimeoutMs = 10_000

/** Gets and parses the index of a source. Throws on anything but a well-formed list. */
export async function readIndex(source: string): Promise<RemotePackage[]> {
  const response = await fetch(source, { signal: AbortSignal.timeout(indexTimeoutMs) })
  if (!response.ok) throw new Error(`failed to get package list: ${response.status}`)
  const list = parseYaml(await response.text())
  if (!Array.isArray(list)) throw new Error('failed to parse package list')
  return list.map((entry) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw new Error('failed to parse package list')
    const text = (name: string) => (typeof entry[name] === 'string' ? entry[name] : '')
    if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text('date')))
      throw new Error(`cannot parse date "${text('date')}"`)
    return {
      id: text('id'),
      name: text('name'),
      version: text('version'),
      date: text('date'),
      path: text('path'),
      sha256: text('sha256'),
      requires: Array.isArray(entry.requires) ? entry.requires.map(String) : [],
    }
  })
}

/** Gets the archive of a package, checks its sum and unpacks it into `folder`, keeping unix modes. */
export async function installPackage(source: string, remote: RemotePackage, folder: string): Promise<void> {
  const response = await fetch(new URL(remote.path, source))
  if (!response.ok) throw new Error(`failed to get package: ${response.status}`)
  const archive = Buffer.from(await response.arrayBuffer())
  const sum = createHash('sha256').update(archive).digest('hex')
  if (sum !== remote.sha256) throw new Error(`package hash is incorrect: expected ${remote.sha256}, got ${sum}`)
  await rm(folder, { recursive: true, force: true })
  for (const entry of readZip(archive)) {
    const path = join(folder, entry.name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, entry.bytes)
    if (entry.mode !== 0) await chmod(path, entry.mode)
  }
  await writeFile(join(folder, 'manifest'), JSON.stringify({ ...remote, source_repository: source }))
}
