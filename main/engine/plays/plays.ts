/** The room of what comes back from Plex: wires its parts, and answers the calls of the contract about it. */
import type { Handlers } from '../../../shared/contract.ts'
import { moment, type RatingKey } from '../../../shared/domain.ts'
import { joinNames, splitNames } from '../../../shared/names.ts'
import type { PlayNotice, PlaysStatus } from '../../../shared/plays.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Servers } from '../connect-servers.ts'
import { Listeners } from '../listeners.ts'
import { indexOwnerOf } from '../match/index-owner.ts'
import type { Matcher } from '../match/matcher.ts'
import type { PartIndex } from '../match/part-index.ts'
import { pathKey } from '../match/path-key.ts'
import type { Ports } from '../ports.ts'
import { areOpen } from '../servers/open-gates.ts'
import { isConfigured, type Stores } from '../stores.ts'
import type { WatchedWork } from '../tasks/task-kinds.ts'
import type { TaskRunner } from '../tasks/task-runner.ts'
import { AccountStore } from './account-store.ts'
import { chosenAccounts, readAccountNames, unknownAccounts } from './accounts.ts'
import { Links } from './links.ts'
import { PlayStore } from './play-store.ts'
import { PlaybackWatch } from './playback-watch.ts'
import { ProgressStore } from './progress-store.ts'
import { Puller, type PullerDeps } from './puller.ts'
import { playCounts, playRow, playRuns, type RowViewDeps } from './row-view.ts'
import { PlaySchedule } from './schedule.ts'
import { takenItems } from './taken-items.ts'
import { ViewingStore } from './viewing-store.ts'
import { isAnyWanted, wantedActivity } from './wanted.ts'

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
  readonly work: Pick<WatchedWork, 'pullPlays' | 'undoPlays'>
  /** Refuses names in activity_accounts that Plex does not know; while Plex is away they wait. */
  readonly checkSettings: (values: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<Result<void>>
  /** Calls `listener` when a pull begins or ends, and when something is switched on or off. Returns its end. */
  onChange(listener: (status: PlaysStatus) => void): () => void
  start(): void
  /** Comes when what is under way has stopped. */
  stop(): Promise<void>
  /** Ends the subscription to settings. */
  close(): void
}

/** How long the request of an intent may still be carried out after its answer was lost. */
const lostAnswerMs = 60_000

export function createPlays(
  { stores: engineStores, servers, matcher, tasks }: PlaysDeps,
  { clock, logger }: Pick<Ports, 'clock' | 'logger'>,
  isPaused: () => boolean,
): Plays {
  const { db, settings: settingsStore, index, states, deadLetters } = engineStores
  const { plex, stash, gates, identities, library } = servers
  const settings = (): Settings => settingsStore.settings()
  const mayWork = (): boolean => isConfigured(settingsStore) && settings().enabled && !isPaused() && areOpen(gates)
  const changes = new Listeners<PlaysStatus>()
  const changed = (): void => changes.send(status())
  const stores = {
    plays: new PlayStore(db, clock),
    progress: new ProgressStore(db),
    accounts: new AccountStore(db),
    viewing: new ViewingStore(db, clock),
    links: new Links(db, clock),
  }
  const lostAt = new Map<number, number>()
  const owner = indexOwnerOf(db)
  const server = (): string => owner() ?? ''
  const wanted = () => wantedActivity(settings(), settingsStore.writesRatings())
  const pullerDeps: PullerDeps = {
    ...stores,
    settings,
    wanted,
    clock,
    logger,
    plex,
    watching: stash.watching,
    library,
    rules: () => matcher.rules,
    decide: (scene) => matcher.match(scene),
    async knownServer(signal) {
      const known = await identities.ensurePlex(signal)
      return known.ok ? ok(server()) : known
    },
    itemExists: (ratingKey) => index.byItem(ratingKey).length > 0,
    durationOf: (ratingKey) => durationOf(ratingKey, index),
    rivals: () =>
      takenItems(deadLetters).flatMap(({ sceneId, path }) => {
        const mapped = path === null ? null : (matcher.rules.map(path)?.path ?? path)
        const parts = mapped === null ? [] : index.byPath(pathKey(mapped))
        return parts.map(({ ratingKey }) => ({ ratingKey, sceneId }))
      }),
    inFlight: (id) => clock.now() - (lostAt.get(id) ?? Number.NEGATIVE_INFINITY) < lostAnswerMs,
    answerLost: (ids) => {
      for (const id of ids) lostAt.set(id, clock.now())
    },
    onChange: changed,
  }
  const puller = new Puller(pullerDeps)
  const schedule = new PlaySchedule({
    clock,
    isOn: () => isAnyWanted(wanted()),
    mayPull: () => isAnyWanted(wanted()) && mayWork(),
    lastPullAt: () => stores.progress.get(server()).pulledAt,
    pull: async () => {
      const task = tasks.begin(
        'activity_pull',
        async (run) => {
          const pulled = await puller.pull({ dryRun: false, manual: false }, run)
          if (pulled.ok) return ok({ ...pulled.value.report, sample: [] })
          if (pulled.fault.code !== 'cancelled')
            logger.log('warning', 'Plays', `The pull failed: ${loggable(pulled.fault)}`)
          return fail(pulled.fault.code, loggable(pulled.fault))
        },
        { routine: true },
      )
      await tasks.ended(task.id)
    },
  })
  const watch = new PlaybackWatch({
    address: () => ({ url: settings().plex_url, token: settings().plex_token }),
    isOpen: mayWork,
    clock,
    logger,
    onStopped: () => schedule.playbackEnded(),
  })
  let started = false
  let toldBothWays = false
  let before = wanted()

  /** Runs the watch while something is on, and says once why ratings stay off. */
  function follow(): void {
    const now = wanted()
    if (now.ratingsBothWays && !toldBothWays)
      logger.log(
        'warning',
        'Plays',
        'activity_ratings stays off: sync_rating is on, and ratings go in one direction only',
      )
    toldBothWays = now.ratingsBothWays
    if (started && isAnyWanted(now)) watch.start()
    else watch.stop()
  }

  const endSettings = settingsStore.onChange((names) => {
    const last = before
    before = wanted()
    // "From now on" and baselines mean the moment of switching on, each time.
    if (before.plays && !last.plays) stores.progress.rebase()
    if (last.handMarks && !before.handMarks) stores.viewing.forgetBaseline('hand_mark')
    if (last.ratings && !before.ratings) stores.viewing.forgetBaseline('rating')
    if (names.some((name) => name.startsWith('plex_'))) watch.stop()
    follow()
    if (!names.some((name) => name.startsWith('activity_') || name === 'enabled')) return
    if (isAnyWanted(before)) schedule.now()
    changed()
  })

  const view: RowViewDeps = {
    accountName: (play) => stores.accounts.names(play.server).get(play.accountId) ?? null,
    sceneTitle: (sceneId) => states.get(sceneId)?.title ?? null,
    stashUrl: (sceneId) => (settings().stash_url === '' ? null : `${settings().stash_url}/scenes/${sceneId}`),
    plexUrl: (ratingKey) => plex.webUrl(ratingKey),
  }

  function status(): PlaysStatus {
    const progress = stores.progress.get(server())
    const next = schedule.nextAt
    return {
      on: isAnyWanted(wanted()),
      pulling: puller.pulling,
      pulled_at: moment(progress.pulledAt),
      next_at: moment(next),
      last: progress.report,
      problem: puller.problem === null ? null : { code: puller.problem.code, message: puller.problem.message },
      notices: notices(),
      counts: playCounts(stores.plays),
      runs: playRuns(stores.plays, stores.viewing),
    }
  }

  function notices(): PlaysStatus['notices'] {
    const found: { code: PlayNotice; values: Record<string, string> }[] = []
    if (wanted().ratingsBothWays) found.push({ code: 'ratings_both_ways', values: {} })
    const names = splitNames(settings().activity_accounts)
    const pending = names.filter((name) => stores.accounts.choiceOf(server(), name) === null)
    const isUnknown = puller.problem?.code === 'invalid_input'
    if (pending.length > 0)
      found.push({ code: isUnknown ? 'accounts_unknown' : 'accounts_pending', values: { names: pending.join(', ') } })
    if (puller.problem?.code === 'stash_too_old') found.push({ code: 'stash_too_old', values: {} })
    return found
  }

  const handlers: Plays['handlers'] = {
    getPlays: async () => ok(status()),
    listPlays: async ({ state, offset, limit }) => {
      const { total, plays } = stores.plays.list({ state: state ?? null, offset, limit })
      return ok({ total, rows: plays.map((play) => playRow(play, view)) })
    },
    listPlayAccounts: async (_request, signal) => {
      const known = await identities.ensurePlex(signal)
      if (!known.ok) return known
      const accounts = await readAccountNames(server(), { plex, accounts: stores.accounts }, signal)
      return accounts.ok ? ok({ accounts: accounts.value }) : accounts
    },
  }

  const work: Plays['work'] = {
    pullPlays: async ({ dry_run }, run) => {
      const pulled = await puller.pull({ dryRun: dry_run, manual: true }, run)
      if (!pulled.ok) return pulled
      const { report, sample } = pulled.value
      return ok({ ...report, sample: sample.map((play) => playRow(play, view)) })
    },
    undoPlays: (selection, run) => puller.undo(selection.select === 'all' ? null : selection.run, run),
  }

  return {
    handlers,
    work,
    async checkSettings({ activity_accounts: names }, signal) {
      const text = Array.isArray(names) ? joinNames(names.map(String)) : String(names ?? '')
      if (splitNames(text).length === 0 || !isConfigured(settingsStore)) return ok(undefined)
      const known = await identities.ensurePlex(signal)
      if (!known.ok) return ok(undefined)
      const accounts = await chosenAccounts(text, server(), { plex, accounts: stores.accounts }, signal)
      if (!accounts.ok || accounts.value.unknown.length === 0) return ok(undefined)
      return fail('invalid_input', unknownAccounts(accounts.value))
    },
    onChange(listener) {
      return changes.add(listener)
    },
    start() {
      started = true
      schedule.start()
      follow()
    },
    async stop() {
      started = false
      schedule.stop()
      watch.stop()
      await puller.settled()
    },
    close: endSettings,
  }
}

/** The log has no names of accounts. */
function loggable({ code, message }: Fault): string {
  return code === 'invalid_input' ? 'activity_accounts names an account that Plex does not have' : message
}

/** Of the longest file: versions differ by seconds. */
function durationOf(ratingKey: RatingKey, index: PartIndex): number | null {
  const durations = index.byItem(ratingKey).flatMap(({ duration }) => duration ?? [])
  return durations.length === 0 ? null : Math.max(...durations)
}
