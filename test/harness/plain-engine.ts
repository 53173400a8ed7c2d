/** An engine as tests and benches open it on a data folder: settings given, no keyring, nothing shown to anybody. */
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import type { AppLog } from '../../main/engine/log/logger.ts'
import { type Ports, systemClock } from '../../main/engine/ports.ts'

export interface PlainEngineOptions extends Partial<Pick<Ports, 'clock' | 'random'>> {
  readonly dataFolder: string
  /** As they would be given on the command line. */
  readonly settings: Readonly<Record<string, string>>
  readonly log: AppLog
}

/** Opens it, and starts nothing. Throws where it cannot be opened. */
export function openPlainEngine({
  dataFolder,
  settings,
  log,
  clock = systemClock,
  random = Math.random,
}: PlainEngineOptions): Engine {
  const opened = createEngine(
    {
      dataFolder,
      version: '0.0.0-test',
      host: 'headless',
      arguments: settings,
      environment: {},
      secretsWarning: null,
      onDamage: 'leave',
    },
    {
      clock,
      random,
      newId: () => crypto.randomUUID().replaceAll('-', ''),
      secrets: { get: () => '', set: () => {} },
      logger: log,
      notifier: { notify: () => {} },
    },
    log,
  )
  if (!opened.ok) throw new Error(opened.fault.message)
  return opened.value
}
