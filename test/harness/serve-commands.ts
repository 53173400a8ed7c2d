import type { FaultRule } from './fault-script.ts'
import type { PartSeed } from './plex-item.ts'
import type { ItemSeed } from './plex-library.ts'
import type { WatchOptions } from './plex-playback.ts'
import { fullRow } from './plex-row.ts'
import type { PlexServer } from './plex-server.ts'
import type { PlexTvServer } from './plex-tv-server.ts'
import type { RequestLog, RequestMatch } from './request-log.ts'
import { checkSample } from './sample-check.ts'
import { sampleJpeg } from './sample-images.ts'
import type { SampleLibrary } from './sample-library.ts'
import type { HookTarget } from './stash-hooks.ts'
import type { FileSeed, SceneSeed } from './stash-library.ts'
import type { StashServer } from './stash-server.ts'

/** Everything that one process of simulated servers holds. */
export interface ServedWorld {
  plex: PlexServer
  stash: StashServer
  plexTv: PlexTvServer
  sample: SampleLibrary
  /** Portraits of the items that must not change. */
  before: Map<number, string>
}

type Which = 'plex' | 'stash' | 'plexTv'
type Given = Record<string, unknown>
type Command = (world: ServedWorld, given: Given) => unknown

/** What the control endpoint understands: `{"command": "counts", …arguments}`. */
export const serveCommands: Record<string, Command> = {
  /** Requests per label and in all, of every server. */
  counts: ({ plex, stash, plexTv }) => ({ plex: counts(plex), stash: counts(stash), plexTv: counts(plexTv) }),
  resetRequests: ({ plex, stash, plexTv }) => {
    for (const { requests } of [plex, stash, plexTv]) requests.reset()
  },
  /** `{server, match?, limit?}`: the last requests. */
  requests: (world, { server, match, limit }) =>
    pick(world, server)
      .requests.filter(readMatch((match ?? {}) as RequestMatch))
      .slice(-Number(limit ?? 1000))
      .map(({ seq, method, path, query, label, status, fault, bytes, at }) => ({
        seq,
        method,
        path,
        query,
        label,
        status,
        fault,
        bytes,
        at,
      })),
  /** `{ids?}`: items in full, as `/library/metadata` shows them. */
  plexItems: ({ plex }, { ids }) => {
    const keys = (ids as number[] | undefined) ?? [...plex.library.items.keys()]
    return keys.map((key) => fullRow(plex.library, plex.library.item(Number(key)), { checkFiles: false }))
  },
  /** The sample's scenes with their ids and expectations. */
  sample: ({ sample }) => sample.scenes,
  /** Compares Plex with the sample's expectations. */
  check: ({ sample, plex, before }) => checkSample(sample, plex, before),
  /** `{server, rule, holds?}`; a path between slashes is a regular expression, `holds` is a part of the body. */
  fault: (world, { server, rule, holds }) => {
    const where = holds === undefined ? {} : { where: ({ body }: { body: string }) => body.includes(String(holds)) }
    pick(world, server).faults.add({ ...readMatch(rule as FaultRule), ...where })
  },
  clearFaults: ({ plex, stash, plexTv }) => {
    for (const { faults } of [plex, stash, plexTv]) faults.clear()
  },
  latency: (world, { server, ms }) => {
    pick(world, server).faults.latencyMs = Number(ms)
  },
  down: (world, { server }) => pick(world, server).down(),
  up: (world, { server }) => pick(world, server).up(),
  dropConnections: ({ plex, stash }, { server }) => (server === 'plex' ? plex : stash).dropConnections(),
  /** `{server, values}`: settings of a running server, e.g. `{tagEdits: "replace"}` or `{token: "…"}`. */
  settings: ({ plex, stash }, { server, values }) => {
    Object.assign(server === 'plex' ? plex.settings : stash.settings, values)
  },
  plexMode: ({ plex }, { mode }) => plex.setMode(mode as 'ready'),
  plexEdit: ({ plex }, { ratingKey, edit }) => {
    plex.library.editByPerson(Number(ratingKey), edit as Parameters<typeof plex.library.editByPerson>[1])
  },
  plexRefresh: ({ plex }, { ratingKey }) => {
    plex.library.refreshByAgent(Number(ratingKey))
  },
  plexAdd: ({ plex }, { item }) => plex.library.addItem(item as ItemSeed).ratingKey,
  plexRemove: ({ plex }, { ratingKey }) => plex.library.removeItem(Number(ratingKey)),
  plexRename: ({ plex }, { from, to }) => plex.library.renameFile(String(from), String(to)).ratingKey,
  plexDisk: ({ plex }, { file }) => plex.scans.putOnDisk(file as string | PartSeed),
  /** `{ratingKey, options?}`: watched to the end; answers the history row. */
  plexWatch: ({ plex }, { ratingKey, options }) =>
    plex.playback.watch(Number(ratingKey), (options ?? {}) as WatchOptions),
  /** `{rows}`: the owner watched every item this number of times, an hour between two views, without a live session. */
  plexWatchAll: ({ plex }, { rows }) => {
    const notify = plex.playback.onPlaying
    plex.playback.onPlaying = () => {}
    let viewedAt = plex.library.seconds()
    for (let row = 0; row < Number(rows); row++)
      for (const ratingKey of plex.library.items.keys()) {
        viewedAt -= 3600
        plex.playback.watch(ratingKey, { viewedAt })
      }
    plex.playback.onPlaying = notify
  },
  /** `{ratingKey, viewOffset}`: stopped before the end. */
  plexStopAt: ({ plex }, { ratingKey, viewOffset }) => plex.playback.stopAt(Number(ratingKey), Number(viewOffset)),
  /** `{ratingKey, watched}`: marked by hand. */
  plexMark: ({ plex }, { ratingKey, watched }) => plex.playback.mark(Number(ratingKey), watched === true),
  /** `{ratingKey, rating}`: rated by the owner; null clears. */
  plexRate: ({ plex }, { ratingKey, rating }) =>
    plex.playback.rate(Number(ratingKey), rating === null ? null : Number(rating)),
  /** `{id, name}`: adds or renames an account. */
  plexAccount: ({ plex }, { id, name }) => {
    plex.playback.accounts.set(Number(id), String(name))
  },
  plexHistory: ({ plex }) => plex.playback.history,
  /** `{id}`: what Stash keeps about watching a scene. */
  stashActivity: ({ stash }, { id }) => {
    const { playTimes, resume_time, rating100 } = stash.library.scene(Number(id))
    return { playTimes, resume_time, rating100 }
  },
  stashAdd: ({ stash }, { scene }) => stash.library.addScene(scene as SceneSeed).id,
  stashDisk: ({ stash }, { file }) => stash.actions.putOnDisk(file as string | FileSeed),
  /** `{name, args}`: one of the actions of people and tasks; answers the hooks. */
  stashAction: ({ stash }, { name, args }) => {
    const action = (stash.actions as unknown as Record<string, unknown>)[String(name)]
    if (typeof action !== 'function') throw new Error(`no action ${name}`)
    return action.apply(stash.actions, (args ?? []) as unknown[]) as unknown
  },
  /** `{id, seed}`: a new cover by the generate task. */
  stashCover: ({ stash }, { id, seed }) => stash.actions.generateCover(Number(id), sampleJpeg(String(seed))),
  /** `{target}`: where actions send their hooks; null for nowhere. */
  connectHooks: ({ stash }, { target }) => stash.connectHooks(target as HookTarget | null),
  hooksDelivered: ({ stash }) => stash.hooksDelivered(),
  stashPlugins: ({ stash }) => stash.plugins.list().map(({ id, enabled, version }) => ({ id, enabled, version })),
  /** Clients that hold a websocket to Stash. */
  stashSubscribers: ({ stash }) => stash.subscribers,
  stashLog: ({ stash }) => stash.jobs.log,
  openCodes: ({ plexTv }) => plexTv.openCodes,
  approvePin: ({ plexTv }, { code }) => plexTv.approve(String(code)),
  memory: () => process.memoryUsage(),
}

function pick(world: ServedWorld, which: unknown): PlexServer | StashServer | PlexTvServer {
  const server = world[which as Which]
  if (!server) throw new Error(`no server ${which}`)
  return server
}

function counts({ requests }: { requests: RequestLog }): { total: number; labels: Record<string, number> } {
  return { total: requests.total, labels: requests.counts() }
}

function readMatch<T extends RequestMatch>(match: T): T {
  const { path } = match
  const expression = typeof path === 'string' ? /^\/(.+)\/$/.exec(path)?.[1] : undefined
  return expression ? { ...match, path: new RegExp(expression) } : match
}
