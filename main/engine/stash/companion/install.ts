/**
 * Installs the companion into Stash: writes it into Stash's plugins folder where this process shares it, else lets Stash
 * get it as a package; then asks Stash whether it holds what was installed, and has the plugin say something to PlexSync.
 * Only what answered counts as installed. Where an address or variant fails, the next one is tried.
 */
import { ok, type Result } from '../../../../shared/result.ts'
import type { NewId } from '../../ports.ts'
import { companionFiles } from './companion.ts'
import { type HeldCompanion, holdingsOf, type OwnCompanion } from './companion-owner.ts'
import { packageOf } from './companion-package.ts'
import { type CompanionTestDeps, testCompanion } from './companion-test.ts'
import type { HookAddress } from './hook-address.ts'
import { type CompanionSpec, type CompanionVariant, companionId, readDescription } from './manifest.ts'
import type { PackageShelf } from './package-shelf.ts'
import { openSharedFolder, type SharedFolder } from './shared-folder.ts'
import type { StashPlugin, StashPlugins } from './stash-plugins.ts'

export interface InstallRequest {
  /** In the order in which to try them. */
  readonly addresses: readonly HookAddress[]
  readonly token: string
  readonly version: string
  readonly own: OwnCompanion
  /** Beside the plugin of another PlexSync, under a separate id. */
  readonly beside: boolean
  /** The one that was asked for, then no other is tried; null for the better one. */
  readonly variant: CompanionVariant | null
  readonly stashIsHere: boolean
  /** Whether the hook listener runs: without it there is no package to get, and no response to a test. */
  readonly isListening: boolean
}

export interface InstallDeps extends CompanionTestDeps {
  readonly stash: StashPlugins
  readonly shelf: PackageShelf
  readonly newId: NewId
}

export interface Installed {
  readonly installed: boolean
  readonly variant: CompanionVariant
  readonly method: 'folder' | 'package' | 'none'
  /** Where the plugin of another PlexSync reports that holds the id; null if there is none. */
  readonly others: string | null
}

/** `not_reached`: another address may do. `impossible`: nothing will. */
type Placed = 'folder' | 'package' | 'not_reached' | 'impossible'

/** Faults are those of Stash's GraphQL: what can be mended by another way is a step, not a fault. */
export function installCompanion(
  request: InstallRequest,
  deps: InstallDeps,
  signal: AbortSignal,
): Promise<Result<Installed>> {
  return new Installation(request, deps, signal).run()
}

class Installation {
  readonly #request: InstallRequest
  readonly #deps: InstallDeps
  readonly #signal: AbortSignal
  /** Null once it is known that this process shares none with Stash. */
  #folder: SharedFolder | null = null
  #id = companionId
  /** What was there before: put back where nothing better comes of it. */
  #before: HeldCompanion | null = null

  constructor(request: InstallRequest, deps: InstallDeps, signal: AbortSignal) {
    this.#request = request
    this.#deps = deps
    this.#signal = signal
  }

  async run(): Promise<Result<Installed>> {
    const { addresses, variant: asked, token, version } = this.#request
    let variant: CompanionVariant = asked ?? 'js'
    const free = await this.#chooseId()
    if (!free.ok) return free
    const { others } = free.value
    const none = { installed: false, method: 'none', others } as const
    if (!free.value.isFree) return ok({ ...none, variant })
    if (asked === null && !addresses.some(({ isLoopback }) => isLoopback)) {
      this.#deps.say({ code: 'network_only', values: {} })
      return ok({ ...none, variant })
    }
    const chosen = await this.#chooseFolder()
    if (!chosen.ok) return chosen
    let isLeftBehind = false
    for (const { base, isLoopback, why } of addresses) {
      this.#deps.say({ code: 'address', values: { base, why } })
      for (variant of variantsFor(isLoopback, asked)) {
        const build = this.#deps.newId().slice(0, 8)
        const placed = await this.#place({ id: this.#id, variant, base, token, version, build })
        if (!placed.ok) return placed
        if (placed.value === 'impossible') return ok({ ...none, variant })
        if (placed.value === 'not_reached') break
        isLeftBehind = true
        const { isListening } = this.#request
        const works = await testCompanion({ id: this.#id, variant, base, isListening }, this.#deps, this.#signal)
        if (!works.ok) return works
        if (works.value) return ok({ installed: true, variant, method: placed.value, others })
      }
    }
    const gone = await this.#giveUp(isLeftBehind)
    return gone.ok ? ok({ ...none, variant }) : gone
  }

  /** Under which id: another PlexSync on the same Stash keeps its own, after a question. */
  async #chooseId(): Promise<Result<{ readonly isFree: boolean; readonly others: string | null }>> {
    const plugins = await this.#deps.stash.list(this.#signal)
    if (!plugins.ok) return plugins
    const { own, others, obstacle, freeId } = holdingsOf(plugins.value, this.#request.own)
    const { say } = this.#deps
    if (own !== null) {
      this.#id = own.plugin.id
      this.#before = own
      const version = own.plugin.version ?? 'unknown'
      const { variant, base } = own.about
      say({ code: 'replaces', values: { version, variant, base } })
      return ok({ isFree: true, others: others?.about.base ?? null })
    }
    if (obstacle !== null) {
      say({ code: 'id_taken', values: { id: obstacle.id, own: companionId } })
      return ok({ isFree: false, others: null })
    }
    if (others === null) return ok({ isFree: true, others: null })
    const { base } = others.about
    if (!this.#request.beside) {
      say({ code: 'other_plexsync', values: { base, id: freeId } })
      return ok({ isFree: false, others: base })
    }
    this.#id = freeId
    say({ code: 'beside_other', values: { base, id: freeId } })
    return ok({ isFree: true, others: base })
  }

  async #chooseFolder(): Promise<Result<null>> {
    const { say, stash } = this.#deps
    if (!this.#request.stashIsHere) return ok(null)
    const path = await stash.folder(this.#signal)
    if (!path.ok) return path
    const folder = await openSharedFolder(path.value)
    if (typeof folder === 'string') say({ code: 'folder_not_writable', values: { why: folder } })
    else this.#folder = folder
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

  /** False if Stash does not see what was written: then the folder only has the same name as Stash's. */
  async #placeInFolder(shared: SharedFolder, spec: CompanionSpec): Promise<Result<boolean>> {
    const { say } = this.#deps
    const folder = shared.folderOf(spec.id)
    const written = await shared.write(spec)
    if (!written.ok) {
      say({ code: 'not_written', values: { message: written.fault.message } })
      return ok(false)
    }
    const loaded = await this.#isLoaded(spec)
    if (!loaded.ok) return loaded
    if (loaded.value) {
      say({ code: 'written', values: { folder, variant: spec.variant } })
      return ok(true)
    }
    const removed = await shared.putBack(spec.id)
    say({ code: 'not_seen', values: { folder, problem: removed.ok ? null : removed.fault.message } })
    return ok(false)
  }

  async #placeAsPackage(spec: CompanionSpec): Promise<Result<Placed>> {
    const { stash, shelf, clock, say } = this.#deps
    if (!this.#request.isListening) {
      say({ code: 'not_listening', values: {} })
      return ok('impossible')
    }
    const { path, takeDown } = shelf.putUp(await packageOf(spec.id, companionFiles(spec), spec.version, clock.now()))
    const done = await stash.installPackage(spec.id, `${spec.base}${path}`, this.#signal)
    takeDown()
    if (!done.ok) {
      if (done.fault.code !== 'rejected') return done
      say({ code: 'no_packages', values: {} })
      return ok('impossible')
    }
    const loaded = await this.#isLoaded(spec)
    if (!loaded.ok) return loaded
    if (loaded.value) say({ code: 'package_loaded', values: { base: spec.base, variant: spec.variant } })
    else if (!done.value) say({ code: 'stash_busy', values: {} })
    else say({ code: 'package_not_got', values: { base: spec.base } })
    return ok(loaded.value ? 'package' : 'not_reached')
  }

  /** Whether Stash holds exactly this build, and makes sure that it is switched on. */
  async #isLoaded({ id, build }: CompanionSpec): Promise<Result<boolean>> {
    const { stash, say } = this.#deps
    const reloaded = await stash.reload(this.#signal)
    if (!reloaded.ok) return reloaded
    const plugins = await stash.list(this.#signal)
    if (!plugins.ok) return plugins
    const held = plugins.value.find((plugin) => isBuild(plugin, id, build))
    if (held === undefined || held.enabled) return ok(held !== undefined)
    const enabled = await stash.setEnabled(id, true, this.#signal)
    if (!enabled.ok) return enabled
    say({ code: 'switched_on', values: {} })
    return ok(true)
  }

  /** A plugin that does not reach PlexSync, or cannot even start, would slow each save and may silence other plugins. */
  async #giveUp(isLeftBehind: boolean): Promise<Result<null>> {
    const { say } = this.#deps
    if (isLeftBehind) {
      const restored = await this.#restore()
      if (!restored.ok) return restored
    }
    await this.#folder?.removeIfMade()
    say({ code: 'no_address', values: {} })
    return ok(null)
  }

  /** What was there before is there again, switched on or off as it was; where nothing was, nothing is left or active. */
  async #restore(): Promise<Result<null>> {
    const { stash, say } = this.#deps
    const before = this.#before
    if (this.#folder !== null) {
      const back = await this.#folder.putBack(this.#id)
      if (!back.ok) return back
      const reloaded = await stash.reload(this.#signal)
      if (!reloaded.ok) return reloaded
      if (before === null) {
        say({ code: 'removed', values: {} })
        return ok(null)
      }
    } else if (before !== null && before.about.fingerprint === this.#request.own.fingerprint) {
      // The former package was made of what is known: it is made again.
      const { base, variant, build } = before.about
      const version = before.plugin.version ?? this.#request.version
      await this.#placeAsPackage({ id: this.#id, variant, base, build, version, token: this.#request.token })
    }
    const enabled = await stash.setEnabled(this.#id, before?.plugin.enabled ?? false, this.#signal)
    if (!enabled.ok) return enabled
    say({ code: before === null ? 'left_off' : 'put_back', values: {} })
    return ok(null)
  }
}

/**
 * Embedded JavaScript has no time limit: it is the default only if a refused connection is reported without delay.
 * Python costs each save about 0.1 s, so it is used only by choice.
 */
function variantsFor(isLoopback: boolean, asked: CompanionVariant | null): readonly CompanionVariant[] {
  if (asked !== null) return [asked]
  return isLoopback ? ['js'] : []
}

function isBuild(plugin: StashPlugin, id: string, build: string): boolean {
  return plugin.id === id && readDescription(plugin.description)?.build === build
}
