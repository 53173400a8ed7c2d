/**
 * The gate before one server: closed to all work while the server is down (circuit breaker), refuses our token, or asked
 * for a pause. Jobs wait in the queue untouched; the gate alone probes, and reports when work may resume.
 *
 * | state | begun by | work | what is sent in between | ended by |
 * |---|---|---|---|---|
 * | open | five failures of the server in a row | none | a probe after 5, 10, 20, 40, then every 60 s | any response |
 * | refused | 401; 403 on a read; 498 | none | a probe every 60 s | a probe, or another token |
 * | held | a fault of class `setting` | none | a probe after 5 s, doubling to 60 s | a probe, or another setting |
 * | held: edits refused | 403 to an edit | one job | the oldest job after 1, 5, 15, then every 60 min | an edit that is taken |
 * | held: edits failing | 500 to the edits of three scenes in a row | one job | the same | an edit that is taken |
 * | paused | Retry-After, a refused connection | none | nothing | the time asked for |
 */
import type { Database } from 'better-sqlite3'
import type { CircuitState, ServerName } from '../../../shared/domain.ts'
import { classOf, type ErrorCode } from '../../../shared/errors.ts'
import type { Fault, Result } from '../../../shared/result.ts'
import type { ExchangeReport } from '../http/exchanges.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Logger } from '../ports.ts'
import { afterFailure, afterSuccess, type Breaker, nextProbeAt, probeBegins } from './circuit-breaker.ts'
import { EditGate, isHeldForEdits } from './edit-gate.ts'
import { EditTrial } from './edit-trial.ts'
import { GateRecord, type Held } from './gate-record.ts'
import type { Outages } from './outages.ts'
import { Prober } from './prober.ts'
import { RecoveryRamp } from './recovery-ramp.ts'
import { pauseAfter, RequestPause } from './request-pause.ts'
import { serverLines } from './servers-log.ts'

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

export class ServerGate {
  readonly #deps: ServerGateDeps
  readonly #changes = new Listeners<GateChange>()
  readonly #record: GateRecord
  #breaker: Breaker
  #authRefusedAt: number | null
  #held: Held | null
  /** Whether the server takes our edits. */
  readonly edits: EditGate
  readonly #trial: EditTrial
  readonly #prober: Prober
  readonly #pause: RequestPause
  readonly #ramp = new RecoveryRamp()
  #heldProbes = 0
  #reachable: boolean | null = null
  #latencyMs: number | null = null

  constructor(deps: ServerGateDeps) {
    this.#deps = deps
    this.#record = new GateRecord(deps)
    this.#trial = new EditTrial(deps.clock, () => this.#changes.send('trial'))
    this.edits = new EditGate({
      trial: this.#trial,
      held: () => this.#held,
      hold: (fault) => this.hold(fault),
      release: () => this.#release(),
      trialInVain: () => this.#trialInVain(),
    })
    this.#pause = new RequestPause(deps.clock)
    this.#prober = new Prober({
      clock: deps.clock,
      probe: (signal) => this.#probe(signal),
      nextAt: (now) => this.#nextProbeAt(now),
    })
    const { breaker, authRefusedAt, held } = this.#record.read()
    this.#breaker = breaker
    this.#authRefusedAt = authRefusedAt
    this.#held = held
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
  /** How long its last response took; null while there was none. */
  get latencyMs(): number | null {
    return this.#latencyMs
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
    return this.#pause.leftMs()
  }

  /** Begins probing where the state of an earlier run asks for it: an outage that is over must not look ongoing. */
  start(lifetime: AbortSignal): void {
    this.#record.open()
    this.#store()
    this.#prober.start(lifetime)
    lifetime.addEventListener('abort', () => this.#trial.stop(), { once: true })
    const isAway = this.#breaker.circuit !== 'closed' || this.#record.isInOutage
    if (isAway || this.#authRefusedAt !== null || (this.#held !== null && !this.#isOnTrial())) void this.probeNow()
    if (this.#isOnTrial()) this.#scheduleTrial()
  }

  /** Its record ends last: until then it takes in what the requests in flight meet. */
  close(): void {
    this.#record.close()
    this.#prober.stop()
    this.#trial.stop()
  }

  /** Address, token or key changed, or the user asked: forget the pause and try now. */
  async retryNow(): Promise<boolean> {
    this.#pause.end()
    this.edits.forget()
    return this.#prober.probeAgain()
  }

  /** Takes in the result of any exchange with the server. */
  report(exchange: ExchangeReport): void {
    if (exchange.ok) this.#latencyMs = Math.round(exchange.milliseconds)
    if (exchange.ok) this.#answered(exchange)
    else this.#failed(exchange.fault)
    if (exchange.fault?.code === 'token_refused') this.#authWasRefused()
    if (exchange.fault !== undefined && classOf(exchange.fault.code) === 'setting') this.hold(exchange.fault)
  }

  /** True if the server answers one cheap request, which concurrent callers share. */
  probeNow(): Promise<boolean> {
    return this.#prober.probeNow()
  }

  /** Milliseconds to wait before the next item is written; above 0 only while a server that just came back is slow. */
  paceMs(): number {
    return this.#ramp.paceMs(this.#deps.clock.now())
  }

  async #probe(signal: AbortSignal): Promise<boolean> {
    const before = this.#breaker
    this.#breaker = probeBegins(this.#breaker, this.#deps.clock.now())
    if (this.#breaker !== before) this.#store()
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
    const pauseMs = pauseAfter(fault, this.#breaker.failures)
    if (pauseMs > 0 && this.#pause.extend(pauseMs)) this.#changes.send('paused')
    this.#store()
    if (!wasClosed || this.#breaker.circuit === 'closed') return
    this.#record.outageBegan(
      this.#breaker.firstFailureAt ?? now,
      fault ?? { code: 'unreachable', message: 'no answer' },
    )
    const error = fault?.message
    this.#deps.logger.log(...serverLines.circuitOpened(), { error })
    this.#changes.send('opened')
    this.#prober.schedule()
  }

  #answered(exchange: ExchangeReport): void {
    this.#reachable = true
    this.#ramp.answered(exchange.milliseconds)
    const before = this.#breaker
    this.#breaker = afterSuccess(this.#breaker, this.#deps.clock.now())
    if (this.#breaker !== before) this.#store()
    if (before.circuit === 'closed' && !this.#record.isInOutage) return
    this.#record.outageEnded(this.#deps.waitingJobs)
    this.#ramp.begin(this.#deps.clock.now())
    this.#pause.end()
    this.#deps.logger.log(...serverLines.circuitClosed())
    this.#changes.send('closed')
  }

  #authWasRefused(): void {
    if (this.#authRefusedAt !== null) return
    this.#authRefusedAt = this.#deps.clock.now()
    this.#store()
    const error = `${this.#deps.server === 'plex' ? 'Plex' : 'Stash'}: token invalid`
    this.#deps.logger.log(...serverLines.authFailed(), { error })
    this.#changes.send('auth_refused')
    this.#prober.schedule()
  }

  #authWasAccepted(): void {
    this.#authRefusedAt = null
    this.#store()
    this.#changes.send('auth_accepted')
  }

  /** One notice, and nothing more is sent but the probe until the server can be used. */
  hold(fault: Fault): void {
    if (this.#held?.code === fault.code) {
      this.edits.trialFailed()
      return
    }
    const { code, message } = fault
    this.#held = { code, message, since: this.#held?.since ?? this.#deps.clock.now(), trials: 0 }
    this.#heldProbes = 0
    this.#store()
    this.#deps.logger.log(...serverLines.held({ problem: fault.message }))
    this.#changes.send('held')
    if (this.#isOnTrial()) this.#scheduleTrial()
    else this.#prober.schedule()
  }

  /** Edits are held, and nothing but an edit can prove that they are taken again. */
  #isOnTrial(): boolean {
    return isHeldForEdits(this.#held?.code)
  }

  #isHeldFast(): boolean {
    return this.#held !== null && !(this.#isOnTrial() && this.#trial.isOpen)
  }

  #trialInVain(): void {
    if (this.#held === null) return
    this.#held = { ...this.#held, trials: this.#held.trials + 1 }
    this.#trial.close()
    this.#store()
    this.#scheduleTrial()
  }

  #scheduleTrial(): void {
    if (!this.#prober.isStopped) this.#trial.schedule(this.#held?.trials ?? 0)
  }

  #release(): void {
    this.#held = null
    this.#trial.close()
    this.#store()
    this.#deps.logger.log(...serverLines.released())
    this.#changes.send('released')
  }

  #nextProbeAt(now: number): number | null {
    const isProbed = this.#held !== null && !this.#isOnTrial()
    const heldAt = isProbed ? now + Math.min(authRetryMs, heldRetryMs * 2 ** this.#heldProbes++) : null
    return nextProbeAt(this.#breaker) ?? (this.#authRefusedAt === null ? heldAt : now + authRetryMs)
  }

  #store(): void {
    this.#record.write({ breaker: this.#breaker, authRefusedAt: this.#authRefusedAt, held: this.#held })
  }
}
