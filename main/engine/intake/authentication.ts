/** Decides who may report a change: a sender that shows the hook token, or signs with it. */
import { hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../ports.ts'
import { type SignatureHeaders, signingKey, verifySignature } from './signature.ts'

export type Credentials =
  | { readonly form: 'tokens'; readonly tokens: readonly string[] }
  /** A signature that is present decides, also beside a token; it can be checked only with the whole body. */
  | { readonly form: 'signature'; readonly headers: SignatureHeaders }

/** Reads the credentials of a request; says nothing about their worth. No credentials are an empty list of tokens. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials {
  const signature = text(headers['webhook-signature'])
  if (signature !== undefined) {
    const id = text(headers['webhook-id']) ?? ''
    const timestamp = text(headers['webhook-timestamp']) ?? ''
    return { form: 'signature', headers: { id, timestamp, signature } }
  }
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const shown = [bearer, text(headers.apikey), text(headers['x-plexsync-token'])]
  return { form: 'tokens', tokens: shown.filter((token) => token !== undefined) }
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? undefined : header
}

interface Secret {
  readonly token: string
  readonly digest: Buffer
  readonly key: KeyObject | null
}

/** Who may send hooks. */
export interface HookAccess {
  /** The secret that senders show or sign with; while it is empty every sender is refused. */
  readonly hookToken: () => string
  /** The secret is in a store that waits to be unlocked: senders are asked to come again. Default: never. */
  readonly isLocked?: () => boolean
}

/** Checks credentials against the hook token as it is at that moment. An empty token accepts no request. */
export class Authenticator {
  readonly #access: HookAccess
  readonly #clock: Clock
  #secret: Secret | null = null

  constructor(access: HookAccess, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  /** The token is in a store that waits to be unlocked: senders are asked to come again. */
  get isLocked(): boolean {
    return this.#access.isLocked?.() ?? false
  }

  /** Whether one of the tokens is the hook token. The time it takes does not depend on what they have in common. */
  acceptsOneOf(tokens: readonly string[]): boolean {
    const secret = this.#current()
    return secret !== null && tokens.some((token) => timingSafeEqual(sha256(token), secret.digest))
  }

  /** Whether the hook token signed this body within the last five minutes. */
  acceptsSignature(headers: SignatureHeaders, body: Uint8Array): boolean {
    const key = this.#current()?.key
    return key != null && verifySignature(key, headers, body, this.#clock.now())
  }

  /** The digest and the key are made once per token: this is the hot path. */
  #current(): Secret | null {
    const token = this.#access.hookToken()
    if (token === '') return null
    if (this.#secret?.token !== token) this.#secret = { token, digest: sha256(token), key: signingKey(token) }
    return this.#secret
  }
}

/** Digests have one length, whatever was shown: that is what a comparison in constant time needs. */
function sha256(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
