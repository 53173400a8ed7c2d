/** A real engine on a separate data folder and the system's clock, for the tests of the companion. */
import type { Engine } from '../../main/engine/engine.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { placeFreshDatabase } from '../harness/fresh-database.ts'
import { openPlainEngine } from '../harness/plain-engine.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

export interface CompanionEngine extends AsyncDisposable {
  readonly engine: Engine
  /** Everything that was logged, redacted as a log file would have it. */
  readonly logged: string[]
}

export async function openCompanionEngine(settings: Record<string, string>): Promise<CompanionEngine> {
  const folder = await makeMemoryFolder()
  placeFreshDatabase(folder.file('plexsync.db'))
  const log = await openLog({ folder: null, clock: systemClock, print: () => {}, printAll: false })
  const logged: string[] = []
  log.onLine((line) => logged.push(line.line))
  const engine = openPlainEngine({
    dataFolder: folder.path,
    version: '1.2.3',
    settings: { webhook_port: '0', quiet_time: '60', ...settings },
    log,
  })
  return {
    engine,
    logged,
    async [Symbol.asyncDispose]() {
      await engine.close()
      log.close()
      await folder.close()
    },
  }
}
