import { isIP } from 'node:net'
import { splitNames } from '../../../shared/names.ts'
import { fail } from '../../../shared/result.ts'
import { findHolder, type Holder } from '../../host/instance.ts'
import { remoteInvoke, remoteTicket } from '../backend.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'

/** Prints a fresh one-time address of the window, also under the names by which other machines reach it. */
export async function openWindow(context: Context): Promise<ExitCode> {
  const holder = findHolder(context.dataFolder)
  if (holder === null)
    return refuse(
      context,
      fail('unknown_name', 'No PlexSync runs on this data folder. Start it with: plexsync serve').fault,
    )
  const url = await remoteTicket(holder)
  if (!url.ok) return refuse(context, url.fault)
  const urls = await underOtherNames(context, url.value, holder)
  context.output.result({ url: url.value, urls }, () => [url.value, ...urls].join('\n'))
  return exitCodes.done
}

/** The address under each name of ui_hosts. The first one that is opened uses the ticket up. */
async function underOtherNames(context: Context, url: string, holder: Holder): Promise<string[]> {
  const listed = await remoteInvoke(holder)('listSettings', {}, context.signal)
  const hosts = listed.ok ? listed.value.settings.find(({ name }) => name === 'ui_hosts')?.value : ''
  return splitNames(String(hosts ?? '')).map((host) => otherHost(url, host))
}

/** A name without a port has that of the address; port 443 is that of a proxy with TLS. */
export function otherHost(url: string, host: string): string {
  const changed = new URL(url)
  changed.host = isIP(host) === 6 ? `[${host}]` : host
  if (host.endsWith(':443') && isIP(host) === 0) {
    changed.port = ''
    changed.protocol = 'https:'
  }
  return changed.href
}
