/** Opens the database of a data folder and everything that owns a table in it. */

import { join } from 'node:path'
import { ok, type Result } from '../../shared/result.ts'
import { clientIdentifier } from './database/installation.ts'
import { type Database, openDatabase } from './database/open.ts'
import { engineLines } from './engine-log.ts'
import type { EngineOptions } from './engine-options.ts'
import { ProbeState } from './hearing/probe-state.ts'
import { bindToServer, indexOwnerOf } from './match/index-owner.ts'
import { PartIndex } from './match/part-index.ts'
import { compilePathRules } from './match/path-rules.ts'
import { Picks } from './match/picks.ts'
import type { Ports } from './ports.ts'
import { Activity } from './queue/activity.ts'
import { DeadLetterPages } from './queue/dead-letter-pages.ts'
import { DeadLetters } from './queue/dead-letters.ts'
import { History } from './queue/history.ts'
import { JobStore } from './queue/job-store.ts'
import { ComparedScenes } from './reconcile/compared-scenes.ts'
import { Outages } from './servers/outages.ts'
import { Consent } from './settings/consent.ts'
import { openSettings } from './settings/open-settings.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import { ItemsInSync } from './sync/items-in-sync.ts'
import { RequestLimit } from './sync/request-limit.ts'
import { RulesHistory } from './sync/rules-history.ts'
import { SceneStates } from './sync/scene-states.ts'
import { SyncItems } from './sync/sync-items.ts'
import { UnknownLocks } from './sync/unknown-locks.ts'
import { TaskStore } from './tasks/task-store.ts'

export interface Stores {
  readonly db: Database
  readonly settings: SettingsStore
  readonly consent: Consent
  /** The identifier under which Plex knows this installation. */
  readonly installation: string
  readonly jobs: JobStore
  readonly history: History
  readonly activity: Activity
  readonly deadLetters: DeadLetters
  readonly deadLetterPages: DeadLetterPages
  readonly states: SceneStates
  readonly items: SyncItems
  readonly inSync: ItemsInSync
  readonly unknownLocks: UnknownLocks
  readonly rules: RulesHistory
  readonly probeState: ProbeState
  readonly compared: ComparedScenes
  readonly index: PartIndex
  readonly picks: Picks
  readonly outages: Outages
  readonly requestLimit: RequestLimit
  readonly tasks: TaskStore
  /**
   * Ties index, picks, bases and what is in sync to the Plex server with this machine identifier, in one transaction: bases
   * of another server would clear foreign values. True if they belonged to another one, and are forgotten now.
   */
  bindToPlex(machineIdentifier: string): boolean
  close(): void
}

export function databaseFile(options: Pick<EngineOptions, 'dataFolder'>): string {
  return join(options.dataFolder, 'plexsync.db')
}

/** Faults are those of `openDatabase`, and of settings in the environment or the arguments that are wrong. */
export function openStores(options: EngineOptions, { clock, newId, logger, secrets }: Ports): Result<Stores> {
  // ---- build ----
  const opened = openDatabase(databaseFile(options), { clock, onDamage: options.onDamage })
  if (!opened.ok) return opened
  const db = opened.value
  const settings = openSettings({
    db,
    clock,
    secrets,
    logger,
    environment: options.environment,
    arguments: options.arguments,
    checkPathRules: compilePathRules,
    server: indexOwnerOf(db),
  })
  if (!settings.ok) {
    // In the words that people search for: `plex_url: plex_url must start with …`.
    const message = settings.fault.message.replace(/(^|; )(\w+): /g, '$1$2: $2 ')
    logger.log(...engineLines.settingsWrong({ problem: message }))
    db.close()
    return settings
  }
  const jobs = new JobStore(db, clock, newId)
  const index = new PartIndex(db, clock)
  const picks = new Picks(db, clock)
  const items = new SyncItems(db)
  const inSync = new ItemsInSync(db)
  const unknownLocks = new UnknownLocks(db)
  const requestLimit = new RequestLimit(db)
  const consent = new Consent({ db, clock, settings: settings.value })

  // ---- who listens to whom ----
  const ends = [
    settings.value.onChange((changed) => consent.settingsChanged(changed)),
    settings.value.onChangeOf(['plex_url'], () => requestLimit.forget()),
    settings.value.onChangeOf(['plex_library'], () => jobs.hurry()),
  ]

  // ---- start and stop ----
  return ok({
    db,
    settings: settings.value,
    consent,
    installation: clientIdentifier(db, clock, newId),
    jobs,
    history: new History(db, clock),
    activity: new Activity(db, clock),
    deadLetters: new DeadLetters(db, clock, jobs),
    deadLetterPages: new DeadLetterPages(db),
    states: new SceneStates(db),
    items,
    inSync,
    unknownLocks,
    rules: new RulesHistory(db),
    probeState: new ProbeState(db),
    compared: new ComparedScenes(db),
    index,
    picks,
    outages: new Outages(db, clock),
    requestLimit,
    tasks: new TaskStore(db, clock),
    bindToPlex: (machineIdentifier) =>
      db.transaction(() => {
        const isAnother = bindToServer(db, machineIdentifier, index, picks)
        if (isAnother) {
          items.forgetServer()
          inSync.forgetServer()
          unknownLocks.forgetServer()
          requestLimit.forget()
        }
        return isAnother
      })(),
    close() {
      for (const end of ends) end()
      db.close()
    },
  })
}
