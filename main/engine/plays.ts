/**
 * The room of what comes back from Plex, wired: the stores, what reads Plex, what finds scenes, what writes to Stash, the
 * pull that leads through them, and when it runs. Answers the calls of the contract about it.
 */

import type { Handlers } from '../../shared/contract.ts'
import { joinNames, splitNames } from '../../shared/names.ts'
import type { PlaysStatus } from '../../shared/plays.ts'
import { type Fault, ok, type Result } from '../../shared/result.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Servers } from './connect-servers.ts'
import { Listeners } from './listeners.ts'
import { indexOwnerOf } from './match/index-owner.ts'
import type { Matcher } from './match/matcher.ts'
import { SceneFinder } from './plays/decide/scene-finder.ts'
import { Accounts } from './plays/history/accounts.ts'
import { OldPlays } from './plays/old-plays.ts'
import { PlayRows } from './plays/play-rows.ts'
import { PlayServers } from './plays/play-servers.ts'
import { PlaySwitches } from './plays/play-switches.ts'
import { PlayUndo } from './plays/play-undo.ts'
import { PlaybackWatch } from './plays/playback-watch.ts'
import { playLines } from './plays/plays-log.ts'
import { PlaysState } from './plays/plays-state.ts'
import { PlayPreview } from './plays/preview.ts'
import { Pull } from './plays/pull.ts'
import { PlayPull } from './plays/pull-plays.ts'
import { PullProgress } from './plays/pull-progress.ts'
import { ViewingPull } from './plays/pull-viewings.ts'
import { Puller } from './plays/puller.ts'
import { RunNumber } from './plays/run-number.ts'
import { PlaySchedule } from './plays/schedule.ts'
import { AccountStore } from './plays/store/account-store.ts'
import { Links } from './plays/store/links.ts'
import { PlayStore } from './plays/store/play-store.ts'
import { ProgressStore } from './plays/store/progress-store.ts'
import { ViewingStore } from './plays/store/viewing-store.ts'
import { isAnyWanted, wantedActivity } from './plays/wanted.ts'
import { PlayWriter } from './plays/write/play-writer.ts'
import type { Logger, Ports } from './ports.ts'
import { areOpen } from './servers/open-gates.ts'
import { isConfigured } from './settings/configured.ts'
import type { Stores } from './stores.ts'
import type { LongWork } from './tasks/long-kinds.ts'
import type { TaskRunner } from './tasks/task-runner.ts'

/** Of the wired engine: what plays work with. */
export interface PlaysDeps {
  readonly stores: Stores
  readonly servers: Servers
  readonly matcher: Matcher
  readonly tasks: Pick<TaskRunner, 'begin' | 'ended'>
}

type PlayCalls = 'getPlays' | 'listPlays' | 'listPlayAccounts'

export interface Plays {
  readonly handlers: Pick<Handlers, PlayCalls>
  /** What tasks do: a pull, and an undo. */
  readonly work: Pick<LongWork, 'pullPlays' | 'undoPlays'>
  /** Refuses names in activity_accounts that Plex does not know; while Plex is away they wait. */
  readonly checkSettings: (values: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<Result<void>>
  /** Calls `listener` when a pull begins or ends, and when something is switched on or off. Returns its end. */
  onChange(listener: (status: PlaysStatus) => void): () => void
  start(lifetime: AbortSignal): void
  /** Resolves when what is under way has ended. */
  ended(): Promise<void>
  close(): void
}

export function wirePlays(
  { stores, servers, matcher, tasks }: PlaysDeps,
  { clock, logger }: Pick<Ports, 'clock' | 'logger'>,
  isPaused: () => boolean,
): Plays {
  // ---- build ----
  const { db, settings: settingsStore, index, states, deadLetters } = stores
  const { plex, stash, gates } = servers
  const { watching } = stash
  const settings = (): Settings => settingsStore.settings()
  const wanted = () => wantedActivity(settings(), settingsStore.writesRatings())
  const mayWork = (): boolean => isConfigured(settingsStore) && settings().enabled && !isPaused() && areOpen(gates)

  const plays = new PlayStore(db, clock)
  const viewing = new ViewingStore(db, clock)
  const progress = new PullProgress({ store: new ProgressStore(db), settings, clock })
  const accounts = new Accounts({ plex, store: new AccountStore(db), settings })
  const owner = indexOwnerOf(db)
  const known = new PlayServers({ identities: servers.identities, owner, library: servers.library, watching })
  const scenes = new SceneFinder({ matcher, index, links: new Links(db, clock), watching, deadLetters })
  const writer = new PlayWriter({ plays, watching, clock, logger })
  const pull = new Pull({
    servers: known,
    plays: new PlayPull({ plex, accounts, progress, scenes, plays, writer, viewing }),
    viewings: new ViewingPull({ plex, watching, scenes, viewing, clock }),
    preview: new PlayPreview({ plex, accounts, progress, scenes, plays, viewing, clock }),
    progress,
    old: new OldPlays({ plays, progress, viewing, clock }),
    newRun: () => new RunNumber(() => plays.beginRun()),
  })
  const puller = new Puller({ pull, undo: new PlayUndo({ plays, viewing, writer, watching }), wanted, logger })
  const schedule = new PlaySchedule({
    clock,
    isOn: () => isAnyWanted(wanted()),
    mayPull: () => isAnyWanted(wanted()) && mayWork(),
    lastPullAt: () => progress.get(known.last).pulledAt,
    pull: () => pullAsTask(puller, tasks, logger),
  })
  const watch = new PlaybackWatch({
    address: () => ({ url: settings().plex_url, token: settings().plex_token }),
    isOpen: mayWork,
    clock,
    logger,
  })
  const rows = new PlayRows({ plays, viewing, accounts, states, plex, settings })
  const state = new PlaysState({ servers: known, accounts, progress, puller, schedule, rows, wanted })
  const switches = new PlaySwitches({ wanted, progress, viewing, watch, schedule, logger })

  const changes = new Listeners<PlaysStatus>()
  const changed = (): void => changes.send(state.status())

  // ---- who listens to whom ----
  const ends = [
    watch.onStopped(() => schedule.playbackEnded()),
    puller.onChange(changed),
    settingsStore.onChange((names) => {
      if (switches.changed(names)) changed()
    }),
  ]

  // ---- start and stop ----
  return {
    handlers: {
      getPlays: async () => ok(state.status()),
      listPlays: async ({ state: only, offset, limit }) => ok(rows.list({ state: only ?? null, offset, limit })),
      listPlayAccounts: async (_request, signal) => {
        const server = await known.known(signal)
        if (!server.ok) return server
        const names = await accounts.readNames(server.value, signal)
        return names.ok ? ok({ accounts: names.value }) : names
      },
    },
    work: {
      pullPlays: async ({ dry_run }, run) => {
        const pulled = await puller.pull({ dryRun: dry_run, manual: true }, run)
        if (!pulled.ok) return pulled
        const { report, sample } = pulled.value
        return ok({ ...report, sample: sample.map((play) => rows.row(play)) })
      },
      undoPlays: (selection, run) => puller.undo(selection.select === 'all' ? null : selection.run, run),
    },
    async checkSettings({ activity_accounts: names }, signal) {
      const text = Array.isArray(names) ? joinNames(names.map(String)) : String(names ?? '')
      if (splitNames(text).length === 0 || !isConfigured(settingsStore)) return ok(undefined)
      const server = await known.known(signal)
      if (!server.ok) return ok(undefined)
      const chosen = await accounts.resolve(text, server.value, signal)
      return !chosen.ok && chosen.fault.code === 'invalid_input' ? chosen : ok(undefined)
    },
    onChange: (listener) => changes.add(listener),
    start: (lifetime) => switches.start(lifetime),
    ended: () => puller.settled(),
    close() {
      for (const end of ends) end()
    },
  }
}

/** A pull of the schedule: a task of which only the latest is kept. */
async function pullAsTask(puller: Puller, tasks: PlaysDeps['tasks'], logger: Logger): Promise<void> {
  const task = tasks.begin(
    'activity_pull',
    async (run) => {
      const pulled = await puller.pull({ dryRun: false, manual: false }, run)
      if (pulled.ok) return ok(pulled.value.report)
      const message = loggable(pulled.fault)
      if (pulled.fault.code !== 'cancelled') logger.log(...playLines.pullFailed({ problem: message }))
      // Kept with the task, which only the window shows; the log has no names.
      return { ok: false, fault: pulled.fault }
    },
    { routine: true },
  )
  await tasks.ended(task.id)
}

/** The log has no names of accounts. */
function loggable({ code, message }: Fault): string {
  return code === 'invalid_input' ? 'activity_accounts names an account that Plex does not have' : message
}
