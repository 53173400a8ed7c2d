import { fail } from '../../../shared/result.ts'
import { findHolder } from '../../host/instance.ts'
import { remoteTicket } from '../backend.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'

/** Prints a fresh one-time address of the window. */
export async function openWindow(context: Context): Promise<ExitCode> {
  const holder = findHolder(context.dataFolder)
  if (holder === null)
    return refuse(
      context,
      fail('unknown_name', 'No PlexSync runs on this data folder. Start it with: plexsync serve').fault,
    )
  const url = await remoteTicket(holder)
  if (!url.ok) return refuse(context, url.fault)
  context.output.answer({ url: url.value }, () => url.value)
  return exitCodes.done
}
