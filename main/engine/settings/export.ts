/**
 * Settings and remembered picks as one document, and back. Secrets are in it only under a passphrase. Import adds to
 * what is there: settings that the document does not name stay as they are.
 */
import type { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { type RatingKey, ratingKeySchema } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { isSettingName, secretNames } from '../../../shared/settings.ts'
import type { Clock } from '../ports.ts'
import type { LibraryRef } from './library-settings.ts'
import { openSecrets, sealedSecretsSchema, sealSecrets } from './sealed-secrets.ts'
import { isSecretMask } from './secret-mask.ts'
import type { SettingsStore } from './settings-store.ts'

const formatName = 'plexsync-settings'
/** Raised when an older PlexSync would misread the document; `upgrade` then reads the older ones. */
const formatVersion = 2
/** What a document without settings of libraries has, so that an older PlexSync can read it. */
const plainVersion = 1

const settingsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const known = z.number().nullable().default(null)
/** A pick of an earlier release says nothing of the file in Plex. */
const pickSchema = z.object({
  path: z.string().min(1),
  rating_key: ratingKeySchema,
  plex_file: z.string().nullable().default(null),
  size: known,
  duration: known,
})
/** Settings of one library; `title` finds it where the uuid is unknown. */
const librarySchema = z.object({ server: z.string(), uuid: z.string(), title: z.string(), settings: settingsSchema })
const documentSchema = z.object({
  format: z.literal(formatName),
  version: z.literal([plainVersion, formatVersion]),
  app_version: z.string().optional(),
  exported_at: z.string().optional(),
  /** machineIdentifier of the Plex server whose items the picks name. */
  plex_server: z.string().nullable().default(null),
  settings: settingsSchema,
  libraries: z.array(librarySchema).default([]),
  picks: z.array(pickSchema).default([]),
  secrets: sealedSecretsSchema.optional(),
})
type SettingsDocument = z.input<typeof documentSchema>

/** A file of Stash, and the file of Plex that was picked for it. */
export interface RememberedPick {
  readonly path: string
  readonly ratingKey: RatingKey
  readonly file: string | null
  readonly size: number | null
  readonly duration: number | null
}

/** The picks and the Plex server that they belong to. */
export interface RememberedPicks {
  /** machineIdentifier; null while no Plex server has answered yet. */
  server(): string | null
  /** Notes the server where none is known: picks go if another one responses. */
  bindTo(server: string): void
  list(): readonly RememberedPick[]
  remember(pick: RememberedPick): void
}

type LibrarySource = Pick<SettingsStore, 'libraryValues' | 'knownLibraries' | 'server' | 'preview' | 'saveForLibrary'>

export interface ExportDeps {
  readonly settings: Pick<SettingsStore, 'stored' | 'storedSecrets' | 'save'> & LibrarySource
  readonly picks: RememberedPicks
}

/** The document as text. With a passphrase the stored secrets are in it, sealed. */
export async function exportSettings(
  { settings, picks }: ExportDeps,
  about: { readonly appVersion: string; readonly clock: Clock },
  passphrase?: string,
  random?: typeof randomBytes,
): Promise<string> {
  const secrets = settings.storedSecrets()
  const libraries = librariesOf(settings)
  const document: SettingsDocument = {
    format: formatName,
    version: libraries.length === 0 ? plainVersion : formatVersion,
    app_version: about.appVersion,
    exported_at: new Date(about.clock.now()).toISOString(),
    plex_server: picks.server(),
    settings: settings.stored(),
    ...(libraries.length === 0 ? {} : { libraries }),
    picks: picks.list().map(({ path, ratingKey, file, size, duration }) => ({
      path,
      rating_key: ratingKey,
      plex_file: file,
      size,
      duration,
    })),
    ...(passphrase !== undefined && { secrets: await sealSecrets(secrets, passphrase, random) }),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

interface ImportOutcome {
  readonly settings: readonly string[]
  readonly picks: number
  /** One sentence for each part of the document that was left out, and why. */
  readonly leftOut: readonly string[]
}

/**
 * Reads a document back, all or nothing. Faults: `invalid_input` (not JSON, not a document of ours, of a newer
 * PlexSync, wrong passphrase, bad values: each named), `unknown_name` for a setting that does not exist,
 * `cannot_store`.
 */
export async function importSettings(
  { settings, picks }: ExportDeps,
  text: string,
  passphrase?: string,
): Promise<Result<ImportOutcome>> {
  const read = readDocument(text)
  if (!read.ok) return read
  const document = read.value
  const leftOut: string[] = []

  let secrets: Record<string, string> = {}
  if (document.secrets !== undefined && passphrase === undefined) {
    leftOut.push('Tokens and keys: the file holds them under a passphrase, and none was given')
  } else if (document.secrets !== undefined && passphrase !== undefined) {
    const opened = await openSecrets(document.secrets, passphrase)
    if (!opened.ok) return opened
    secrets = opened.value
  }

  const sameServer = document.plex_server !== null && [null, document.plex_server].includes(picks.server())
  if (document.picks.length > 0 && !sameServer) {
    leftOut.push(`${document.picks.length} picks: they name items of another Plex server`)
  }
  const wanted = sameServer ? document.picks : []
  const libraries = document.libraries.flatMap((one) => {
    const ref = refOf(one, settings)
    if (ref === null) leftOut.push(`Settings of the library "${one.title}": Plex has no such library`)
    return ref === null ? [] : [{ ref, values: one.settings }]
  })
  for (const { ref, values: own } of libraries) {
    const checked = settings.preview(own, ref)
    if (!checked.ok) return checked
  }
  const values = { ...document.settings, ...secrets }
  const saved = settings.save(values, () => {
    for (const { ref, values: own } of libraries) settings.saveForLibrary(ref, own)
    if (wanted.length > 0 && document.plex_server !== null && picks.server() === null)
      picks.bindTo(document.plex_server)
    for (const { path, rating_key, plex_file, size, duration } of wanted)
      picks.remember({ path, ratingKey: rating_key, file: plex_file, size, duration })
  })
  return saved.ok ? ok({ settings: Object.keys(values), picks: wanted.length, leftOut }) : saved
}

function librariesOf(settings: LibrarySource): z.input<typeof librarySchema>[] {
  const known = settings.knownLibraries()
  return settings.libraryValues().map(({ ref, layer }) => {
    const title = known.find((one) => one.server === ref.server && one.library === ref.library)?.title ?? ''
    return { server: ref.server, uuid: ref.library, title, settings: { ...layer } }
  })
}

/** The library that is meant: by its uuid, else by a title that only one has; null if there is none. */
function refOf({ server, uuid, title }: z.output<typeof librarySchema>, settings: LibrarySource): LibraryRef | null {
  const present = settings.server()
  // Nothing is known of Plex yet: the settings count as soon as that server answers.
  if (present === null) return { server, library: uuid }
  const known = settings.knownLibraries().filter((one) => one.server === present)
  const same = known.find(({ library }) => library === uuid)
  const titled = known.filter((one) => one.title === title)
  const found = same ?? (titled.length === 1 ? titled[0] : undefined)
  return found === undefined ? null : { server: present, library: found.library }
}

const envelopeSchema = z.object({ format: z.unknown(), version: z.number() })

function readDocument(text: string): Result<z.output<typeof documentSchema>> {
  let raw: unknown
  try {
    // Editors on Windows like to put a byte order mark in front.
    raw = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return decline('invalid_input', { code: 'export_not_json', values: {} })
  }
  const envelope = envelopeSchema.safeParse(raw)
  if (envelope.success && envelope.data.format === formatName && envelope.data.version > formatVersion) {
    return decline('invalid_input', {
      code: 'export_newer',
      values: { format: envelope.data.version, known: formatVersion },
    })
  }
  const document = documentSchema.safeParse(envelope.success ? raw : upgrade(raw))
  if (document.success) return ok(document.data)
  const problems = document.error.issues.map(
    ({ path, message }) => `${z.core.toDotPath(path) || 'the file'}: ${message}`,
  )
  return decline('invalid_input', { code: 'export_invalid', values: { problems: problems.slice(0, 10) } })
}

/** Before there was an envelope: settings by name, as `plexsync config list --json` prints them, secrets masked. */
function upgrade(raw: unknown): unknown {
  const flat = settingsSchema.safeParse(raw)
  if (!flat.success) return raw
  const settings = Object.entries(flat.data).filter(
    ([name, value]) => !(isSettingName(name) && secretNames.includes(name) && isSecretMask(value)),
  )
  return { format: formatName, version: plainVersion, settings: Object.fromEntries(settings) }
}
