/** What the engine needs from outside. Hosts bring real ones; tests bring their own. */

import type { LogLevel, ServerName } from '../../shared/domain.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { SettingName } from '../../shared/settings.ts'

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `fn` once after `ms`; the returned function ends it. Must not keep the process alive. */
  setTimer(ms: number, fn: () => void): () => void
}

/** A number in [0, 1). */
export type Random = () => number

/** A fresh unguessable id: 32 hexadecimal digits. */
export type NewId = () => string

export type SecretName = Extract<SettingName, 'plex_token' | 'stash_api_key' | 'hook_token'>

/** Where tokens and keys live. They never leave it but in the request headers they exist for. */
export interface Secrets {
  get(name: SecretName): string
  /** An empty value removes the secret. Throws when it cannot be stored. */
  set(name: SecretName, value: string): void
  /** Of a store that may have to be unlocked first: until then every secret reads as empty and none can be stored. */
  readonly lock?: SecretsLock
}

interface SecretsLock {
  isLocked(): boolean
  /** Calls `listener` once the secrets can be read. Returns its end. */
  onUnlocked(listener: () => void): () => void
}

/** The part of the app that writes a line: shown as `[PlexSync Worker]`. Empty for the app itself. */
export type Component =
  | ''
  | 'Hook'
  | 'Worker'
  | 'Matcher'
  | 'Reconcile'
  | 'Sweep'
  | 'Queue'
  | 'Plex'
  | 'Stash'
  | 'Plugin'
  | 'Health'
  | 'Plays'

/** Writes one line; the implementation redacts it before it reaches any sink. */
export interface Logger {
  log(
    level: LogLevel,
    component: Component,
    message: string,
    about?: { readonly sceneId?: string; readonly error?: unknown },
  ): void
}

/** Notifies the desktop of things that need the user. Headless hosts ignore it. */
export interface Notifier {
  notify(notice: Notice): void
}

/** What happened, as a code with values; the host has the words. */
export type NoticeContent =
  /** `count` dead letters, of which none was reported before. */
  | { readonly kind: 'dead_letters'; readonly count: number }
  | { readonly kind: 'auth'; readonly server: ServerName }
  /** A server answers, but waits for its owner: the code is a row of the error table. */
  | { readonly kind: 'waiting'; readonly code: ErrorCode }
  /** plex_library names libraries that Plex does not have; the others are written. */
  | { readonly kind: 'unknown_libraries'; readonly names: readonly string[] }
  | { readonly kind: 'outage_started'; readonly server: ServerName; readonly minutes: number }
  | { readonly kind: 'outage_ended'; readonly server: ServerName }

export type Notice = NoticeContent & {
  /** Path of the view that shows the cause, such as `/needs-you`. */
  readonly view: string
}

export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly secrets: Secrets
  readonly logger: Logger
  readonly notifier: Notifier
  /** Starts the process that renders posters; on plain Node where it is left out. */
  readonly startPosterWorker?: () => WorkerProcess
  /** Called when a request to a server begins; what it returns is called when that request has ended. */
  readonly onExchange?: () => () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(ms, fn) {
    // setTimeout overflows past 2^31 ms and would fire immediately.
    const timer = setTimeout(fn, Math.min(ms, 2_147_483_647))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** A process beside ours, which does what must not take ours with it. */
export interface WorkerProcess {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process has ended for any reason. */
  onExit(listener: () => void): void
  kill(): void
}
