import { decline } from '../../../shared/decline.ts'
import { splitNames } from '../../../shared/names.ts'
import { startApiServer } from '../../host/api-server.ts'
import { hostLines } from '../../host/host-log.ts'
import { findHolder, type Instance } from '../../host/instance.ts'
import { Sessions } from '../../host/session.ts'
import { neverBlockOnTerminal } from '../../host/terminal.ts'
import { type Context, type ExitCode, exitCodes, openLocalEngine, refuse, takeDataFolder } from '../context.ts'
import { version } from '../version.ts'

interface ServeOptions {
  readonly webhookHost?: string
  readonly webhookPort?: string
  readonly uiHost?: string
  readonly uiPort?: string
  readonly readyJson?: boolean
}

const drainMs = 30_000

/** Runs until SIGINT or SIGTERM: hook listener, worker, schedules, and the window over HTTP. */
export async function serve(context: Context, options: ServeOptions): Promise<ExitCode> {
  neverBlockOnTerminal()
  const taken = takeDataFolder(context)
  if (!taken.ok) return refuse(context, taken.fault)
  const instance = taken.value
  if (instance === null) {
    const holder = findHolder(context.dataFolder)
    return refuse(
      context,
      decline('already_running', {
        code: 'already_running',
        values: { folder: context.dataFolder, pid: holder?.pid ?? null },
      }).fault,
    )
  }
  try {
    return await serveWith(
      instance,
      { ...context, arguments: { ...context.arguments, ...listening(options) } },
      options,
    )
  } finally {
    instance.close()
  }
}

/** The options of `serve` are settings for this run. */
function listening(options: ServeOptions): Record<string, string> {
  const given = {
    webhook_host: options.webhookHost,
    webhook_port: options.webhookPort,
    ui_host: options.uiHost,
    ui_port: options.uiPort,
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

async function serveWith(instance: Instance, context: Context, options: ServeOptions): Promise<ExitCode> {
  const local = await openLocalEngine(context, { printLog: true, onDamage: 'keep_aside' })
  if (!local.ok) return refuse(context, local.fault)
  const { engine, log } = local.value
  const started = await engine.start()
  if (!started.ok) {
    log.log('error', '', started.fault.message)
    await local.value.close()
    return refuse(context, started.fault)
  }
  const apiKey = engine.ports.newId()
  const sessions = new Sessions(engine.ports.newId, apiKey)
  const settings = engine.settings()
  const api = await startApiServer(
    {
      engine,
      sessions,
      logger: log,
      version,
      extraHosts: () => splitNames(engine.settings().ui_hosts),
    },
    settings.ui_host,
    settings.ui_port,
  )
  if (!api.ok) {
    log.log('error', '', api.fault.message)
    await engine.stop(0)
    await local.value.close()
    return refuse(context, api.fault)
  }
  instance.announce({ pid: process.pid, apiUrl: reachable(api.value.url), apiKey })
  for (const [name, host] of [
    ['webhook_host', settings.webhook_host],
    ['ui_host', settings.ui_host],
  ] as const)
    if (!isLoopback(host)) log.log(...hostLines.openToNetwork({ name, host }))

  const uiUrl = `${reachable(api.value.url)}/?token=${sessions.issueTicket()}`
  const ready = {
    ready: true,
    pid: process.pid,
    version,
    webhookUrl: started.value.webhookUrl,
    uiUrl,
    dataDir: context.dataFolder,
  }
  if (options.readyJson === true) context.shell.out(`${JSON.stringify(ready)}\n`)
  else context.shell.out(`The window: ${uiUrl}\nHooks are received at ${started.value.webhookUrl}\n`)

  await stopped(context.signal)
  context.output.note('Stopping after the work in flight has finished. Press Ctrl-C again to stop immediately.')
  process.once('SIGINT', () => process.exit(exitCodes.failed))
  await api.value.close()
  await engine.stop(drainMs, (inFlight) => context.output.note(`${inFlight} in flight`))
  await local.value.close()
  context.shell.endSoon()
  return exitCodes.done
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/** A wildcard address is where to listen, not where to call. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
