import { chownSync, writeFileSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { makeTempFolder } from '../../../test/harness/temp-folder.ts'
import { storageFault } from './storage-fault.ts'

const refused = Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: 'EACCES', syscall: 'open' })

it('names no owner where the folder is our own', async () => {
  await using folder = await makeTempFolder('plexsync-owner-')
  expect(storageFault(refused, folder.file('plexsync.db'))?.message).not.toContain('belongs to user')
})

it.runIf(process.getuid?.() === 0)(
  'names them too where SQLite is refused, for a file in an own folder as well',
  async () => {
    await using folder = await makeTempFolder('plexsync-owner-')
    const file = folder.file('plexsync.db')
    writeFileSync(file, '')
    chownSync(file, 12_345, 12_345)
    const thrown = new BetterSqlite3.SqliteError('unable to open database file', 'SQLITE_CANTOPEN')
    const { message } = storageFault(thrown, 'The data folder', file) ?? {}
    expect(message).toContain(`${file} belongs to user 12345; PlexSync runs as user 0.`)
    chownSync(file, 0, 0)
    expect(storageFault(thrown, 'The data folder', file)?.message).not.toContain('belongs to user')
  },
)

it.runIf(process.getuid?.() === 0)('names both users where the folder is another user’s', async () => {
  await using folder = await makeTempFolder('plexsync-owner-')
  chownSync(folder.path, 12_345, 12_345)
  expect(storageFault(refused, folder.file('plexsync.db'))?.message).toContain(
    `${folder.path} belongs to user 12345; PlexSync runs as user 0.`,
  )
})
