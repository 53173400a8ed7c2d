/** What Stash can be asked about its plugins, and told to do with them. */
import * as z from 'zod'
import { ok, type Result } from '../../../../shared/result.ts'
import { pause } from '../../pause.ts'
import type { Clock } from '../../ports.ts'
import type { StashClient } from '../client.ts'

export interface StashPlugin {
  readonly id: string
  readonly version: string | null
  readonly description: string | null
  readonly enabled: boolean
}

type Ping =
  /** The plugin ran and PlexSync answered it. */
  | { readonly outcome: 'answered' }
  /** The plugin ran, but got no response, or not the expected one. */
  | { readonly outcome: 'not_answered'; readonly said: string }
  /** The plugin could not be run, as where Python is missing. */
  | { readonly outcome: 'not_run'; readonly said: string }
  /** This Stash is too old to run a plugin directly. */
  | { readonly outcome: 'unknown' }

const pluginsQuery = 'query Plugins { plugins { id version description enabled } }'
const pluginsSchema = z.object({
  plugins: z
    .array(
      z.object({
        id: z.string(),
        version: z.string().nullish().default(null),
        description: z.string().nullish().default(null),
        enabled: z.boolean(),
      }),
    )
    .nullable(),
})

const folderQuery = 'query PluginFolder { configuration { general { pluginsPath } } systemStatus { os } }'
const folderSchema = z.object({
  configuration: z.object({ general: z.object({ pluginsPath: z.string().nullish() }) }),
  systemStatus: z.object({ os: z.string().nullish() }),
})

const reloadMutation = 'mutation ReloadPlugins { reloadPlugins }'
const enableMutation = 'mutation EnablePlugins($enabled: BoolMap!) { setPluginsEnabled(enabledMap: $enabled) }'

const installMutation = `mutation InstallPackages($packages: [PackageSpecInput!]!) {
  installPackages(type: Plugin, packages: $packages)
}`
const installSchema = z.object({ installPackages: z.coerce.string() })
const jobQuery = 'query Job($id: ID!) { findJob(input: { id: $id }) { status } }'
const jobSchema = z.object({ findJob: z.object({ status: z.string() }).nullish() })
const endedJob: ReadonlySet<string> = new Set(['FINISHED', 'CANCELLED', 'FAILED'])

const pingMutation = 'mutation PingPlugin($id: ID!) { runPluginOperation(plugin_id: $id, args: { mode: "ping" }) }'
const pingSchema = z.object({ runPluginOperation: z.unknown() })

const taskMutation = `mutation TestPlugin($id: ID!) {
  runPluginTask(plugin_id: $id, task_name: "Test the connection")
}`

/** Stash waits 10 s for an index that does not come; then it gets the zip, and reloads its plugins. */
const longestJobMs = 30_000
const jobLookMs = 250

export class StashPlugins {
  readonly #graphql: StashClient['graphql']
  readonly #clock: Clock

  constructor(graphql: StashClient['graphql'], clock: Clock) {
    this.#graphql = graphql
    this.#clock = clock
  }

  async list(signal?: AbortSignal): Promise<Result<readonly StashPlugin[]>> {
    const response = await this.#graphql(pluginsQuery, {}, pluginsSchema, signal)
    return response.ok ? ok(response.value.plugins ?? []) : response
  }

  /** Where Stash looks for plugins, as its own machine names it, and that machine's system (`linux`, `windows`, `darwin`). */
  async folder(signal?: AbortSignal): Promise<Result<{ path: string; os: string }>> {
    const response = await this.#graphql(folderQuery, {}, folderSchema, signal)
    if (!response.ok) return response
    const { configuration, systemStatus } = response.value
    return ok({ path: configuration.general.pluginsPath ?? '', os: systemStatus.os ?? '' })
  }

  reload(signal?: AbortSignal): Promise<Result<unknown>> {
    return this.#graphql(reloadMutation, {}, z.unknown(), signal)
  }

  /** Stash: only the plugins in the map change. */
  setEnabled(id: string, enabled: boolean, signal?: AbortSignal): Promise<Result<unknown>> {
    return this.#graphql(enableMutation, { enabled: { [id]: enabled } }, z.unknown(), signal)
  }

  /**
   * Lets Stash get and unpack the companion from a package source, and waits for the end of that job. Whether it worked
   * must be looked up in `list`: Stash writes its errors into its log only, and the job ends as FINISHED all the same.
   * False if the job takes too long; `rejected` where this Stash cannot install packages (before 0.24).
   */
  async installPackage(id: string, sourceUrl: string, signal?: AbortSignal): Promise<Result<boolean>> {
    const packages = [{ id, sourceURL: sourceUrl }]
    const job = await this.#graphql(installMutation, { packages }, installSchema, signal)
    if (!job.ok) return job
    const latest = this.#clock.now() + longestJobMs
    for (;;) {
      const looked = await this.#graphql(jobQuery, { id: job.value.installPackages }, jobSchema, signal)
      if (!looked.ok) return looked
      // Stash forgets ended jobs after a while.
      if (looked.value.findJob == null || endedJob.has(looked.value.findJob.status)) return ok(true)
      if (this.#clock.now() >= latest) return ok(false)
      await pause(jobLookMs, this.#clock)
    }
  }

  /** Runs the plugin's own test as a job; for Stash 0.24, which cannot run a plugin directly. The outcome shows in the arriving ping. */
  runTest(id: string, signal?: AbortSignal): Promise<Result<unknown>> {
    return this.#graphql(taskMutation, { id }, z.unknown(), signal)
  }

  /** Has the companion say something to PlexSync. Faults: only if Stash itself could not be asked. */
  async ping(id: string, signal?: AbortSignal): Promise<Result<Ping>> {
    const response = await this.#graphql(pingMutation, { id }, pingSchema, signal)
    if (response.ok) {
      const said = response.value.runPluginOperation
      if (said === 'ok') return ok({ outcome: 'answered' })
      return ok({ outcome: 'not_answered', said: typeof said === 'string' ? said : 'the plugin said nothing' })
    }
    switch (response.fault.code) {
      case 'server_error':
        return ok({ outcome: 'not_run', said: response.fault.message })
      case 'timeout':
        return ok({ outcome: 'not_answered', said: 'the plugin did not end in time' })
      case 'rejected':
        return ok({ outcome: 'unknown' })
      default:
        return response
    }
  }
}
