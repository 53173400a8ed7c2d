import type { ResponseOf } from '../../../shared/contract.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Backend } from '../../backend/backend.ts'

const pollMs = 2_000

export type SignInState = 'idle' | 'waiting' | 'approved' | 'expired'

/** The sign-in with a PIN: a code is asked for, the user confirms it at Plex, and polling learns of it. */
export class SignIn {
  #state = $state<SignInState>('idle')
  #pin = $state.raw<ResponseOf<'startPlexSignIn'> | null>(null)
  #fault = $state.raw<Fault | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get state(): SignInState {
    return this.#state
  }

  get pin(): ResponseOf<'startPlexSignIn'> | null {
    return this.#pin
  }

  get fault(): Fault | null {
    return this.#fault
  }

  /** Asks for a code; `approved` is called once the user has confirmed it. */
  async start(approved: () => Promise<void>): Promise<void> {
    this.stop()
    const answer = await this.#backend.invoke('startPlexSignIn', {})
    this.#fault = answer.ok ? null : answer.fault
    if (!answer.ok) return
    this.#pin = answer.value
    this.#state = 'waiting'
    this.#pollLater(approved)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#pin = null
    this.#state = 'idle'
  }

  #pollLater(approved: () => Promise<void>): void {
    this.#timer = setTimeout(() => void this.#poll(approved), pollMs)
  }

  async #poll(approved: () => Promise<void>): Promise<void> {
    const pin = this.#pin
    if (!pin) return
    const answer = await this.#backend.invoke('pollPlexSignIn', { id: pin.id })
    if (this.#pin !== pin) return
    // A failed poll is no failed sign-in: the network may blink while the user is at the other page.
    this.#fault = answer.ok ? null : answer.fault
    if (!answer.ok || answer.value.state === 'waiting') return this.#pollLater(approved)
    this.#state = answer.value.state
    if (answer.value.state === 'approved') await approved()
  }
}
