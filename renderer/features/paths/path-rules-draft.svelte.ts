import type { PathTest } from '../../../shared/contract.ts'
import type { Backend } from '../../backend/backend.ts'
import { workOf } from '../../state/long-work.ts'
import { Request } from '../../state/request.svelte.ts'
import { throttled } from '../../state/throttled.ts'
import { type EditedRule, formatRule, formatRules, isBlank, isComplete, moved, parseRules } from './rule-text.ts'

const liveCheckMs = 600
const samples = 20

/** Path rules while they are edited: each change is tested on samples shortly after, nothing is stored until saved. */
export class PathRulesDraft {
  readonly check = new Request<PathTest>()
  readonly suggestion = new Request<PathTest>()
  #rules = $state<EditedRule[]>([])
  #stored = $state('')
  #text = $derived(formatRules(this.#rules.filter((rule) => !isBlank(rule))))
  readonly #backend: Backend
  readonly #soon = throttled(liveCheckMs, () => void this.test())

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get rules(): readonly EditedRule[] {
    return this.#rules
  }

  /** As it would be stored. */
  get text(): string {
    return this.#text
  }

  get changed(): boolean {
    return this.#text !== formatRules(parseRules(this.#stored))
  }

  get complete(): boolean {
    return this.#rules.every(isComplete)
  }

  /** Takes over what is stored, unless the user is in the middle of a change. */
  load(stored: string): void {
    if (stored === this.#stored && this.#rules.length > 0) return
    if (this.changed) return
    this.#stored = stored
    this.#rules = parseRules(stored)
  }

  /** What is shown is what is stored now. */
  markSaved(stored: string): void {
    this.#stored = stored
    this.#rules = parseRules(stored)
  }

  discard(): void {
    this.#rules = parseRules(this.#stored)
    this.#soon.call()
  }

  add(rule: EditedRule = { stash: '', plex: '' }): void {
    this.#rules = [...this.#rules.filter((other) => !isBlank(other)), rule]
    if (!isBlank(rule)) this.#soon.call()
  }

  edit(index: number, change: Partial<EditedRule>): void {
    this.#rules = this.#rules.map((rule, at) => (at === index ? { ...rule, ...change } : rule))
    this.#soon.call()
  }

  move(from: number, to: number): void {
    this.#rules = moved(this.#rules, from, to)
    this.#soon.call()
  }

  remove(index: number): void {
    this.#rules = this.#rules.toSpliced(index, 1)
    this.#soon.call()
  }

  has(rule: string): boolean {
    return this.#rules.some((own) => formatRule(own) === rule)
  }

  async test(): Promise<void> {
    if (!this.complete) return
    const path_map = this.#text
    const request = { samples, path_map }
    await this.check.run((signal) =>
      workOf(this.#backend, 'testPaths', { kind: 'paths_test', request }, { signal, endsTask: true }),
    )
  }

  async suggest(): Promise<void> {
    const request = { samples }
    await this.suggestion.run((signal) =>
      workOf(this.#backend, 'suggestPaths', { kind: 'paths_suggest', request }, { signal, endsTask: true }),
    )
  }

  stop(): void {
    this.#soon.end()
    this.check.cancel()
    this.suggestion.cancel()
  }
}
