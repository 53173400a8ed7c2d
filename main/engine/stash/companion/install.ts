/**
 * Installs the companion into Stash: writes it into Stash's plugins folder where this process shares it, else lets Stash
 * get it as a package; then asks Stash whether it holds what was installed, and has the plugin say something to PlexSync.
 * Only what answered counts as installed. Where an address or variant fails, the next one is tried.
 */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { ok, type Result, textOf } from '../../../../shared/result.ts'
import type { Clock, NewId } from '../../ports.ts'
import { companionFiles } from './companion.ts'
import { packageOf } from './companion-package.ts'
import type { HookAddress } from './hook-address.ts'
import { type CompanionSpec, type CompanionVariant, companionId, readDescription } from './manifest.ts'
import type { PackageShelf } from './package-shelf.ts'
import { removePlugin, writePlugin } from './plugin-folder.ts'
import type { StashPlugin, StashPlugins } from './stash-plugins.ts'

export interface InstallRequest {
  /** In the order in which to try them. */
  readonly addresses: readonly HookAddress[]
  readonly token: string
  readonly version: string
  /** The one that was asked for, then no other is tried; null for the better one. */
  readonly variant: CompanionVariant | null
  readonly stashIsHere: boolean
  /** Whether the hook listener runs: without it there is no package to get, and no answer to a test. */
  readonly isListening: boolean
}

export interface InstallPorts {
  readonly stash: StashPlugins
  readonly shelf: PackageShelf
  readonly clock: Clock
  readonly newId: NewId
  /** Told of each step as it is done. */
  readonly say: (step: string) => void
}

export interface Installed {
  readonly installed: boolean
  readonly variant: CompanionVariant
  readonly method: 'folder' | 'package' | 'none'
}

/** `not_reached`: another address may do. `impossible`: nothing will. */
type Placed = 'folder' | 'package' | 'not_reached' | 'impossible'

/** Stash names systems as Go does, Node has its own names for one of them. */
const ownSystem = process.platform === 'win32' ? 'windows' : process.platform

/** Faults are those of Stash's GraphQL: what can be mended by another way is a step, not a fault. */
export function installCompanion(
  request: InstallRequest,
  ports: InstallPorts,
  signal: AbortSignal,
): Promise<Result<Installed>> {
  return new Installation(request, ports, signal).run()
}

class Installation {
  readonly #request: InstallRequest
  readonly #ports: InstallPorts
  readonly #signal: AbortSignal
  /** Stash's plugins folder as long as it may be one that this process shares with Stash. */
  #folder: string | null = null

  constructor(request: InstallRequest, ports: InstallPorts, signal: AbortSignal) {
    this.#request = request
    this.#ports = ports
    this.#signal = signal
  }

  async run(): Promise<Result<Installed>> {
    const { addresses, variant: asked, token, version } = this.#request
    let variant: CompanionVariant = asked ?? 'js'
    const free = await this.#idIsFree()
    if (!free.ok) return free
    if (!free.value) return ok({ installed: false, variant, method: 'none' })
    const chosen = await this.#chooseFolder()
    if (!chosen.ok) return chosen
    let isLeftBehind = false
    for (const { base, isLoopback, why } of addresses) {
      this.#ports.say(`Address for Stash: ${base} (${why}).`)
      for (variant of variantsFor(isLoopback, asked)) {
        const build = this.#ports.newId().slice(0, 8)
        const placed = await this.#place({ variant, base, token, version, build })
        if (!placed.ok) return placed
        if (placed.value === 'impossible') return ok({ installed: false, variant, method: 'none' })
        if (placed.value === 'not_reached') break
        isLeftBehind = true
        const works = await this.#test(variant, base)
        if (!works.ok) return works
        if (works.value) return ok({ installed: true, variant, method: placed.value })
      }
    }
    return this.#giveUp(variant, isLeftBehind)
  }

  /** Whether no other plugin stands in the way. Stash loads only the first of those whose ids differ by case alone. */
  async #idIsFree(): Promise<Result<boolean>> {
    const plugins = await this.#ports.stash.list(this.#signal)
    if (!plugins.ok) return plugins
    const holder = plugins.value.find(({ id }) => id.toLowerCase() === companionId)
    if (holder === undefined) return ok(true)
    const about = holder.id === companionId ? readDescription(holder.description) : null
    if (about === null) {
      this.#ports.say(
        `Stash holds another plugin with the id '${holder.id}', and takes '${companionId}' for the same. ` +
          'Remove it in Stash under Settings > Plugins (or delete its folder and reload the plugins), then install again.',
      )
      return ok(false)
    }
    const version = holder.version ?? 'unknown'
    this.#ports.say(`Stash holds version ${version} (${about.variant}), reporting to ${about.base}: it is replaced.`)
    return ok(true)
  }

  async #chooseFolder(): Promise<Result<null>> {
    const { say, stash } = this.#ports
    if (!this.#request.stashIsHere) return ok(null)
    const told = await stash.folder(this.#signal)
    if (!told.ok) return told
    const { path, os } = told.value
    const problem =
      os !== '' && os !== ownSystem
        ? `Stash runs on ${os}`
        : isAbsolute(path)
          ? await whyNotWritable(path)
          : `Stash names it without a full path ('${path}')`
    if (problem === null) this.#folder = path
    else say(`The plugins folder of Stash cannot be written from here: ${problem}.`)
    return ok(null)
  }

  async #place(spec: CompanionSpec): Promise<Result<Placed>> {
    if (this.#folder !== null) {
      const placed = await this.#placeInFolder(this.#folder, spec)
      if (!placed.ok || placed.value) return placed.ok ? ok('folder') : placed
      this.#folder = null
    }
    return this.#placeAsPackage(spec)
  }

  /** False where Stash does not see what was written: then the folder only bears the same name as Stash's. */
  async #placeInFolder(pluginsFolder: string, spec: CompanionSpec): Promise<Result<boolean>> {
    const { say } = this.#ports
    const folder = join(pluginsFolder, companionId)
    const written = await writePlugin(folder, companionFiles(spec), await modeIn(pluginsFolder))
    if (!written.ok) {
      say(`${written.fault.message}.`)
      return ok(false)
    }
    const loaded = await this.#isLoaded(spec)
    if (!loaded.ok) return loaded
    if (loaded.value) {
      say(`Written to ${folder}, variant ${spec.variant}; Stash has loaded it.`)
      return ok(true)
    }
    const removed = await removePlugin(folder)
    say(
      `Stash does not see what was written to ${folder}: it runs in a container, or holds an earlier copy elsewhere. ` +
        (removed.ok ? 'It was removed again.' : `${removed.fault.message}.`),
    )
    return ok(false)
  }

  async #placeAsPackage(spec: CompanionSpec): Promise<Result<Placed>> {
    const { stash, shelf, clock, say } = this.#ports
    if (!this.#request.isListening) {
      say('Stash can get the plugin only while PlexSync runs: start it (plexsync serve), then install again.')
      return ok('impossible')
    }
    const { path, takeDown } = shelf.putUp(packageOf(companionFiles(spec), spec.version, clock.now()))
    const done = await stash.installPackage(`${spec.base}${path}`, this.#signal)
    takeDown()
    if (!done.ok) {
      if (done.fault.code !== 'rejected') return done
      say('This Stash cannot install packages (it came with 0.24): export the plugin and copy it, or update Stash.')
      return ok('impossible')
    }
    const loaded = await this.#isLoaded(spec)
    if (!loaded.ok) return loaded
    if (loaded.value) say(`Stash got the package from ${spec.base}, variant ${spec.variant}, and has loaded it.`)
    else if (!done.value) say(`Stash is busy: it did not begin or end the installation in time.`)
    else say(`Stash could not get the package from ${spec.base}; why stands in its log.`)
    return ok(loaded.value ? 'package' : 'not_reached')
  }

  /** Whether Stash holds exactly this build, and makes sure that it is switched on. */
  async #isLoaded({ build }: CompanionSpec): Promise<Result<boolean>> {
    const { stash, say } = this.#ports
    const reloaded = await stash.reload(this.#signal)
    if (!reloaded.ok) return reloaded
    const plugins = await stash.list(this.#signal)
    if (!plugins.ok) return plugins
    const held = plugins.value.find((plugin) => isBuild(plugin, build))
    if (held === undefined || held.enabled) return ok(held !== undefined)
    const enabled = await stash.setEnabled(true, this.#signal)
    if (!enabled.ok) return enabled
    say('It was switched off in Stash: it is switched on again.')
    return ok(true)
  }

  async #test(variant: CompanionVariant, base: string): Promise<Result<boolean>> {
    const { stash, say } = this.#ports
    const ping = await stash.ping(this.#signal)
    if (!ping.ok) return ping
    switch (ping.value.outcome) {
      case 'answered':
        say(`Tested: the plugin reached PlexSync at ${base}.`)
        return ok(true)
      case 'not_answered':
        if (!this.#request.isListening) {
          say('The plugin runs. Whether it reaches PlexSync shows once PlexSync runs (plexsync serve).')
          return ok(true)
        }
        say(`The plugin (${variant}) did not reach PlexSync: ${ping.value.said}.`)
        return ok(false)
      case 'not_run':
        say(`Stash cannot run the plugin (${variant}): ${ping.value.said}.`)
        return ok(false)
      case 'unknown':
        say('This Stash cannot test a plugin (it came with 0.27): save a scene and look whether the event arrives.')
        return ok(true)
    }
  }

  /** A plugin that cannot reach anybody, or cannot even start, would slow each save and may silence other plugins. */
  async #giveUp(variant: CompanionVariant, isLeftBehind: boolean): Promise<Result<Installed>> {
    const { stash, say } = this.#ports
    if (isLeftBehind) {
      const disabled = await stash.setEnabled(false, this.#signal)
      if (!disabled.ok) return disabled
      say('The plugin was left in Stash, switched off, so that it does no harm.')
    }
    say(
      'Stash reaches PlexSync under none of these addresses. Let PlexSync listen where Stash can call it (webhook_host), ' +
        'name that address in webhook_hosts and install again.',
    )
    return ok({ installed: false, variant, method: 'none' })
  }
}

/** Embedded JavaScript has no time limit of its own: best where a refused connection is told at once. */
function variantsFor(isLoopback: boolean, asked: CompanionVariant | null): readonly CompanionVariant[] {
  if (asked !== null) return [asked]
  return isLoopback ? ['js', 'python'] : ['python', 'js']
}

function isBuild({ id, description }: StashPlugin, build: string): boolean {
  return id === companionId && readDescription(description)?.build === build
}

async function whyNotWritable(folder: string): Promise<string | null> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`
    await access(folder, constants.W_OK)
    return null
  } catch (error) {
    return textOf(error)
  }
}

/** The script holds the hook token: nobody else reads it, unless Stash runs as another user. */
async function modeIn(folder: string): Promise<number> {
  return (await stat(folder)).uid === process.getuid?.() ? 0o600 : 0o644
}
