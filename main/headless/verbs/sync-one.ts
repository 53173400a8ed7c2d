/** `sync --scene ID --verify`: writes one scene, reads it back, and takes it back on request. */
import type { Invoke, ResponseOf, WrittenScene } from '../../../shared/contract.ts'
import { fail } from '../../../shared/result.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'
import { show } from './show-value.ts'
import type { SyncOptions } from './sync-options.ts'

type Undone = ResponseOf<'undoScene'>

export async function syncOne(context: Context, options: SyncOptions): Promise<ExitCode> {
  const [scene_id, ...others] = options.scene ?? []
  if (scene_id === undefined || others.length > 0)
    return refuse(context, fail('invalid_input', '--verify and --undo take exactly one scene: --scene ID').fault)
  if (options.dryRun === true || options.wait === true || options.detach === true)
    return refuse(
      context,
      fail('invalid_input', '--verify and --undo cannot be combined with --dry-run, --wait or --detach').fault,
    )
  return withConfiguredEngine(context, async (invoke) => {
    return options.verify === true
      ? writeAndVerify(context, invoke, scene_id, options.undo === true)
      : takeBack(context, invoke, scene_id)
  })
}

async function writeAndVerify(context: Context, invoke: Invoke, scene_id: string, andUndo: boolean): Promise<ExitCode> {
  const result = await invoke('writeScene', { scene_id }, context.signal)
  if (!result.ok) return refuse(context, result.fault)
  const { rating_key, written, verified, differs } = result.value
  const undone = andUndo && written.length > 0 ? await invoke('undoScene', { scene_id }, context.signal) : null
  if (undone !== null && !undone.ok) return refuse(context, undone.fault)
  const takenBack = undone === null ? null : undone.value
  context.output.result(
    {
      scene_id,
      rating_key,
      written,
      verified,
      differs,
      ...(takenBack !== null && { undone: takenBack.changes.map(({ field }) => field), kept: takenBack.kept }),
    },
    () => [describe(result.value), ...(takenBack === null ? [] : [describeUndone(takenBack)])].join('\n'),
  )
  return differs.length === 0 ? exitCodes.done : exitCodes.failed
}

async function takeBack(context: Context, invoke: Invoke, scene_id: string): Promise<ExitCode> {
  const undone = await invoke('undoScene', { scene_id }, context.signal)
  if (!undone.ok) return refuse(context, undone.fault)
  const { changes, kept } = undone.value
  context.output.result({ scene_id, undone: changes.map(({ field }) => field), kept }, () =>
    describeUndone(undone.value),
  )
  return exitCodes.done
}

function describe({ scene_id, title, rating_key, written, verified, differs, items }: WrittenScene): string {
  const head = `Scene ${scene_id} ${title}`.trimEnd()
  if (written.length === 0) return `${head} -> Plex item ${rating_key}: nothing to write, Plex shows what Stash has`
  const changes = items.flatMap((item) => item.changes)
  return [
    `${head} -> Plex item ${rating_key}: wrote ${written.length} fields, Plex shows ${verified.length} of them`,
    ...changes.map(({ field, before, after }) => `  ${field}: ${show(before)} -> ${show(after)}`),
    ...items.flatMap(({ kept }) => kept.map((one) => `  ${one.field}: left alone, ${one.reason}`)),
    ...differs.map(({ field, want, have }) => `  ${field} differs: wrote ${show(want)}, Plex shows ${show(have)}`),
  ].join('\n')
}

function describeUndone({ changes, kept }: Undone): string {
  return [
    `Undone: ${changes.map(({ field }) => field).join(', ') || 'nothing, Plex already shows the previous values'}`,
    ...kept.map((one) => `  ${one.field}: left alone, ${one.reason}`),
    ...(changes.some(({ field }) => field === 'poster' || field === 'background')
      ? ['  The uploaded image stays on the disk of Plex, which cannot delete it.']
      : []),
  ].join('\n')
}
