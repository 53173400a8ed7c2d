/**
 * Stash's plugins folder, while it may be one that this process shares with Stash. A folder of the same name may be another
 * one (a container's), so what is written there counts only once Stash has loaded it; what was there before can be put back.
 */
import { constants } from 'node:fs'
import { access, mkdir, rmdir, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { type Result, textOf } from '../../../../shared/result.ts'
import { type CompanionFile, companionFiles } from './companion.ts'
import type { CompanionSpec } from './manifest.ts'
import { keepPlugin, removePlugin, writePlugin } from './plugin-folder.ts'

/** Stash names systems as Go does, Node has its own names for one of them. */
const ownSystem = process.platform === 'win32' ? 'windows' : process.platform

/** The folder, or why it cannot be written from here. */
export async function openSharedFolder(named: {
  readonly path: string
  readonly os: string
}): Promise<SharedFolder | string> {
  const { path, os } = named
  if (os !== '' && os !== ownSystem) return `Stash runs on ${os}`
  if (!isAbsolute(path)) return `Stash names it without a full path ('${path}')`
  const made = await makeWhereMissing(path)
  if (made instanceof Error) return made.message
  return (await whyNotWritable(path)) ?? new SharedFolder(path, made)
}

export class SharedFolder {
  readonly #path: string
  /** It was made here, and is empty. */
  readonly #isMade: boolean
  #kept: readonly CompanionFile[] | null = null

  constructor(path: string, isMade: boolean) {
    this.#path = path
    this.#isMade = isMade
  }

  /** Of one plugin. */
  folderOf(id: string): string {
    return join(this.#path, id)
  }

  async write(spec: CompanionSpec): Promise<Result<unknown>> {
    const folder = this.folderOf(spec.id)
    this.#kept ??= await keepPlugin(spec.id, folder)
    return writePlugin(spec.id, folder, companionFiles(spec), await modeIn(this.#path))
  }

  /** Puts back what was there before the first write; removes what was written where nothing was. */
  async putBack(id: string): Promise<Result<unknown>> {
    const folder = this.folderOf(id)
    if (this.#kept === null || this.#kept.length === 0) return removePlugin(id, folder)
    return writePlugin(id, folder, this.#kept, await modeIn(folder))
  }

  /** Removes the folder if it was made here; one that holds something stays. */
  async removeIfMade(): Promise<void> {
    if (this.#isMade) await rmdir(this.#path).catch(() => {})
  }
}

/** Stash names its plugins folder before there is one: it is made where the folder around it exists. True if it was. */
async function makeWhereMissing(folder: string): Promise<boolean | Error> {
  const isMissing = await stat(folder).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  )
  if (!isMissing) return false
  try {
    await mkdir(folder)
    return true
  } catch (error) {
    return new Error(textOf(error))
  }
}

async function whyNotWritable(folder: string): Promise<string | null> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`
    await access(folder, constants.W_OK)
    return null
  } catch (error) {
    return textOf(error)
  }
}

/** The script holds the hook token: only its owner reads it, unless Stash runs as another user. */
async function modeIn(folder: string): Promise<number> {
  return (await stat(folder)).uid === process.getuid?.() ? 0o600 : 0o644
}
