/**
 * Why a file, a folder or the database cannot be used: codes with values, and the English sentences. German:
 * storage-problems.de.ts. `found` is what the operating system or SQLite says.
 */
import * as z from 'zod'
import { coded, type WordsFor } from './coded.ts'

const text = z.string()
const count = z.number()

const storageStates = [
  'damaged',
  'disk_full',
  'read_only',
  'not_writable',
  'locked',
  'forbidden',
  'not_accessible',
  'not_stored',
] as const

const ownerSchema = z.object({ place: text, user: count, own: count })

export const storageProblems = [
  coded('no_file', { file: text }),
  coded('not_backup', { file: text }),
  coded('backup_exists', { file: text }),
  coded('backup_is_database', { file: text }),
  coded('no_backup_folder', { file: text }),
  coded('foreign_database', { file: text }),
  coded('file_damaged', { file: text, found: text }),
  coded('damaged_left', { file: text, found: text }),
  coded('damaged_kept', { file: text, found: text, kept: text }),
  coded('newer_database', { file: text, format: count, known: count }),
  coded('no_shared_memory', { file: text }),
  /** `file` is null for the database; `owner` where the place belongs to another user. */
  coded('storage_failed', {
    file: text.nullable(),
    state: z.enum(storageStates),
    found: text,
    owner: ownerSchema.nullable(),
  }),
  coded('file_unreadable', { file: text, found: text }),
  coded('folder_unusable', { folder: text, found: text }),
  coded('log_unreadable', { found: text }),
  coded('plugin_not_written', { folder: text, found: text }),
  coded('plugin_not_removed', { folder: text, found: text }),
  coded('already_running', { folder: text, pid: count.nullable() }),

  // Secrets. `places` are those that are wrong, '' for the whole file; none where the file is no JSON.
  coded('secrets_damaged', { file: text, places: z.array(text), kept: text.nullable() }),
  coded('secrets_differ', { file: text }),
  coded('secret_not_stored', { name: text, found: text }),
] as const

const storageSchema = z.discriminatedUnion('code', storageProblems)
type StorageProblem = z.infer<typeof storageSchema>
export type StorageState = (typeof storageStates)[number]
export type StorageOwner = z.infer<typeof ownerSchema>
export type StorageProblemTexts = WordsFor<StorageProblem>

const states: Readonly<Record<StorageState, string>> = {
  damaged: 'is damaged',
  disk_full: 'cannot grow: the disk is full',
  read_only: 'is read-only',
  not_writable: 'cannot be opened for writing',
  locked: 'is locked by another program',
  forbidden: 'must not be opened',
  not_accessible: 'cannot be read or written',
  not_stored: 'cannot be stored',
}

export const englishStorage: StorageProblemTexts = {
  no_file: ({ file }) => `${file} does not exist.`,
  not_backup: ({ file }) => `${file} is not a backup of PlexSync.`,
  backup_exists: ({ file }) => `${file} exists and is not a backup; it was left alone.`,
  backup_is_database: ({ file }) => `${file} is the database itself; choose another file for the backup.`,
  no_backup_folder: ({ file }) => `${file} cannot be written: its folder does not exist.`,
  foreign_database: ({ file }) => `${file} is a database of another program.`,
  file_damaged: ({ file, found }) => `${file} is damaged (${found}).`,
  damaged_left: ({ file, found }) => `${file} is damaged (${found}). It was left as it is.`,
  damaged_kept: ({ file, found, kept }) => `${file} is damaged (${found}). It was kept as ${kept}.`,
  newer_database: ({ file, format, known }) =>
    `${file} was written by a newer PlexSync (format ${format}, this one knows ${known}). Use that version again, or restore the copy it made: ${file}.before-v${format}`,
  no_shared_memory: ({ file }) => `${file} is on a file system without shared memory; use a folder on a local disk.`,
  storage_failed: ({ file, state, found, owner }) =>
    `${file ?? 'The database'} ${states[state]} (${found}).${owner === null ? '' : ` ${owner.place} belongs to user ${owner.user}; PlexSync runs as user ${owner.own}.`}`,
  file_unreadable: ({ file, found }) => `${file} cannot be read: ${found}`,
  folder_unusable: ({ folder, found }) => `The folder ${folder} cannot be used: ${found}`,
  log_unreadable: ({ found }) => `The log cannot be read: ${found}`,
  plugin_not_written: ({ folder, found }) => `The plugin cannot be written to ${folder}: ${found}`,
  plugin_not_removed: ({ folder, found }) => `The plugin cannot be removed from ${folder}: ${found}`,
  already_running: ({ folder, pid }) => `PlexSync already runs on ${folder}, with pid ${pid ?? 'unknown'}`,

  secrets_damaged: ({ file, places, kept }) =>
    `${file} is damaged: ${places.length === 0 ? 'it is not JSON' : `wrong at ${places.map((place) => place || 'the whole file').join(', ')}`}${kept === null ? '' : `. It was kept as ${kept}; put it right, or set tokens and keys again`}`,
  secrets_differ: ({ file }) =>
    `The keychain did not return what was stored in it, so ${file} was kept. Unlock the keychain and start PlexSync again`,
  secret_not_stored: ({ name, found }) => `${name} cannot be stored: ${found}`,
}
