import { readFile, writeFile } from 'node:fs/promises'
import type { Invoke, SettingRow } from '../../../shared/contract.ts'
import type { FieldValue } from '../../../shared/domain.ts'
import { isPresetName, presetNames, presets } from '../../../shared/presets.ts'
import { type Fault, fail, textOf } from '../../../shared/result.ts'
import {
  isSettingAlias,
  isSettingName,
  type SettingValue,
  secretNames,
  settingAliases,
} from '../../../shared/settings.ts'
import type { Holder } from '../../host/instance.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'
import { table } from '../output.ts'
import { workOf } from '../watch-task.ts'

interface EngineInUse {
  readonly invoke: Invoke
  readonly running: Holder | null
}
interface LibraryOption {
  /** One library, whose own settings are meant. */
  readonly library?: string
}
interface ChangeOptions extends LibraryOption {
  readonly dryRun?: boolean
  readonly rewrite?: boolean
}

export function list(context: Context, options: LibraryOption): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('listSettings', only(options), context.signal)
    if (!response.ok) return refuseSetting(context, response.fault)
    const { settings } = response.value
    context.output.result(Object.fromEntries(settings.map((row) => [row.name, shown(row)])), () =>
      table(
        ['NAME', 'FROM', 'VALUE'],
        settings.map((row) => [row.name, row.source, String(shown(row))]),
      ),
    )
    return exitCodes.done
  })
}

export function get(context: Context, options: LibraryOption, given: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const name = successorOf(context, given)
    const response = await invoke('listSettings', only(options), context.signal)
    if (!response.ok) return refuseSetting(context, response.fault)
    const row = response.value.settings.find((one) => one.name === name)
    if (row === undefined)
      return refuseSetting(context, fail('invalid_input', `${name}: there is no such setting`).fault)
    context.output.result({ [row.name]: shown(row) }, () => String(shown(row)))
    return exitCodes.done
  })
}

export function set(context: Context, options: ChangeOptions, given: string, value: string): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const values = { [given]: value }
    if (options.dryRun === true) return preview(context, { invoke, running }, values, options)
    const name = successorOf(context, given)
    const response = await invoke('saveSettings', { values, by: 'command', ...only(options) }, context.signal)
    if (!response.ok) return refuseSetting(context, response.fault)
    const row = response.value.settings.find((one) => one.name === name)
    if (row === undefined) return exitCodes.failed
    context.output.result({ [row.name]: shown(row) }, () => `${name} = ${shown(row)}`)
    if (row.source === 'environment' || row.source === 'argument')
      context.output.note(`${name} is stored, but the ${row.source} gives another value and wins.`)
    return rewriteIf(context, { invoke, running }, options)
  })
}

export function unset(context: Context, options: LibraryOption, given: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const name = successorOf(context, given)
    const response = await invoke('resetSettings', { names: [given], ...only(options) }, context.signal)
    if (!response.ok) return refuseSetting(context, response.fault)
    const row = response.value.settings.find((one) => one.name === name)
    if (row === undefined) return exitCodes.failed
    context.output.result({ [row.name]: shown(row) }, () => `${name} = ${shown(row)} (${row.source})`)
    return exitCodes.done
  })
}

export function preset(context: Context, options: ChangeOptions, name: string): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    if (!isPresetName(name)) {
      const message = `${name}: there is no such preset; there are ${presetNames.join(', ')}`
      return refuseSetting(context, fail('unknown_name', message).fault)
    }
    const settings = await invoke('listSettings', only(options), context.signal)
    if (!settings.ok) return refuseSetting(context, settings.fault)
    const values: Record<string, SettingValue> = { ...presets[name] }
    const differing = settings.value.settings.filter((row) => row.name in values && row.value !== values[row.name])
    const changes = differing.map((row) => `${row.name}: ${row.value} => ${values[row.name]}`.replaceAll('\n', '; '))
    for (const change of changes) context.output.note(change)
    if (options.dryRun === true) return preview(context, { invoke, running }, values, options)
    const saved = await invoke('saveSettings', { values, by: 'command', ...only(options) }, context.signal)
    if (!saved.ok) return refuseSetting(context, saved.fault)
    context.output.result(Object.fromEntries(differing.map((row) => [row.name, values[row.name] ?? ''])), () =>
      differing.length === 0 ? 'Nothing differs from the preset.' : `${differing.length} settings changed.`,
    )
    return rewriteIf(context, { invoke, running }, options)
  })
}

async function preview(
  context: Context,
  engine: EngineInUse,
  values: Readonly<Record<string, SettingValue>>,
  options: LibraryOption,
): Promise<ExitCode> {
  const request = { kind: 'preview', request: { values: { ...values }, ...only(options) } } as const
  const response = await workOf(context, { ...engine, refuseBy: refuseSetting }, 'previewSettings', request)
  if (response.kind === 'code') return response.code
  const { items, changed, collections, sample } = response.value
  context.output.result(
    {
      items,
      changed,
      collections,
      sample: sample.map(({ scene_id, rating_key, confidence, changes }) => ({
        scene_id,
        rating_key,
        confidence,
        changes,
      })),
    },
    () =>
      [
        `${changed} of ${items} items would change. Nothing was saved or written.`,
        ...(collections === 0 ? [] : [`${collections} collections could get a summary and a poster.`]),
        ...sample.flatMap(({ scene_id, rating_key, changes }) => [
          `Scene ${scene_id}, item ${rating_key}`,
          ...changes.map(({ field, before, after }) => `  ${field}: ${shownValue(before)} => ${shownValue(after)}`),
        ]),
      ].join('\n'),
  )
  return exitCodes.done
}

async function rewriteIf(context: Context, engine: EngineInUse, { rewrite }: ChangeOptions): Promise<ExitCode> {
  if (rewrite !== true) return exitCodes.done
  const done = await workOf(context, engine, 'rewriteItems', { kind: 'rewrite', request: {} })
  if (done.kind === 'code') return done.code
  context.output.note(`${done.value.enqueued} scenes enqueued for the rewrite.`)
  return exitCodes.done
}

function only({ library }: LibraryOption): { library?: string } {
  return library === undefined ? {} : { library }
}

/** The name under which a replaced setting is kept now. */
function successorOf(context: Context, name: string): string {
  if (!isSettingAlias(name)) return name
  const { successor } = settingAliases[name]
  context.output.note(`${name} was replaced by ${successor}.`)
  return successor
}

function shownValue(value: FieldValue): string {
  return value === null ? '(empty)' : Array.isArray(value) ? value.join(', ') : value
}

export async function importFile(
  context: Context,
  options: { passphrase?: string; detach?: boolean },
  file: string,
): Promise<ExitCode> {
  let document: string
  try {
    document = await readFile(file, 'utf8')
  } catch (error) {
    return refuse(context, fail('unknown_name', `${file} cannot be read: ${textOf(error)}`).fault)
  }
  return withEngine(context, async (invoke, running) => {
    const { detach, ...passphrase } = options
    const request = { kind: 'import', request: { document, ...passphrase, by: 'command' } } as const
    const response = await workOf(
      context,
      { invoke, running, detach, refuseBy: refuseSetting },
      'importSettings',
      request,
    )
    if (response.kind === 'code') return response.code
    const changed = response.value.settings.filter((row) => row.changed).map((row) => row.name)
    context.output.result({ changed }, () => `Imported. Different from the default: ${changed.join(', ') || 'nothing'}`)
    return exitCodes.done
  })
}

export function exportFile(context: Context, options: { passphrase?: string }, file: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('exportSettings', options, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    try {
      await writeFile(file, response.value.document, { mode: 0o600 })
    } catch (error) {
      return refuse(context, fail('cannot_store', `${file} cannot be written: ${textOf(error)}`).fault)
    }
    const secrets = options.passphrase === undefined ? 'without secrets' : 'with encrypted secrets'
    context.output.result({ file }, () => `Written to ${file}, ${secrets}`)
    return exitCodes.done
  })
}

export function importStash2Plex(context: Context, options: { dryRun?: boolean }): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('importFromStash2Plex', { dry_run: options.dryRun ?? false }, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    const { imported, not_imported } = response.value
    context.output.result(response.value, () =>
      [
        ...imported.map((one) => `${one.name} = ${one.value}  (from ${one.from})`),
        ...not_imported.map((one) => `${one.from} was not imported: ${one.reason}`),
      ].join('\n'),
    )
    return exitCodes.done
  })
}

/** Secrets never leave their store, not even masked: it shows only that they are there. */
function shown(row: SettingRow): SettingValue {
  const isSecret = isSettingName(row.name) && secretNames.includes(row.name)
  return isSecret && row.value !== '' ? 'set' : row.value
}

/** What is wrong with a setting's name or value is wrong usage. */
function refuseSetting(context: Pick<Context, 'output'>, fault: Fault): ExitCode {
  const code = refuse(context, fault)
  return fault.code === 'unknown_name' || fault.code === 'invalid_input' ? exitCodes.usage : code
}
