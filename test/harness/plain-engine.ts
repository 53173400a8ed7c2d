/** The one place where tests and benches make an engine in this process: settings given, secrets in memory, nothing shown to anybody. */
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import type { AppLog } from '../../main/engine/log/logger.ts'
import { type Ports, type SecretName, type Secrets, systemClock } from '../../main/engine/ports.ts'

export interface PlainEngineOptions
  extends Partial<
    Pick<Ports, 'clock' | 'random' | 'newId' | 'secrets' | 'notifier' | 'onExchange' | 'startPosterWorker'>
  > {
  readonly dataFolder: string
  /** As they would be given on the command line. */
  readonly settings: Readonly<Record<string, string>>
  readonly log: AppLog
  readonly version?: string
}

/** Opens it, and starts nothing. Throws where it cannot be opened. */
export function openPlainEngine({ dataFolder, settings, log, version, ...ports }: PlainEngineOptions): Engine {
  const opened = createEngine(
    {
      dataFolder,
      version: version ?? '0.0.0-test',
      host: 'headless',
      arguments: settings,
      environment: {},
      secretsWarning: null,
      onDamage: 'leave',
    },
    {
      clock: systemClock,
      random: Math.random,
      newId: () => crypto.randomUUID().replaceAll('-', ''),
      secrets: secretsInMemory(),
      notifier: { notify: () => {} },
      logger: log,
      ...ports,
    },
    log,
  )
  if (!opened.ok) throw new Error(opened.fault.message)
  return opened.value
}

/** Outlives an engine where it is given to the next one too. */
export function secretsInMemory(): Secrets {
  const secrets = new Map<SecretName, string>()
  return { get: (name) => secrets.get(name) ?? '', set: (name, value) => void secrets.set(name, value) }
}
