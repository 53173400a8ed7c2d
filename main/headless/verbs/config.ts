import { readFile, writeFile } from 'node:fs/promises'
import type { SettingRow } from '../../../shared/contract.ts'
import { type Fault, fail, textOf } from '../../../shared/result.ts'
import { isSettingName, type SettingValue, secretNames } from '../../../shared/settings.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'
import { table } from '../output.ts'

export function list(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('listSettings', {})
    if (!answer.ok) return refuse(context, answer.fault)
    const { settings } = answer.value
    context.output.answer(Object.fromEntries(settings.map((row) => [row.name, shown(row)])), () =>
      table(
        ['NAME', 'FROM', 'VALUE'],
        settings.map((row) => [row.name, row.source, String(shown(row))]),
      ),
    )
    return exitCodes.done
  })
}

export function get(context: Context, _options: unknown, name: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('listSettings', {})
    if (!answer.ok) return refuse(context, answer.fault)
    const row = answer.value.settings.find((one) => one.name === name)
    if (row === undefined)
      return refuseSetting(context, fail('invalid_input', `${name}: there is no such setting`).fault)
    context.output.answer({ [row.name]: shown(row) }, () => String(shown(row)))
    return exitCodes.done
  })
}

export function set(context: Context, _options: unknown, name: string, value: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('saveSettings', { values: { [name]: value }, by: 'command' })
    if (!answer.ok) return refuseSetting(context, answer.fault)
    const row = answer.value.settings.find((one) => one.name === name)
    if (row === undefined) return exitCodes.failed
    context.output.answer({ [row.name]: shown(row) }, () => `${name} = ${shown(row)}`)
    if (row.source === 'environment' || row.source === 'argument')
      context.output.note(`${name} is stored, but the ${row.source} gives another value and wins.`)
    return exitCodes.done
  })
}

export async function importFile(context: Context, options: { passphrase?: string }, file: string): Promise<ExitCode> {
  let document: string
  try {
    document = await readFile(file, 'utf8')
  } catch (error) {
    return refuse(context, fail('unknown_name', `${file} cannot be read: ${textOf(error)}`).fault)
  }
  return withEngine(context, async (invoke) => {
    const answer = await invoke('importSettings', { document, ...options, by: 'command' })
    if (!answer.ok) return refuseSetting(context, answer.fault)
    const changed = answer.value.settings.filter((row) => row.changed).map((row) => row.name)
    context.output.answer({ changed }, () => `Imported. Different from the default: ${changed.join(', ') || 'nothing'}`)
    return exitCodes.done
  })
}

export function exportFile(context: Context, options: { passphrase?: string }, file: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('exportSettings', options)
    if (!answer.ok) return refuse(context, answer.fault)
    try {
      await writeFile(file, answer.value.document, { mode: 0o600 })
    } catch (error) {
      return refuse(context, fail('cannot_store', `${file} cannot be written: ${textOf(error)}`).fault)
    }
    const secrets = options.passphrase === undefined ? 'without secrets' : 'with encrypted secrets'
    context.output.answer({ file }, () => `Written to ${file}, ${secrets}`)
    return exitCodes.done
  })
}

export function importStash2Plex(context: Context, options: { dryRun?: boolean }): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('importFromStash2Plex', { dry_run: options.dryRun ?? false })
    if (!answer.ok) return refuse(context, answer.fault)
    const { imported, not_imported } = answer.value
    context.output.answer(answer.value, () =>
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
function refuseSetting(context: Context, fault: Fault): ExitCode {
  const code = refuse(context, fault)
  return fault.code === 'unknown_name' || fault.code === 'invalid_input' ? exitCodes.usage : code
}
