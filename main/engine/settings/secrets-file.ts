/**
 * The Secrets port if there is no keychain: `secrets.json` in the data folder, readable by its owner only. Written
 * whole, to a new file that takes the place of the old one, so that a crash leaves one or the other.
 */

import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result, textOf } from '../../../shared/result.ts'
import type { Clock, Logger, SecretName, Secrets } from '../ports.ts'
import { secretsFileLines } from './settings-log.ts'
import { writeWhole } from './whole-file.ts'

const fileSchema = z.object({
  version: z.literal(1),
  secrets: z.object({
    plex_token: z.string().optional(),
    stash_api_key: z.string().optional(),
    hook_token: z.string().optional(),
  } satisfies Record<SecretName, z.ZodType>),
})
type Content = z.infer<typeof fileSchema>['secrets']

const ownerOnly = 0o600
/** Windows has no such rights; there the folder of the user protects the file. */
const hasRights = process.platform !== 'win32'

/**
 * Opens the file; there need not be one. Rights of others on it are taken away with a warning. Faults: `invalid_input`
 * where it is damaged (it is renamed, never overwritten, and the message says how), `cannot_store` where it cannot be read.
 */
export function openSecretsFile(file: string, clock: Clock, logger: Logger): Result<Secrets> {
  try {
    if (!existsSync(file)) warnOfDamagedCopy(file, logger)
    else if (hasRights) repairRights(file, logger)
    const content = readContent(file)
    return content.ok ? ok(new SecretsFile(file, content.value, logger)) : keepAside(file, clock, content.places)
  } catch (problem) {
    return decline('cannot_store', { code: 'file_unreadable', values: { file, found: textOf(problem) } })
  }
}

class SecretsFile implements Secrets {
  readonly #file: string
  readonly #logger: Logger
  #content: Content
  #stamp: string

  constructor(file: string, content: Content, logger: Logger) {
    this.#file = file
    this.#logger = logger
    this.#content = content
    this.#stamp = stampOf(file)
  }

  get(name: SecretName): string {
    this.#reload()
    return this.#content[name] ?? ''
  }

  set(name: SecretName, value: string): void {
    this.#reload()
    const { [name]: _, ...others } = this.#content
    const content = value === '' ? others : { ...others, [name]: value }
    writeWhole(this.#file, `${JSON.stringify({ version: 1, secrets: content }, null, 2)}\n`)
    this.#content = content
    this.#stamp = stampOf(this.#file)
  }

  /** A command beside the running service may have written it. What cannot be read now does not replace what is known. */
  #reload(): void {
    const stamp = stampOf(this.#file)
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    const content = readContent(this.#file)
    if (content.ok) this.#content = content.value
    else
      this.#logger.log(
        ...secretsFileLines.notReadAgain({ problem: damaged(this.#file, content.places, null).fault.message }),
      )
  }
}

/** Changes with each write. */
function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? 'none' : `${stats.ino}:${stats.size}:${stats.mtimeMs}`
}

type Read = { readonly ok: true; readonly value: Content } | { readonly ok: false; readonly places: readonly string[] }

/** Where the file is not what we write: the places that are wrong, never their content; none where it is no JSON. */
function readContent(file: string): Read {
  if (!existsSync(file)) return { ok: true, value: {} }
  const text = readFileSync(file, 'utf8')
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return { ok: false, places: [] }
  }
  const content = fileSchema.safeParse(raw)
  if (content.success) return { ok: true, value: content.data.secrets }
  return { ok: false, places: content.error.issues.map(({ path }) => z.core.toDotPath(path)) }
}

function repairRights(file: string, logger: Logger): void {
  const rights = statSync(file).mode & 0o777
  if ((rights & 0o077) === 0) return
  const mode = rights.toString(8)
  try {
    chmodSync(file, ownerOnly)
    logger.log(...secretsFileLines.rightsRepaired({ file, mode }))
  } catch (problem) {
    logger.log(...secretsFileLines.rightsNotRepaired({ file, mode, problem: textOf(problem) }))
  }
}

function keepAside(file: string, clock: Clock, places: readonly string[]): Result<never> {
  const kept = `${file}.damaged-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}`
  renameSync(file, kept)
  return damaged(file, places, kept)
}

function damaged(file: string, places: readonly string[], kept: string | null) {
  return decline('invalid_input', { code: 'secrets_damaged', values: { file, places: [...places], kept } })
}

/** The error at the start that found it is easily missed where a service restarts automatically. */
function warnOfDamagedCopy(file: string, logger: Logger): void {
  if (!existsSync(dirname(file))) return
  const copies = readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.damaged-`))
  const latest = copies.sort().at(-1)
  if (latest === undefined) return
  logger.log(...secretsFileLines.damagedCopy({ file: join(dirname(file), latest) }))
}
