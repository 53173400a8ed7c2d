import { activityMutations } from './stash-activity.ts'
import type { Resolver } from './stash-context.ts'
import { numericId } from './stash-find.ts'
import type { SceneChange } from './stash-scene-change.ts'
import { FilterError } from './stash-scene-filter.ts'
import { minorVersion } from './stash-schema.ts'
import type { StashState } from './stash-state.ts'

/** Queries about the server itself: state, configuration, plugins, packages, jobs. */
export const systemQueries: Record<string, Resolver> = {
  version: (_source, _args, { stash }) => ({
    version: `v${stash.settings.version}.1`,
    hash: 'cf3489ef',
    build_time: '2026-01-11 00:00:00',
  }),
  systemStatus: (_source, _args, { stash }) => ({
    databaseSchema: stash.settings.status === 'OK' ? 75 : stash.settings.status === 'SETUP' ? 0 : 74,
    appSchema: 75,
    databasePath: '/root/.stash/stash-go.sqlite',
    configPath: '/root/.stash/config.yml',
    status: stash.settings.status,
    os: stash.settings.os,
    workingDir: '/',
    homeDir: '/root',
    ffmpegPath: '/usr/bin/ffmpeg',
    ffprobePath: '/usr/bin/ffprobe',
  }),
  stats: (_source, _args, { stash: { library } }) => ({
    scene_count: library.scenes.size,
    scenes_size: 0,
    scenes_duration: 0,
    performer_count: library.performers.size,
    studio_count: library.studios.size,
    tag_count: library.tags.size,
  }),
  configuration: (_source, _args, { stash }) => ({
    general: general(stash),
    interface: { language: 'en-GB' },
    ui: {},
    plugins: ({ include }: { include?: string[] }) => stash.plugins.configurations(include ?? null),
  }),
  plugins: (_source, _args, { stash }) => (stash.settings.status === 'SETUP' ? null : stash.plugins.list()),
  pluginTasks: (_source, _args, { stash }) => stash.plugins.list().flatMap((plugin) => plugin.tasks),
  installedPackages: (_source, _args, { stash }) => stash.plugins.installed(),
  availablePackages: (_source, { source }, { stash }) => stash.plugins.available(source as string),
  validateStashBoxCredentials: (_source, { input }, { stash }) =>
    stash.plugins.validateCredentials(input as { endpoint: string; api_key: string }),
  jobQueue: (_source, _args, { stash }) => (stash.jobs.queue.length > 0 ? stash.jobs.queue : null),
  findJob: (_source, { input }, { stash }) => stash.jobs.find(numericId((input as { id: string }).id)),
  /** The latest thirty, the latest first. */
  logs: (_source, _args, { stash }) => stash.jobs.log.slice(-30).reverse(),
}

/** What a client may change. */
export const systemMutations: Record<string, Resolver> = {
  ...activityMutations,
  sceneUpdate: (_source, { input }, { stash }) => updateScene(stash, input as Record<string, unknown>),
  sceneDestroy: (_source, { input }, { stash }) => {
    const id = numericId((input as { id: string }).id)
    if (!stash.library.scenes.has(id)) throw new FilterError(`scene with id ${id} not found`)
    stash.actions.destroyScene(id)
    return true
  },
  metadataScan: (_source, _args, { stash }) => stash.jobs.start('Scanning...', () => scan(stash)),
  configureGeneral: (_source, { input }, { stash }) => {
    const { pluginPackageSources: sources } = input as { pluginPackageSources?: { url: string }[] }
    // The whole list is replaced: a client that does not send the old ones loses them.
    if (sources) stash.plugins.sources = sources
    return general(stash)
  },
  configurePlugin: (_source, { plugin_id: id, input }, { stash }) =>
    stash.plugins.configure(id as string, input as Record<string, unknown>),
  setPluginsEnabled: (_source, { enabledMap }, { stash }) => {
    stash.plugins.setEnabled(enabledMap as Record<string, boolean>)
    return true
  },
  runPluginTask: (_source, { plugin_id: id, task_name: task, args_map: args }, { stash }) =>
    stash.jobs.start('Running plugin task', async () => {
      await stash.plugins.run(id as string, stash.plugins.taskArguments(id as string, task, args))
    }),
  runPluginOperation: (_source, { plugin_id: id, args }, { stash }) =>
    stash.plugins.run(id as string, (args ?? {}) as Record<string, unknown>),
  reloadPlugins: async (_source, _args, { stash }) => {
    await stash.plugins.reload()
    return true
  },
  installPackages: (_source, { packages }, { stash }) =>
    stash.jobs.start('Installing packages...', () =>
      stash.plugins.install(packages as { id: string; sourceURL: string }[]),
    ),
  updatePackages: (_source, { packages }, { stash }) =>
    stash.jobs.start('Updating packages...', () =>
      stash.plugins.install((packages ?? []) as { id: string; sourceURL: string }[]),
    ),
  uninstallPackages: (_source, { packages }, { stash }) =>
    stash.jobs.start('Uninstalling packages...', () => stash.plugins.uninstall(packages as { id: string }[])),
  stopJob: (_source, { job_id: id }, { stash }) => stash.jobs.stop(numericId(id as string)),
}

function general(stash: StashState) {
  return {
    stashes: stash.settings.stashes.map((path) => ({ path, excludeVideo: false, excludeImage: false })),
    databasePath: '/root/.stash/stash-go.sqlite',
    generatedPath: '/root/.stash/generated',
    configFilePath: '/root/.stash/config.yml',
    pluginsPath: stash.settings.status === 'SETUP' ? '' : (stash.plugins.path ?? '/root/.stash/plugins'),
    scrapersPath: '/root/.stash/scrapers',
    pythonPath: '',
    apiKey: stash.settings.apiKey ?? '',
    username: stash.settings.apiKey === null ? '' : stash.settings.username,
    password: stash.settings.apiKey === null ? '' : '$2a$04$hashed',
    logLevel: 'Info',
    parallelTasks: 1,
    videoExtensions: ['mp4', 'mkv', 'avi', 'wmv', 'mov'],
    pluginPackageSources: stash.plugins.sources,
    scraperPackageSources: [],
  }
}

/** A scan takes its time by the clock; its scenes and hooks come at the end, before it is reported as complete. */
async function scan(stash: StashState): Promise<void> {
  const { scanMs } = stash.settings
  if (scanMs > 0) await new Promise<void>((resolve) => stash.library.clock.setTimer(scanMs, resolve))
  stash.actions.scan()
  await stash.hooksDelivered()
  stash.jobs.scanCompleted()
}

function updateScene(stash: StashState, input: Record<string, unknown>): unknown {
  const id = numericId(input.id as string)
  const scene = stash.library.scenes.get(id)
  if (!scene) throw new FilterError(`scene with id ${id} not found`)
  const change: SceneChange = {}
  for (const name of ['title', 'code', 'details', 'director', 'urls', 'date', 'rating100', 'organized'] as const) {
    if (input[name] !== undefined)
      Object.assign(change, { [name]: input[name] ?? (name === 'date' || name === 'rating100' ? null : '') })
  }
  if (change.date && !isDate(change.date, minorVersion(stash.settings.version))) {
    throw new FilterError(`converting date: parsing time "${change.date}"`)
  }
  const { library } = stash
  // Sets absolute values; play_count and o_counter are not taken over.
  for (const name of ['resume_time', 'play_duration'] as const) {
    if (typeof input[name] !== 'number') continue
    scene[name] = input[name]
    Object.assign(change, { [name]: input[name] })
  }
  if (input.studio_id !== undefined) change.studio = library.studios.get(Number(input.studio_id))?.name ?? null
  if (input.performer_ids) {
    change.performers = (input.performer_ids as string[]).flatMap((one) => library.performers.get(Number(one)) ?? [])
  }
  if (input.tag_ids)
    change.tags = (input.tag_ids as string[]).flatMap((one) => library.tags.get(Number(one))?.name ?? [])
  stash.actions.updateScene(id, change)
  return scene
}

/** Partial dates exist since 0.30. */
function isDate(text: string, minor: number): boolean {
  return minor >= 30 ? /^\d{4}(-\d{2}(-\d{2})?)?$/.test(text) : /^\d{4}-\d{2}-\d{2}$/.test(text)
}
