import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../../test/harness/clock.ts'
import { readZip } from '../../../../test/harness/small-zip.ts'
import { parseYaml } from '../../../../test/harness/strict-yaml.ts'
import { packageOf } from './companion-package.ts'
import { PackageShelf } from './package-shelf.ts'

const files = [
  { name: 'plexsync.js', text: 'one' },
  { name: 'plexsync.yml', text: 'zwei: ü' },
]
const at = Date.parse('2026-01-11T02:03:04.567Z')

describe('the package', () => {
  it('holds the files as regular ones that Stash may read', async () => {
    const entries = readZip((await packageOf('plexsync', files, '1.0.0', at)).zip)
    expect(entries.map(({ name, mode, bytes }) => [name, mode, bytes.toString()])).toEqual([
      ['plexsync.js', 0o644, 'one'],
      ['plexsync.yml', 0o644, 'zwei: ü'],
    ])
  })

  it('has the same bytes for the same files', async () => {
    const one = await packageOf('plexsync', files, '1.0.0', at)
    const later = await packageOf('plexsync', files, '1.0.1', at + 86_400_000)
    expect(one.zip.equals(later.zip)).toBe(true)
  })

  it('is named by an index in the form that Stash reads', async () => {
    const { zip, index } = await packageOf('plexsync', files, '1.0.0', at)
    const sha256 = createHash('sha256').update(zip).digest('hex')
    expect(parseYaml(index)).toEqual([
      { id: 'plexsync', name: 'PlexSync', version: '1.0.0', date: '2026-01-11 02:03:04', path: 'plexsync.zip', sha256 },
    ])
  })
})

describe('the shelf', () => {
  const start = () => {
    const clock = new ManualClock()
    let made = 0
    const shelf = new PackageShelf(clock, () => `unguessable${made++}`)
    return { clock, shelf, up: shelf.putUp({ zip: Buffer.from('zip'), index: 'index' }) }
  }

  it('has a package under a separate path only', () => {
    const { shelf, up } = start()
    expect(up.path).toBe('/stash-plugin/unguessable0/index.yml')
    expect(shelf.file('unguessable0/index.yml')?.bytes.toString()).toBe('index')
    expect(shelf.file('unguessable0/plexsync.zip')?.type).toBe('application/zip')
    for (const path of [
      '',
      'index.yml',
      'plexsync.zip',
      'unguessable0',
      'unguessable0/',
      'unguessable0/index.yml/',
      'unguessable1/index.yml',
      'x/../unguessable0/index.yml',
    ])
      expect(shelf.file(path)).toBeNull()
  })

  it('has it no longer once it is taken down, or after five minutes', async () => {
    const { clock, shelf, up } = start()
    const other = shelf.putUp({ zip: Buffer.from('zip'), index: 'other' })
    up.takeDown()
    expect(shelf.file('unguessable0/index.yml')).toBeNull()
    await clock.advance(5 * 60_000 - 1)
    expect(shelf.file('unguessable1/index.yml')?.bytes.toString()).toBe('other')
    await clock.advance(1)
    expect(shelf.file('unguessable1/index.yml')).toBeNull()
    other.takeDown()
  })
})
