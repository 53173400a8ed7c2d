import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hookPayload } from './stash-hooks.ts'
import { parseManifest } from './stash-manifest.ts'
import type { StashHook } from './stash-model.ts'
import { installPackage, type RemotePackage, readIndex } from './stash-packages.ts'
import type { StashPlugin, StashPluginHost } from './stash-plugin.ts'
import { runPlugin, StartFailure } from './stash-plugin-runner.ts'

export interface PackageSource {
  name?: string | null
  url: string
  local_path?: string | null
}

/** The plugins: found on disk, configured, installed from sources, run. */
export class StashPlugins {
  readonly path: string | null
  /** `configuration.general.pluginPackageSources`; setting it replaces the whole list. */
  sources: PackageSource[] = [
    {
      name: 'Community (stable)',
      url: 'https://stashapp.github.io/CommunityScripts/stable/index.yml',
      local_path: 'community',
    },
  ]
  readonly #stash: StashPluginHost
  readonly #plugins = new Map<string, StashPlugin>()
  readonly #disabled = new Set<string>()
  readonly #configurations = new Map<string, Record<string, unknown>>()
  readonly #installed = new Map<string, { remote: RemotePackage; source: string; folder: string }>()

  constructor(stash: StashPluginHost, path: string | null) {
    this.#stash = stash
    this.path = path
  }

  /** Reads the folder again: every `*.yml`, in order of path; a broken one is logged and skipped. */
  async reload(): Promise<void> {
    this.#plugins.clear()
    if (this.path === null) return
    for (const file of (await manifests(this.path)).sort()) {
      const id = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1, -'.yml'.length)
      if ([...this.#plugins.keys()].some((known) => known.toLowerCase() === id.toLowerCase())) {
        this.#stash.jobs.write('Error', `Error loading plugin ${file}: plugin ID ${id} already exists`)
        continue
      }
      try {
        const manifest = parseManifest(await readFile(file, 'utf8'))
        this.#plugins.set(id, { ...manifest, id, folder: join(file, '..') })
      } catch (error) {
        this.#stash.jobs.write(
          'Error',
          `Error loading plugin ${file}: ${error instanceof Error ? error.message : error}`,
        )
      }
    }
  }

  /** As `plugins` shows them. */
  list() {
    return [...this.#plugins.values()].map((plugin) => {
      const shown = {
        id: plugin.id,
        name: plugin.name,
        description: plugin.description,
        url: plugin.url,
        version: plugin.version,
        enabled: !this.#disabled.has(plugin.id),
        settings: plugin.settings,
        requires: plugin.requires,
        tasks: [] as { name: string; description: string; plugin: unknown }[],
        hooks: [] as { name: string; description: string; hooks: string[]; plugin: unknown }[],
      }
      shown.tasks = plugin.tasks.map(({ name, description }) => ({ name, description, plugin: shown }))
      shown.hooks = plugin.hooks.map(({ name, description, triggeredBy: hooks }) => ({
        name,
        description,
        hooks,
        plugin: shown,
      }))
      return shown
    })
  }

  /** Every plugin's map of settings, or those of the named ones. */
  configurations(include: string[] | null): Record<string, Record<string, unknown>> {
    const all = [...this.#configurations].filter(([id]) => include === null || include.includes(id))
    return Object.fromEntries(all)
  }

  /** Overwrites a plugin's whole map; the plugin need not exist. */
  configure(id: string, input: Record<string, unknown>): Record<string, unknown> {
    this.#configurations.set(id, input)
    return input
  }

  setEnabled(enabled: Record<string, boolean>): void {
    for (const [id, on] of Object.entries(enabled)) {
      if (on) this.#disabled.delete(id)
      else this.#disabled.add(id)
    }
  }

  /** Installs packages one by one. Errors go to the log only. */
  async install(packages: { id: string; sourceURL: string }[]): Promise<void> {
    for (const { id, sourceURL } of packages) {
      try {
        if (this.path === null) throw new Error('plugins path is not set')
        const remote = (await readIndex(sourceURL)).find((candidate) => candidate.id === id)
        if (!remote) throw new Error('package not found')
        const local = this.sources.find((source) => source.url === sourceURL)?.local_path ?? ''
        const folder = join(this.path, local, id)
        await installPackage(sourceURL, remote, folder)
        this.#installed.set(id, { remote, source: sourceURL, folder })
      } catch (error) {
        const text = error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error)
        this.#stash.jobs.write('Error', `Error installing package ${id}: ${text}`)
      }
    }
    await this.reload()
  }

  async uninstall(packages: { id: string }[]): Promise<void> {
    for (const { id } of packages) {
      const known = this.#installed.get(id)
      if (known) await rm(known.folder, { recursive: true, force: true })
      this.#installed.delete(id)
    }
    await this.reload()
  }

  /** As `installedPackages` shows them: only what came from a configured source. */
  installed() {
    return [...this.#installed.values()]
      .filter(({ source }) => this.sources.some((known) => known.url === source))
      .map(({ remote, source }) => packageRow(remote, source))
  }

  async available(source: string) {
    return (await readIndex(source)).map((remote) => packageRow(remote, source))
  }

  /** The credential check of a stash-box, which POSTs to whatever address it is given and waits without a limit. */
  async validateCredentials(input: { endpoint: string; api_key: string }): Promise<{ valid: boolean; status: string }> {
    const query = 'query Me {\n\tme {\n\t\tname\n\t}\n}\n'
    let answer: { data?: { me?: { name?: string } | null }; errors?: { message: string }[] }
    try {
      const response = await fetch(input.endpoint, {
        method: 'POST',
        headers: {
          ApiKey: input.api_key,
          'Content-Type': 'application/json; charset=utf-8',
          Accept: 'application/json',
        },
        body: JSON.stringify({ query, operationName: 'Me' }),
      })
      const text = await response.text()
      if (!response.ok) return { valid: false, status: `Unauthorized or failed: ${response.status}` }
      answer = JSON.parse(text) as typeof answer
    } catch {
      return { valid: false, status: 'Unknown error' }
    }
    if (answer.errors?.length) return { valid: false, status: answer.errors[0]?.message ?? '' }
    // The real one dereferences nil here: recovered, but with a stack trace in its log.
    if (!answer.data?.me) throw new Error('runtime error: invalid memory address or nil pointer dereference')
    return { valid: true, status: `Successfully authenticated as ${answer.data.me.name ?? ''}` }
  }

  /** What a task of the manifest is run with: its own arguments, overruled by those given. */
  taskArguments(id: string, name: unknown, given: unknown): Record<string, unknown> {
    const task = this.#plugins.get(id)?.tasks.find((one) => one.name === name)
    return { ...task?.defaultArgs, ...(given as Record<string, unknown> | undefined) }
  }

  /** Runs a plugin's operation immediately and returns its output; its error is the query's error. */
  async run(id: string, args: Record<string, unknown>): Promise<unknown> {
    const plugin = this.#plugins.get(id)
    if (!plugin) throw new Error(`no plugin with ID ${id}`)
    const result = await runPlugin(this.#stash, plugin, args)
    if (result.error) throw new Error(result.error)
    return result.output
  }

  /** Runs all plugins that wait for these hooks, one after another. One that cannot start silences those after it. */
  async runHooks(hooks: readonly StashHook[]): Promise<void> {
    for (const hook of hooks) await this.#runHook(hook)
  }

  async #runHook(hook: StashHook): Promise<void> {
    for (const plugin of this.#plugins.values()) {
      if (this.#disabled.has(plugin.id)) continue
      for (const entry of plugin.hooks) {
        for (const trigger of entry.triggeredBy) {
          if (trigger !== hook.type) continue
          try {
            const args = { ...entry.defaultArgs, hookContext: hookPayload(hook, 'raw') }
            const { error } = await runPlugin(this.#stash, plugin, args)
            if (error) this.#stash.jobs.write('Error', `${plugin.name} [${entry.name}]: ${error}`)
          } catch (error) {
            this.#stash.jobs.write('Error', `${plugin.name}: ${error instanceof Error ? error.message : error}`)
            if (error instanceof StartFailure) return
          }
        }
      }
    }
  }
}

function packageRow(remote: RemotePackage, sourceURL: string) {
  return {
    package_id: remote.id,
    name: remote.name,
    version: remote.version,
    date: `${remote.date.replace(' ', 'T')}Z`,
    requires: [],
    sourceURL,
    source_package: null,
    metadata: {},
  }
}

async function manifests(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  const found: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    // stat follows symbolic links, as the real walk does.
    if ((await stat(path)).isDirectory()) found.push(...(await manifests(path)))
    else if (name.endsWith('.yml')) found.push(path)
  }
  return found
}
