/** A real engine on a separate data folder, for the tests of the companion. */
import { randomBytes } from 'node:crypto'
import { createEngine, type Engine } from '../../main/engine/engine.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import { type SecretName, systemClock } from '../../main/engine/ports.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine
  /** Everything that was logged, redacted as a log file would have it. */
  readonly logged: string[]
}

export async function openTestEngine(settings: Record<string, string>): Promise<TestEngine> {
  const folder = await makeMemoryFolder()
  const log = await openLog({ folder: null, clock: systemClock, print: () => {}, printAll: false })
  const logged: string[] = []
  log.onLine((line) => logged.push(line.line))
  const secrets = new Map<SecretName, string>()
  const ports = {
    clock: systemClock,
    random: Math.random,
    newId: () => randomBytes(16).toString('hex'),
    secrets: {
      get: (name: SecretName) => secrets.get(name) ?? '',
      set: (name: SecretName, value: string) => void secrets.set(name, value),
    },
    logger: log,
    notifier: { notify: () => {} },
  }
  const options = {
    dataFolder: folder.path,
    version: '1.2.3',
    host: 'headless' as const,
    arguments: { webhook_port: '0', quiet_time: '60', ...settings },
    environment: {},
    secretsWarning: null,
    onDamage: 'leave' as const,
  }
  const engine = createEngine(options, ports, log)
  if (!engine.ok) throw new Error(engine.fault.message)
  return {
    engine: engine.value,
    logged,
    async [Symbol.asyncDispose]() {
      await engine.value.close()
      log.close()
      await folder.close()
    },
  }
}
