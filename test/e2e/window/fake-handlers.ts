/**
 * The whole contract, answered from invented data. `world` says how the household is; what the window changes is kept,
 * so that flows can be tested. Past 200 lines because it has an entry for each call.
 */

import { callOfKind } from '../../../main/engine/tasks/long-kinds.ts'
import type {
  DeadLetter,
  EngineEvent,
  Handlers,
  ParsedRequestOf,
  ReconcileRun,
  ResponseOf,
  Status,
} from '../../../shared/contract.ts'
import type { MatchStep } from '../../../shared/match-steps.ts'
import { englishStep } from '../../../shared/match-texts.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { isSettingName, parseSetting, secretNames } from '../../../shared/settings.ts'
import * as data from './fake-data.ts'
import * as plays from './fake-plays.ts'

/**
 * empty: set up, nothing happened yet · busy: a working household with something for the user · failing: Plex is down and
 * the lists cannot be read · rows: lists of 10,000 · setup: nothing is configured.
 */
export type World = 'empty' | 'busy' | 'failing' | 'rows' | 'setup'

export interface FakeEngine {
  readonly handlers: Handlers
  /** Calls in the order they came, for tests. */
  readonly calls: { name: string; request: unknown }[]
  status(): Status
}

function firstStatus(world: World, now: number): Status {
  const blank = {
    configured: false,
    reachable: null,
    version: null,
    auth_refused: false,
    latency_ms: null,
    can_write: null,
  }
  switch (world) {
    case 'empty':
      return data.statusAt(now, { synced_scenes: 0, last_synced_at: null, last_event_at: null })
    case 'setup':
      return data.statusAt(now, {
        state: 'setup',
        setup_finished: false,
        plex: blank,
        stash: { ...blank, state: null },
        synced_scenes: 0,
        last_synced_at: null,
        last_event_at: null,
        index: { items: 0, refreshed_at: null },
      })
    case 'failing':
      return data.statusAt(now, {
        state: 'waiting',
        queue: { ready: 0, delayed: 212, in_progress: 0 },
        circuit: { plex: 'open', stash: 'closed' },
        waiting_for: {
          code: 'server_down',
          values: { server: 'plex', kept: 212 },
          since: data.iso(now - 26 * 60_000),
          text: 'Waiting for Plex',
        },
        plex: {
          configured: true,
          reachable: false,
          version: '1.42.1',
          auth_refused: false,
          latency_ms: null,
          can_write: true,
        },
      })
    case 'busy':
    case 'rows':
      return data.statusAt(now, {
        state: 'needs_you',
        queue: { ready: 118, delayed: 6, in_progress: 4 },
        per_minute: 184,
        dead_letters: world === 'rows' ? 10_000 : 23,
        needs_you: world === 'rows' ? 2_858 : 7,
      })
  }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The lists of `rows`, the same for every household of a process: making them costs more than a test does. */
const longLists = {
  letters: once(() => listOf(10_000, data.deadLetter)),
  gaps: once(() => data.gapRows(200)),
  lines: once(() => listOf(10_000, (index, now) => data.logLine(index, 10_000, now))),
}

function listOf<T>(length: number, make: (index: number, now: number) => T): readonly T[] {
  const now = Date.now()
  return Array.from({ length }, (_, index) => make(index, now))
}

/** A page as the engine gives it: from the row that the caller has, where it has one. */
function pageOfLetters(
  letters: readonly DeadLetter[],
  { code, text, ids, sort, descending }: Omit<ParsedRequestOf<'listDeadLetters'>, 'offset' | 'limit'>,
  offset: number,
  limit: number,
): ResponseOf<'listDeadLetters'> {
  const keyOf = { scene: 'scene_id', title: 'title', attempts: 'attempts', failed: 'failed_at' } as const
  const key = (letter: DeadLetter): string | number =>
    sort === 'scene' ? Number(letter.scene_id) : letter[keyOf[sort]]
  const found = letters
    .filter((letter) => (code === undefined || letter.code === code) && (ids === undefined || ids.includes(letter.id)))
    .filter((letter) => contains(letter, text))
    .map((letter) => ({ letter, key: key(letter) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.letter.id - b.letter.id))
    .map(({ letter }) => letter)
  if (descending) found.reverse()
  const rows = found.slice(offset, offset + limit)
  const [first, last] = [rows[0], rows.at(-1)]
  const ends =
    first && last ? { first: { key: key(first), id: first.id }, last: { key: key(last), id: last.id } } : null
  return { total: found.length, rows, ends }
}

function contains({ scene_id, title, reason, path }: DeadLetter, text = ''): boolean {
  return text === '' || `${scene_id} ${title} ${reason} ${path ?? ''}`.toLowerCase().includes(text.toLowerCase())
}

export function createFakeEngine(world: World, emit: (event: EngineEvent) => void): FakeEngine {
  const now = Date.now()
  const calls: FakeEngine['calls'] = []
  let status = firstStatus(world, now)
  let values: Record<string, string | number | boolean> =
    world === 'setup' ? { hook_token: 'set, ends in 91af' } : { ...data.householdValues }
  let letters = world === 'rows' ? longLists.letters() : listOf(world === 'busy' ? 23 : 0, data.deadLetter)
  const picked: DeadLetter[] = []
  const discarded = new Map<number, (typeof letters)[number]>()
  const gaps = world === 'rows' ? longLists.gaps() : data.gapRows(world === 'busy' ? 1 : 0)
  const rowCount = world === 'rows' ? 100_000 : world === 'busy' ? 340 : 0
  const lineCount = world === 'busy' ? 600 : 0
  const lines =
    world === 'rows' ? longLists.lines() : listOf(lineCount, (index, at) => data.logLine(index, lineCount, at))
  let run: ReconcileRun | null = world === 'rows' || world === 'busy' ? data.reconcileRun(now) : null
  if (run && world === 'rows')
    run = { ...run, gaps: { missing: 2_800, empty: 4_400, stale: 1_800, drifted: 600, unknown_to_stash: 1_200 } }
  let polls = 0
  const playRows = world === 'rows' ? 10_000 : world === 'busy' ? 48 : 0
  const playsNow = () => plays.playsStatus(values.activity_plays === 'plex_to_stash', playRows, now)

  const broken = (): Result<never> => fail('cannot_store', 'disk I/O error while reading plexsync.sqlite')
  const change = (more: Partial<Status>) => {
    status = { ...status, ...more }
    emit({ name: 'status', data: status })
  }
  const publishCounts = () => {
    const counts = { dead_letters: letters.length, needs_you: letters.filter((letter) => letter.needs_you).length }
    emit({ name: 'deadLetters', data: counts })
  }
  const selected = (selection: Parameters<Handlers['retryDeadLetters']>[0]) =>
    letters.filter(
      (letter) =>
        selection.select === 'all' ||
        (selection.select === 'ids' && selection.ids.includes(letter.id)) ||
        (selection.select === 'like' &&
          selection.code === letter.code &&
          contains(letter, selection.text) &&
          selection.except?.includes(letter.id) !== true),
    )
  const take = (selection: Parameters<Handlers['retryDeadLetters']>[0]) => {
    const taken = new Set(selected(selection))
    letters = letters.filter((letter) => !taken.has(letter))
    publishCounts()
    return [...taken]
  }
  const settings = () => ({ settings: data.settingRows(values) })
  const plexTest = {
    name: 'Attic',
    version: '1.42.1.10060',
    machine_identifier: 'a1b2c3',
    libraries: [
      {
        id: '1',
        title: 'Films',
        type: 'movie',
        items: 38_114,
        usable: true,
        reason: null,
        locations: ['/media/films'],
      },
      {
        id: '2',
        title: 'Shorts',
        type: 'movie',
        items: 3_094,
        usable: true,
        reason: null,
        locations: ['/media/shorts'],
      },
      {
        id: '3',
        title: 'Series',
        type: 'show',
        items: 412,
        usable: false,
        reason: 'Libraries of type show are not written; scenes belong into a movie-type library.',
        code: 'library_type',
        values: { type: 'show' },
        locations: ['/media/series'],
      },
    ],
  }
  const report = {
    scenes: 39_111,
    enqueued: 38_207,
    skipped: { no_file: 3, no_metadata: 893, already_queued: 8, filtered: 0 },
  }

  /** What a task comes to, by the handler of the same call; null for one that continues. */
  async function workOf(asked: ParsedRequestOf<'beginTask'>, signal: AbortSignal): Promise<Result<unknown> | null> {
    switch (asked.kind) {
      case 'sync_all':
        return handlers.enqueueScenes({ scope: 'all' }, signal)
      case 'sync_some':
        return handlers.enqueueScenes(asked.request, signal)
      case 'reconcile':
      case 'rewrite':
      case 'adopt':
      case 'preview':
      case 'activity_pull':
      case 'activity_undo':
        return null
      default: {
        // The table of kinds guarantees the pair; the compiler does not follow an index over a union.
        const handler = handlers[callOfKind[asked.kind]] as (
          request: unknown,
          signal: AbortSignal,
        ) => Promise<Result<unknown>>
        return handler(asked.request, signal)
      }
    }
  }

  const handlers: Handlers = {
    getStatus: async () => ok(status),
    pause: async () => {
      change({ paused: true, state: 'paused' })
      return ok(status)
    },
    resume: async () => {
      change({ paused: false, state: firstStatus(world, now).state })
      return ok(status)
    },
    finishSetup: async () => {
      change({ setup_finished: true, state: 'idle' })
      return ok(status)
    },
    processQueue: async () =>
      ok({
        processed: 0,
        synced: 0,
        unchanged: 0,
        retried: 0,
        dead_lettered: 0,
        remaining: 0,
        seconds: 0,
        stopped_by: null,
      }),
    getHistory: async () =>
      world === 'failing' ? broken() : ok({ hours: data.historyHours(rowCount > 0 ? now : null) }),
    listActivity: async ({ state, scene_id, text, offset, limit }) => {
      if (world === 'failing') return broken()
      // Only the rows of the page are made where nothing is sought.
      if (!state && !scene_id && !text) {
        const length = Math.max(0, Math.min(limit, rowCount - offset))
        const page = Array.from({ length }, (_, index) => data.activityRow(offset + index, now))
        return ok({ total: rowCount, rows: page, ends: null })
      }
      const rows = Array.from({ length: rowCount }, (_, index) => data.activityRow(index, now))
      const found = rows.filter(
        (row) =>
          (!state || state.includes(row.state)) &&
          (!scene_id || row.scene_id === scene_id) &&
          (!text || `${row.title} ${row.detail}`.toLowerCase().includes(text.toLowerCase())),
      )
      return ok({ total: found.length, rows: found.slice(offset, offset + limit), ends: null })
    },
    getScene: async ({ scene_id }) => (world === 'failing' ? broken() : ok(data.storyOf(scene_id, now))),
    previewSettings: async () => ok({ items: 41_208, changed: 1_204, collections: 0, sample: [] }),
    previewScene: async ({ scene_id, values }) => ok({ plans: data.previewOf(scene_id, values) }),
    adoptLocks: async ({ all }) =>
      ok({ items: 30, fields: all ? 122 : 120, differing: 2, enqueued: all ? 2 : 0, sample: [] }),
    rewriteItems: async () => ok(report),
    beginTask: async (asked, signal) => {
      const running = data.runningTask(asked.kind, { done: 0, total: 39_111 })
      const result = await workOf(asked, signal)
      if (result === null) return ok(running)
      // It has ended by the time it is published: the window must not wait for an event that came before.
      return ok({
        ...running,
        ...(result.ok ? { state: 'done', result: result.value } : { state: 'failed', problem: result.fault }),
      })
    },
    listTasks: async () => ok({ tasks: [] }),
    cancelTask: async ({ id }) =>
      ok({ ...data.runningTask('sync_all', { done: 0, total: 39_111 }), id, state: 'cancelled' }),
    undoScene: async ({ scene_id }) => ok({ changes: data.undoneChanges(Number(scene_id)), kept: [] }),
    enqueueScenes: async (selection) =>
      ok(
        selection.scope === 'scenes'
          ? {
              ...report,
              scenes: 1,
              enqueued: 1,
              skipped: { no_file: 0, no_metadata: 0, already_queued: 0, filtered: 0 },
            }
          : report,
      ),
    planScenes: async ({ limit }) =>
      world === 'failing'
        ? broken()
        : ok({ plans: Array.from({ length: limit ?? 20 }, (_, index) => data.plan(index)), next: null }),
    findScenes: async ({ text, limit }) =>
      world === 'failing' ? broken() : ok({ scenes: data.foundScenes(text, limit) }),
    compareScene: async ({ scene_id, except }) =>
      world === 'failing'
        ? broken()
        : ok({ scene: world === 'empty' ? null : data.comparedScene(Number(scene_id ?? 401 + except.length)) }),
    writeScene: async ({ scene_id }) => ok(data.writtenScene(Number(scene_id))),
    listDeadLetters: async ({ offset, limit, ...filter }) =>
      world === 'failing' ? broken() : ok(pageOfLetters(letters, filter, offset, limit)),
    listDeadLetterCauses: async () => {
      const groups = Map.groupBy(letters, ({ code }) => code)
      const causes = [...groups].map(([code, of]) => ({
        code,
        count: of.length,
        scene_ids: of.slice(0, 3).map(({ scene_id }) => scene_id),
      }))
      return ok({ causes: causes.sort((a, b) => b.count - a.count) })
    },
    retryDeadLetters: async (selection) => ok({ retried: take(selection).length }),
    discardDeadLetters: async (selection) => {
      const taken = take(selection)
      for (const letter of taken) discarded.set(letter.id, letter)
      return ok({ discarded: taken.length, ids: taken.map((letter) => letter.id) })
    },
    restoreDeadLetters: async ({ ids }) => {
      letters = [...letters, ...ids.flatMap((id) => discarded.get(id) ?? [])].toSorted((a, b) => a.id - b.id)
      publishCounts()
      return ok({ restored: ids.length })
    },
    purgeDeadLetters: async () => ok({ purged: 4 }),
    explainMatch: async (request) => {
      const path = 'path' in request ? request.path : data.fileOf(Number(request.scene_id))
      const key = 'path' in request ? '50123' : String(50_000 + Number(request.scene_id))
      return ok({
        confidence: 'high',
        rating_key: key,
        rating_keys: [key],
        ...explainedBy([
          {
            code: 'file',
            values: {
              at: 1,
              of: 1,
              path,
              size: 1_204_332_110,
              duration: 1803,
            },
          },
          {
            code: 'path_rule',
            values: { rule: '/data => /media', path: path.replace('/data', '/media') },
          },
          { code: 'same_path', values: { items: [{ rating_key: key, library: 'Films' }] } },
        ]),
        candidates: [],
        kept: [],
      })
    },
    pickMatch: async ({ scene_id, rating_key }) => {
      picked.push(...letters.filter((letter) => letter.scene_id === scene_id))
      letters = letters.filter((letter) => letter.scene_id !== scene_id)
      publishCounts()
      return ok({ path: data.fileOf(Number(scene_id)), rating_key })
    },
    unpickMatch: async ({ scene_id }) => {
      letters = [...letters, ...picked.filter((letter) => letter.scene_id === scene_id)].toSorted((a, b) => a.id - b.id)
      publishCounts()
      return ok({ changes: [] })
    },
    testPaths: async ({ path_map }) => {
      if (world === 'failing') return fail('unreachable', 'http://192.168.1.10:32400 refused the connection.')
      return ok(
        path_map === '' || (path_map === undefined && values.path_map === undefined)
          ? { ...data.pathTest(0), rules: [] }
          : data.pathTest(17),
      )
    },
    suggestPaths: async () => (world === 'failing' ? broken() : ok(data.pathTest(17))),
    startReconcile: async ({ scope, dry_run }) => {
      run = data.reconcileRun(Date.now(), {
        id: 8,
        scope,
        dry_run,
        state: 'running',
        started_at: data.iso(Date.now() - 6_000),
        finished_at: null,
        scenes_checked: 12_500,
      })
      return ok(run)
    },
    cancelReconcile: async () => {
      run = { ...(run ?? data.reconcileRun(now)), state: 'cancelled', finished_at: data.iso(Date.now()) }
      return ok(run)
    },
    getPlays: async () => (world === 'failing' ? broken() : ok(playsNow())),
    pullPlays: async ({ dry_run }) =>
      ok(
        plays.pullReport(
          dry_run
            ? {
                runs: [],
                from_day: { day: '2026-01-01', applied: 14, scenes: 9 },
                sample: Array.from({ length: 4 }, (_, index) => plays.playRow(index * 12, now)),
              }
            : {},
        ),
      ),
    listPlays: async ({ state, offset, limit }) => {
      if (world === 'failing') return broken()
      const found = Array.from({ length: playRows }, (_, index) => plays.playRow(index, now)).filter(
        (row) => state === undefined || row.state === state,
      )
      return ok({ total: found.length, rows: found.slice(offset, offset + limit) })
    },
    undoPlays: async () => ok({ undone: 14, resume: 3, ratings: 1, kept: 0 }),
    listPlayAccounts: async () =>
      ok({
        accounts: [
          { id: 1, name: 'Owner' },
          { id: 7, name: 'Guest' },
        ],
      }),
    getReconcile: async () => (world === 'failing' ? broken() : ok({ run })),
    listReconciles: async () =>
      world === 'failing'
        ? broken()
        : ok({ runs: run === null ? [] : data.lastRuns(run, now), next_at: data.iso(now + 14 * 3_600_000) }),
    listGapPairs: async () => ok({ pairs: run === null ? [] : data.gapPairs(world === 'rows' ? 200 : 3) }),
    listGaps: async ({ kind, skipped, text, offset, limit }) => {
      const found = gaps.filter(
        (gap) =>
          (!kind || gap.kind === kind) &&
          (skipped === undefined || (gap.skipped !== null) === skipped) &&
          (!text || `${gap.title} ${gap.path}`.toLowerCase().includes(text.toLowerCase())),
      )
      const rows = found.slice(offset, offset + limit)
      const [first, last] = [rows[0], rows.at(-1)].map((gap) => gap && gaps.indexOf(gap) + 1)
      const ends = first && last ? { first: { key: first, id: first }, last: { key: last, id: last } } : null
      return ok({ total: found.length, rows, ends })
    },
    enqueueGaps: async ({ scene_ids }) =>
      ok({
        scenes: scene_ids?.length ?? 54,
        enqueued: scene_ids?.length ?? 43,
        skipped: { no_file: 0, no_metadata: 0, already_queued: 0, filtered: 0 },
      }),
    listLogs: async ({ limit, level, component, text }) => {
      if (world === 'failing') return broken()
      const all = lines.filter(
        (line) =>
          (level !== 'warning' || line.level === 'warning' || line.level === 'error') &&
          (level === 'debug' || level === 'trace' || line.level !== 'debug') &&
          (!component || line.component === component) &&
          (!text || line.line.includes(text)),
      )
      return ok({ lines: all.slice(-limit) })
    },
    runHealthChecks: async () => ok({ checks: data.healthChecks(world === 'failing') }),
    listOutages: async () =>
      world === 'empty' || world === 'setup'
        ? ok({ outages: [], servers: [] })
        : ok(data.outageReport(now, world === 'failing')),
    getBugReport: async () => ok({ text: 'PlexSync 1.0.0\nNode 24.21.0, linux\n\n[PlexSync] Initialization complete' }),
    listSettings: async () => ok(settings()),
    saveSettings: async ({ values: wanted }) => {
      for (const [name, raw] of Object.entries(wanted)) {
        if (!isSettingName(name)) return fail('unknown_name', `${name}: no such setting`)
        const parsed = parseSetting(name, raw)
        if (!parsed.ok) return parsed
        const isSecret = secretNames.includes(name) && parsed.value !== ''
        values = { ...values, [name]: isSecret ? `set, ends in ${String(parsed.value).slice(-4)}` : parsed.value }
      }
      const configured = (url: string | undefined) => url !== undefined && url !== ''
      change({
        plex: { ...status.plex, configured: configured(values.plex_url?.toString()) },
        stash: { ...status.stash, configured: configured(values.stash_url?.toString()) },
      })
      emit({ name: 'settings', data: settings() })
      return ok(settings())
    },
    resetSettings: async ({ names }) => {
      values = Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
      return ok(settings())
    },
    exportSettings: async () => ok({ document: '{"format":1}' }),
    importSettings: async () => ok(settings()),
    importFromStash2Plex: async () =>
      ok({
        imported: [
          { name: 'plex_url', value: 'http://192.168.1.10:32400', from: 'plex_url' },
          { name: 'max_retries', value: '8', from: 'max_retries' },
        ],
        not_imported: [
          { from: 'stash2plex_dryrun', reason: 'PlexSync has no such setting', code: 'no_such_setting', values: {} },
        ],
      }),
    createBackup: async () => ok({ file: '/home/ada/.local/share/plexsync/backup.sqlite', bytes: 182_400_000 }),
    restoreBackup: async () => ok({ kept_aside: '/home/ada/.local/share/plexsync/plexsync.sqlite.aside' }),
    clearPictures: async () => ok({ pictures: 1_204, bytes: 96_400_000 }),
    startPlexSignIn: async () =>
      ok({ id: 5, code: 'X7QD', url: 'https://app.plex.tv/auth#?code=X7QD', expires_at: data.iso(now + 900_000) }),
    pollPlexSignIn: async () => {
      polls++
      if (polls < 2) return ok({ state: 'waiting' })
      values = { ...values, plex_token: 'set, ends in x7Qd' }
      return ok({ state: 'approved' })
    },
    listPlexServers: async () =>
      world === 'failing'
        ? fail('unreachable', 'plex.tv does not answer.')
        : ok({
            servers: [
              {
                name: 'Attic',
                machine_identifier: 'a1b2c3',
                version: '1.42.1.10060',
                owned: true,
                addresses: [
                  { uri: 'http://192.168.1.10:32400', local: true, relay: false, reachable: true, milliseconds: 4 },
                  {
                    uri: 'https://84-23-11-9.a1b2c3.plex.direct:32400',
                    local: false,
                    relay: false,
                    reachable: false,
                    milliseconds: null,
                  },
                  {
                    uri: 'https://relay.plex.direct:8443',
                    local: false,
                    relay: true,
                    reachable: true,
                    milliseconds: 148,
                  },
                ],
                best: 'http://192.168.1.10:32400',
              },
            ],
          }),
    choosePlexServer: async ({ uri }) => {
      values = { ...values, plex_url: uri }
      change({ plex: { ...status.plex, configured: true, reachable: true } })
      return ok(plexTest)
    },
    testPlex: async ({ plex_url }) =>
      plex_url?.includes('wrong') || world === 'failing'
        ? fail('unreachable', `${plex_url ?? 'http://192.168.1.10:32400'} refused the connection.`)
        : ok(plexTest),
    testStash: async ({ stash_url }) =>
      stash_url?.includes('wrong') || world === 'failing'
        ? fail('unreachable', `${stash_url ?? 'http://localhost:9999'} refused the connection.`)
        : ok({ version: 'v0.29.3', scenes: 39_111, os: 'linux' }),
    getPluginStatus: async () =>
      ok({
        installed: world !== 'setup',
        enabled: world !== 'setup',
        version: world === 'setup' ? null : '1.0.0',
        current_version: '1.0.0',
        variant: world === 'setup' ? null : 'js',
        address: world === 'setup' ? null : 'http://127.0.0.1:9797/hooks/stash',
        reaches_us: world === 'setup' ? null : true,
        knows_token: world === 'setup' ? null : true,
        others: null,
        last_event_at: status.last_event_at,
      }),
    installPlugin: async ({ consent }) =>
      consent
        ? ok({
            installed: true,
            variant: 'js',
            method: 'folder',
            others: null,
            steps: ['Wrote plexsync.yml', 'Reloaded the plugins', 'A ping arrived'],
          })
        : fail('invalid_input', 'consent: must be given'),
    exportPlugin: async () => ok({ files: ['plexsync.yml', 'plexsync.js'] }),
    getAbout: async () =>
      ok({
        version: '1.0.0',
        node: '24.21.0',
        platform: 'linux x64',
        host: 'headless',
        data_folder: '/home/ada/.local/share/plexsync',
        secrets_warning: null,
      }),
  }
  return { handlers, calls, status: () => status }
}

function explainedBy(steps: MatchStep[]): { steps: string[]; step_codes: MatchStep[] } {
  return { steps: steps.map(englishStep), step_codes: steps }
}
