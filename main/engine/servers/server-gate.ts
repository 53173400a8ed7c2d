/**
 * The gate before one server: closed to all work while the server is down (circuit breaker), refuses our token, or asked
 * for a pause. Jobs wait in the queue meanwhile, untouched; the gate alone probes, and tells when work may go on.
 *
 * | state | begun by | work | what is sent meanwhile | ended by |
 * |---|---|---|---|---|
 * | open | five failures of the server in a row | none | a probe after 5, 10, 20, 40, then every 60 s | any answer |
 * | refused | 401; 403 on a read; 498 | none | a probe every 60 s | a probe, or another token |
 * | held | a fault of class `setting` | none | a probe after 5 s, doubling to 60 s | a probe, or another setting |
 * | held: edits refused | 403 to an edit | one job | the oldest job after 1, 5, 15, then every 60 min | an edit that is taken |
 * | held: edits failing | 500 to the edits of three scenes in a row | one job | the same | an edit that is taken |
 * | paused | Retry-After, a refused connection | none | nothing | the time asked for |
 *
 * Past 300 lines because breaker, token pause, holds and ramp decide one question together: may we send now?
 */
import type { Database } from 'better-sqlite3'
import type { CircuitState, SceneId, ServerName } from '../../../shared/domain.ts'
import { classOf, type ErrorCode } from '../../../shared/errors.ts'
import { type Fault, type Result, textOf } from '../../../shared/result.ts'
import type { ExchangeReport } from '../http/exchange.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Logger } from '../ports.ts'
import { afterFailure, afterSuccess, type Breaker, nextProbeAt, probeBegins } from './circuit-breaker.ts'
import { GateRecord, type Held } from './gate-record.ts'
import type { Outages } from './outages.ts'
import { rampDelayMs } from './recovery-ramp.ts'

export interface ServerGateDeps {
  readonly server: ServerName
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly outages: Outages
  /** One cheap authenticated request. Its result must also be reported through `report`, as that of any exchange. */
  readonly probe: (signal: AbortSignal, held: ErrorCode | null) => Promise<Result<unknown>>
  /** How many jobs wait, for the outage record. */
  readonly waitingJobs: () => number
}

export type GateChange =
  | 'opened'
  | 'closed'
  | 'auth_refused'
  | 'auth_accepted'
  | 'held'
  | 'released'
  | 'trial'
  | 'paused'

const authRetryMs = 60_000
/** Doubled after each probe, up to the minute that a refused token waits. */
const heldRetryMs = 5_000
/** Nothing is written just to find out: the oldest waiting job's own edit is the trial, so seldom. */
const trialMinutes = [1, 5, 15, 60] as const
const longestPauseMs = 600_000
/** So many scenes in a row whose edits fail are the server's fault. */
const scenesToHold = 3
/** Clocks are corrected by milliseconds all the time; only a real step back counts. */
const clockStepMs = 1_000

export class ServerGate {
  readonly #deps: ServerGateDeps
  readonly #changes = new Listeners<GateChange>()
  readonly #record: GateRecord
  #breaker: Breaker
  #authRefusedAt: number | null
  #held: Held | null
  /** Whether one job may try its edit while edits are held. */
  #trial: 'none' | 'due' | 'running' = 'none'
  #endTrialTimer: () => void = () => {}
  #heldProbes = 0
  /** An outage is on record as under way, perhaps since an earlier run. */
  #inOutage: boolean
  /** Only the process that works on the queue writes state down: a command beside it must not open its circuit. */
  #started = false
  #notBefore = 0
  #pausedAt = 0
  #reachable: boolean | null = null
  #latencyMs: number | null = null
  #canWrite: boolean | null = null
  #probing: Promise<boolean> | null = null
  #endProbe = new AbortController()
  #endTimer: () => void = () => {}
  #stopped = new AbortController()
  /** Scenes whose edits were answered 500 since the last one was taken. */
  readonly #failedEdits = new Set<SceneId>()
  #ramp: { readonly startedAt: number; readonly latencies: number[]; nextSlotAt: number } | null = null

  constructor(deps: ServerGateDeps) {
    this.#deps = deps
    this.#record = new GateRecord(deps)
    const { breaker, authRefusedAt, held } = this.#record.read()
    this.#breaker = breaker
    this.#authRefusedAt = authRefusedAt
    this.#held = held
    this.#inOutage = deps.outages.ongoing(deps.server) !== null
  }

  /** Calls `listener` when the gate opens or closes. */
  onChange(listener: (what: GateChange) => void): () => void {
    return this.#changes.add(listener)
  }

  get circuit(): CircuitState {
    return this.#breaker.circuit
  }
  get authRefused(): boolean {
    return this.#authRefusedAt !== null
  }
  /** What the server waits for before it can be used; null while it can. */
  get held(): Held | null {
    return this.#held
  }
  /** By the last exchange; null while none has taken place. */
  get reachable(): boolean | null {
    return this.#reachable
  }
  /** How long its last answer took; null while there was none. */
  get latencyMs(): number | null {
    return this.#latencyMs
  }
  /** Whether it accepts our edits; null until it answered one. */
  get canWrite(): boolean | null {
    return this.#canWrite
  }
  /** Since when the server is waited for; null while work may be sent. */
  get waitingSince(): number | null {
    if (this.#breaker.circuit !== 'closed') return this.#breaker.firstFailureAt ?? this.#breaker.openedAt
    return this.#authRefusedAt ?? this.#held?.since ?? null
  }

  /** Milliseconds until work may be sent; 0 = now, infinite = when a probe succeeds. */
  waitMs(): number {
    if (this.#breaker.circuit !== 'closed' || this.#authRefusedAt !== null || this.#isHeldFast())
      return Number.POSITIVE_INFINITY
    const now = this.#deps.clock.now()
    // The clock was set back since: a pause of seconds must not become one of a day.
    if (now < this.#pausedAt - clockStepMs) this.#notBefore = 0
    return Math.max(0, this.#notBefore - now)
  }

  /** How many jobs may be begun now: one where edits are on trial, none while that one is under way. */
  get claimLimit(): number {
    if (!this.#isOnTrial()) return Number.POSITIVE_INFINITY
    return this.#trial === 'due' ? 1 : 0
  }

  trialBegins(): void {
    if (this.#trial === 'due') this.#trial = 'running'
  }

  /** The job is done; where it wrote nothing, the next one is the trial. */
  trialEnded(): void {
    if (this.#trial === 'running') this.#trial = 'due'
  }

  /** Begins probing where the state of an earlier run asks for it: an outage that is over must not look ongoing. */
  start(): void {
    this.#started = true
    this.#store()
    if (this.#stopped.signal.aborted) this.#stopped = new AbortController()
    if (
      this.#breaker.circuit !== 'closed' ||
      this.#authRefusedAt !== null ||
      this.#deps.outages.ongoing(this.#deps.server) !== null ||
      (this.#held !== null && !this.#isOnTrial())
    )
      void this.probeNow()
    if (this.#isOnTrial()) this.#scheduleTrial()
  }

  stop(): void {
    this.#started = false
    this.#stopped.abort()
    this.#endTimer()
    this.#endTrialTimer()
  }

  /** Address, token or key changed, or a person asked: forget the pause and try at once. */
  async retryNow(): Promise<boolean> {
    this.#notBefore = 0
    this.#canWrite = null
    if (this.#isOnTrial()) this.#openTrial()
    // A probe that is under way still asks the old address with the old token.
    this.#endProbe.abort()
    await this.#probing
    return this.probeNow()
  }

  /** Takes in what came of an edit: a token may read without being allowed to write. */
  editAnswered(edit: Result<unknown>): void {
    if (edit.ok) {
      this.#canWrite = true
      this.#failedEdits.clear()
      if (this.#isOnTrial()) this.#release()
    } else if (edit.fault.code === 'edits_refused') this.#canWrite = false
  }

  /**
   * The edit of a scene was answered 500. True where that is a fault of the whole server: the edits of three different
   * scenes failed and none was taken between them.
   */
  editFailed(sceneId: SceneId): boolean {
    if (this.#held?.code === 'edits_failing') {
      if (this.isFirstTrial) return false
      if (this.#trial === 'running') this.#trialFailed(this.#held)
      return true
    }
    this.#failedEdits.add(sceneId)
    if (this.#failedEdits.size < scenesToHold) return false
    this.#canWrite = false
    this.hold({ code: 'edits_failing', message: 'Plex fails to carry out edits (500) while reading works' })
    return true
  }

  /** The first job since edits were held: it may find out that single values are what Plex fails at. */
  get isFirstTrial(): boolean {
    return this.#held?.code === 'edits_failing' && this.#held.trials === 0 && this.#trial === 'running'
  }

  /** The edit on trial failed in all its parts. */
  trialFailed(): void {
    if (this.#held !== null && this.#trial === 'running') this.#trialFailed(this.#held)
  }

  /** Takes in the result of any exchange with the server. */
  report(exchange: ExchangeReport): void {
    if (exchange.ok) this.#latencyMs = Math.round(exchange.milliseconds)
    if (exchange.ok) this.#answered(exchange)
    else this.#failed(exchange.fault)
    if (exchange.fault?.code === 'token_refused') this.#authWasRefused()
    if (exchange.fault !== undefined && classOf(exchange.fault.code) === 'setting') this.hold(exchange.fault)
  }

  /**
   * A request timed out without an answer. Is the server gone (half-open connection) or was it only this request?
   * One cheap probe tells; concurrent callers share it.
   */
  async isAlive(): Promise<boolean> {
    return this.probeNow()
  }

  probeNow(): Promise<boolean> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = null
      this.#schedule()
    })
    return this.#probing
  }

  /** Milliseconds to wait before the next item is written; above 0 only while a server that just came back is slow. */
  paceMs(): number {
    if (this.#ramp === null) return 0
    const now = this.#deps.clock.now()
    const delay = rampDelayMs(this.#ramp.startedAt, now, this.#ramp.latencies)
    if (delay === null) {
      this.#ramp = null
      return 0
    }
    const slotAt = Math.max(now, this.#ramp.nextSlotAt)
    this.#ramp.nextSlotAt = slotAt + delay
    return slotAt - now
  }

  async #probe(): Promise<boolean> {
    const before = this.#breaker
    this.#breaker = probeBegins(this.#breaker, this.#deps.clock.now())
    if (this.#breaker !== before) this.#store()
    this.#endProbe = new AbortController()
    const signal = AbortSignal.any([this.#stopped.signal, this.#endProbe.signal])
    const result = await this.#deps.probe(signal, this.#held?.code ?? null)
    if (result.ok) {
      // Only the probe proves the token: some addresses answer without one.
      if (this.#authRefusedAt !== null) this.#authWasAccepted()
      if (this.#held !== null && !this.#isOnTrial()) this.#release()
      return true
    }
    // The whole server redirects, and not one address of it.
    if (result.fault.code === 'redirected') this.hold({ ...result.fault, code: 'server_redirects' })
    // Never left half-open: a probe that was cancelled reports nothing.
    if (this.#breaker.circuit === 'half_open') this.#breaker = { ...this.#breaker, circuit: 'open' }
    const errorClass = classOf(result.fault.code)
    return errorClass !== 'server_down' && errorClass !== 'transient'
  }

  #failed(fault: Fault | undefined): void {
    const now = this.#deps.clock.now()
    const wasClosed = this.#breaker.circuit === 'closed'
    this.#breaker = afterFailure(this.#breaker, now)
    if (fault?.code === 'unreachable') this.#reachable = false
    if (fault?.retryAfterMs !== undefined) this.#pauseUntil(now + Math.min(fault.retryAfterMs, longestPauseMs))
    else if (fault?.code === 'unreachable') this.#pauseUntil(now + 250 * 2 ** Math.min(this.#breaker.failures, 5))
    this.#store()
    if (!wasClosed || this.#breaker.circuit === 'closed') return
    this.#inOutage = true
    if (this.#started)
      this.#keep(() =>
        this.#deps.outages.start(this.#deps.server, this.#breaker.firstFailureAt ?? now, fault?.message ?? 'no answer'),
      )
    this.#deps.logger.log('warning', 'Worker', 'Circuit breaker OPENED - pausing processing', {
      error: fault?.message,
    })
    this.#changes.send('opened')
    this.#schedule()
  }

  #answered(exchange: ExchangeReport): void {
    this.#reachable = true
    this.#ramp?.latencies.push(exchange.milliseconds)
    const before = this.#breaker
    this.#breaker = afterSuccess(this.#breaker, this.#deps.clock.now())
    if (this.#breaker !== before) this.#store()
    if (before.circuit === 'closed' && !this.#inOutage) return
    this.#inOutage = false
    if (this.#started) this.#keep(() => this.#deps.outages.end(this.#deps.server, this.#deps.waitingJobs()))
    this.#ramp = { startedAt: this.#deps.clock.now(), latencies: [], nextSlotAt: 0 }
    this.#notBefore = 0
    this.#deps.logger.log('info', 'Worker', 'Circuit breaker CLOSED - resuming processing')
    this.#changes.send('closed')
  }

  #authWasRefused(): void {
    if (this.#authRefusedAt !== null) return
    this.#authRefusedAt = this.#deps.clock.now()
    this.#store()
    this.#deps.logger.log('error', '', 'Authentication failed: Unauthorized', {
      error: `${this.#deps.server === 'plex' ? 'Plex' : 'Stash'}: token invalid`,
    })
    this.#changes.send('auth_refused')
    this.#schedule()
  }

  #authWasAccepted(): void {
    this.#authRefusedAt = null
    this.#store()
    this.#changes.send('auth_accepted')
  }

  /** One notice, and nothing more is sent but the probe until the server can be used. */
  hold(fault: Fault): void {
    if (this.#held?.code === fault.code) {
      if (this.#trial === 'running') this.#trialFailed(this.#held)
      return
    }
    const { code, message } = fault
    this.#held = { code, message, since: this.#held?.since ?? this.#deps.clock.now(), trials: 0 }
    this.#heldProbes = 0
    this.#store()
    this.#deps.logger.log('warning', 'Worker', `${fault.message}; changes are kept until then`)
    this.#changes.send('held')
    if (this.#isOnTrial()) this.#scheduleTrial()
    else this.#schedule()
  }

  /** Edits are held, and nothing but an edit can prove that they are taken again. */
  #isOnTrial(): boolean {
    return this.#held?.code === 'edits_refused' || this.#held?.code === 'edits_failing'
  }

  #isHeldFast(): boolean {
    return this.#held !== null && !(this.#isOnTrial() && this.#trial !== 'none')
  }

  #trialFailed(held: Held): void {
    this.#held = { ...held, trials: held.trials + 1 }
    this.#trial = 'none'
    this.#store()
    this.#scheduleTrial()
  }

  #openTrial(): void {
    this.#endTrialTimer()
    this.#trial = 'due'
    this.#changes.send('trial')
  }

  #scheduleTrial(): void {
    this.#endTrialTimer()
    if (this.#stopped.signal.aborted) return
    const minutes = trialMinutes[Math.min(this.#held?.trials ?? 0, trialMinutes.length - 1)] ?? 60
    this.#endTrialTimer = this.#deps.clock.setTimer(minutes * 60_000, () => this.#openTrial())
  }

  #release(): void {
    this.#held = null
    this.#trial = 'none'
    this.#endTrialTimer()
    this.#store()
    this.#deps.logger.log('info', 'Worker', 'The server can be used again; processing continues')
    this.#changes.send('released')
  }

  #pauseUntil(at: number): void {
    if (at <= this.#notBefore) return
    this.#notBefore = at
    this.#pausedAt = this.#deps.clock.now()
    this.#changes.send('paused')
  }

  #schedule(): void {
    this.#endTimer()
    if (this.#stopped.signal.aborted) return
    const now = this.#deps.clock.now()
    const isProbed = this.#held !== null && !this.#isOnTrial()
    const heldAt = !isProbed ? null : now + Math.min(authRetryMs, heldRetryMs * 2 ** this.#heldProbes++)
    const probeAt = nextProbeAt(this.#breaker) ?? (this.#authRefusedAt === null ? heldAt : now + authRetryMs)
    if (probeAt === null) return
    // Never longer than the longest step: a clock that was set back must not put probing off by a day.
    const delay = Math.min(Math.max(0, probeAt - now), authRetryMs)
    this.#endTimer = this.#deps.clock.setTimer(delay, () => void this.probeNow())
  }

  #store(): void {
    if (!this.#started) return
    const [breaker, authRefusedAt, held] = [this.#breaker, this.#authRefusedAt, this.#held]
    this.#keep(() => this.#record.write({ breaker, authRefusedAt, held }))
  }

  /** The gate works without its records: a full disk must not stop the probes, nor end the process out of a timer. */
  #keep(write: () => unknown): void {
    try {
      write()
    } catch (error) {
      this.#deps.logger.log('error', 'Worker', `The state of ${this.#deps.server} was not stored: ${textOf(error)}`)
    }
  }
}
