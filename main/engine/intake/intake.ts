/** Takes parsed hooks: filter, store in the next commit, report the outcome of each. Knows nothing of HTTP. */
import type { SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { Listeners } from '../listeners.ts'
import { GroupCommit } from './group-commit.ts'
import type { Hook } from './hook.ts'
import { filterHook, type HookJob, type Verdict } from './hook-filter.ts'
import type { HookLog } from './hook-log.ts'
import type { HookStorage } from './hook-storage.ts'

/** One element of the response, as it goes over the wire. */
export interface HookResult {
  readonly status: 'queued' | 'coalesced' | 'filtered' | 'duplicate' | 'pong'
  /** Null if the hook is not about a scene. */
  readonly scene_id: SceneId | null
  readonly reason?: string
}

/** What the intake did with a hook, for those who follow along. */
export interface TakenHook {
  readonly hook: Hook
  readonly status: HookResult['status']
}

/** The settings by which hooks are filtered. */
export interface HookSettings {
  settings(): Settings
  /** Those of libraries that have their own. */
  ofLibraries(): readonly Settings[]
}

export interface IntakeDeps {
  readonly settings: HookSettings
  readonly storage: HookStorage
  readonly log: HookLog
}

export interface IntakeOptions {
  /** How many hooks may wait for their commit; see GroupCommit. */
  readonly backlog?: number | undefined
}

const destroyed = 'scene destroyed; its waiting job and state were dropped'

interface Judged {
  readonly hook: Hook
  readonly verdict: Verdict
}

/** One request. */
interface Delivery {
  readonly judged: readonly Judged[]
  readonly webhookId: string | null
}

export class Intake {
  readonly #deps: IntakeDeps
  readonly #taken = new Listeners<TakenHook>()
  readonly #commits: GroupCommit<Delivery, readonly HookResult[]>

  constructor(deps: IntakeDeps, { backlog }: IntakeOptions = {}) {
    this.#deps = deps
    this.#commits = new GroupCommit({ store: (deliveries) => this.#store(deliveries), backlog })
  }

  /** Calls `listener` with each hook, after its commit. Returns its end. */
  onTaken(listener: (hook: TakenHook) => void): () => void {
    return this.#taken.add(listener)
  }

  /**
   * Stores all hooks of one request in one commit, or none of them. Faults are those of the group commit.
   *
   * @param webhookId the signed id of the delivery; a known one makes duplicates of all its hooks. Null if unsigned.
   * @param startedAt when the request came in, by the log's `now`.
   */
  async take(
    hooks: readonly Hook[],
    webhookId: string | null,
    startedAt: number,
  ): Promise<Result<readonly HookResult[]>> {
    const { settings, log } = this.#deps
    const rules = { settings: settings.settings(), ofLibraries: settings.ofLibraries() }
    const judged = hooks.map((hook) => ({ hook, verdict: filterHook(hook, rules) }))
    // What changes nothing needs no commit; but a signed id must be remembered whatever it came with.
    const mustStore = webhookId !== null || judged.some(({ verdict }) => storesSomething(verdict))
    const responses = mustStore
      ? await this.#commits.submit({ judged, webhookId }, hooks.length)
      : ok(this.#apply(judged))
    if (responses.ok) this.#report(hooks, responses.value, log.now() - startedAt)
    else log.notStored(responses.fault.message)
    return responses
  }

  /** Commits what waits and takes nothing more. */
  close(): void {
    this.#commits.close()
  }

  /** All of these in one commit; the responses to each of them. */
  #store(deliveries: readonly Delivery[]): readonly (readonly HookResult[])[] {
    let responses: readonly (readonly HookResult[])[] = []
    this.#deps.storage.inTransaction(() => {
      const isNew = this.#remember(deliveries)
      const applied = this.#apply(deliveries.flatMap(({ judged }, index) => (isNew[index] ? judged : [])))
      let from = 0
      responses = deliveries.map(({ judged }, index) => {
        if (!isNew[index]) return judged.map(({ hook }) => ({ status: 'duplicate', scene_id: sceneIdOf(hook) }))
        from += judged.length
        return applied.slice(from - judged.length, from)
      })
    })
    return responses
  }

  /** Whether each has not been here before; what is unsigned is always new. */
  #remember(deliveries: readonly Delivery[]): readonly boolean[] {
    const signed = deliveries.flatMap(({ webhookId }) => webhookId ?? [])
    const remembered = this.#deps.storage.remember(signed).values()
    return deliveries.map(({ webhookId }) => webhookId === null || remembered.next().value === true)
  }

  #apply(judged: readonly Judged[]): HookResult[] {
    const taken = this.#takeJobs(judged).values()
    return judged.map(({ hook, verdict }): HookResult => {
      const scene_id = sceneIdOf(hook)
      if (verdict.kind === 'take') return { status: taken.next().value ?? 'coalesced', scene_id }
      if (verdict.kind === 'pong') return { status: 'pong', scene_id }
      return { status: 'filtered', scene_id, reason: verdict.kind === 'destroy' ? destroyed : verdict.reason }
    })
  }

  /** Jobs are stored together, except where a scene goes in between. Returns the outcome of each job, in their order. */
  #takeJobs(judged: readonly Judged[]): ('queued' | 'coalesced')[] {
    const { storage, settings } = this.#deps
    const quietMs = settings.settings().quiet_time * 1000
    const outcomes: ('queued' | 'coalesced')[] = []
    let jobs: HookJob[] = []
    for (const { verdict } of judged) {
      if (verdict.kind === 'take') jobs.push(verdict.job)
      if (verdict.kind !== 'destroy') continue
      outcomes.push(...storage.enqueue(jobs, quietMs))
      jobs = []
      storage.sceneDestroyed(verdict.sceneId)
    }
    if (jobs.length > 0) outcomes.push(...storage.enqueue(jobs, quietMs))
    return outcomes
  }

  #report(hooks: readonly Hook[], responses: readonly HookResult[], ms: number): void {
    for (const [index, { status, reason = 'sent twice' }] of responses.entries()) {
      const hook = hooks[index]
      if (hook === undefined) continue
      if (status === 'queued' || status === 'coalesced') this.#deps.log.stored(hook, status, ms)
      else if (status === 'pong') this.#deps.log.pong()
      else this.#deps.log.filtered(hook, reason, ms)
      this.#taken.send({ hook, status })
    }
  }
}

function storesSomething(verdict: Verdict): boolean {
  return verdict.kind === 'take' || verdict.kind === 'destroy'
}

function sceneIdOf(hook: Hook): SceneId | null {
  return hook.category === 'change' && hook.kind === 'scene' ? hook.id : null
}
