/**
 * Finds what of an edit Plex refuses, by halves: first which fields, then which names of a list. Each part that is accepted
 * is written with that, so nothing is sent only to find out.
 */
import { decline } from '../../../shared/decline.ts'
import { type ListField, listFields, type PlexItem, type ScalarField, scalarFields } from '../../../shared/domain.ts'
import type { ItemEdit, PlexList, PlexScalar, PlexTagging } from '../../../shared/item-edit.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import { toTagging } from '../merge/merge-list.ts'
import { plexNames, taggingsOf } from '../merge/plex-fields.ts'
import type { Refused } from '../merge/refused.ts'
import { nameKey } from '../merge/text-equality.ts'
import type { EditOutcome } from './edit-outcome.ts'

/** Requests for one edit. What has not been tried alone by then is refused together. */
const longestSearch = 48

type ListEdit = NonNullable<ItemEdit['lists'][PlexList]>

type Part =
  | { readonly kind: 'scalar'; readonly field: ScalarField; readonly value: string }
  | { readonly kind: 'list'; readonly field: ListField; readonly list: ListEdit }
  | { readonly kind: 'lock'; readonly name: 'thumb' | 'art' }

/** A change to a list: a name that is new or gets a photo, or one that goes. */
type Step = { readonly add: PlexTagging } | { readonly remove: string }

export class RefusalSearch {
  readonly #edit: ItemEdit
  readonly #item: PlexItem
  readonly #send: (part: ItemEdit) => Promise<Result<ItemEdit>>
  readonly #signal: AbortSignal
  readonly #scalars: Partial<Record<PlexScalar, string>> = {}
  readonly #lists: Partial<Record<PlexList, ListEdit>> = {}
  readonly #refused: Refused = {}
  #requests = 0
  #accepted = 0

  constructor(
    edit: ItemEdit,
    item: PlexItem,
    send: (part: ItemEdit) => Promise<Result<ItemEdit>>,
    signal: AbortSignal,
  ) {
    this.#edit = edit
    this.#item = item
    this.#send = send
    this.#signal = signal
  }

  /**
   * Writes what is accepted. The fault `met` by the whole edit comes back where nothing at all is; another fault ends the
   * search, and what was written by then is planned again.
   */
  async run(met: Fault): Promise<Result<EditOutcome>> {
    const parts = this.#parts()
    const ended = await this.#split(parts, met)
    if (ended !== null) return { ok: false, fault: ended }
    if (this.#accepted === 0 && parts.length > 1) return { ok: false, fault: met }
    const { ratingKey, sectionId } = this.#edit
    return ok({ written: { ratingKey, sectionId, scalars: this.#scalars, lists: this.#lists }, refused: this.#refused })
  }

  #parts(): Part[] {
    const { scalars, lists, lockOnly = [] } = this.#edit
    return [
      ...scalarFields.flatMap((field): Part[] => {
        const value = scalars[plexNames[field]]
        return value === undefined ? [] : [{ kind: 'scalar', field, value }]
      }),
      ...listFields.flatMap((field): Part[] => {
        const list = lists[plexNames[field]]
        return list === undefined ? [] : [{ kind: 'list', field, list }]
      }),
      ...lockOnly.map((name): Part => ({ kind: 'lock', name })),
    ]
  }

  /** The parts together were refused: tries each half. Returns the fault that ended the search. */
  async #split(parts: readonly Part[], refusal: Fault): Promise<Fault | null> {
    const [only] = parts
    if (only === undefined) return null
    if (parts.length === 1) return this.#isolated(only, refusal)
    for (const half of halvesOf(parts)) {
      const sent = await this.#try(this.#editOf(half))
      if (sent.ok) this.#accept(half, sent.value)
      else {
        const ended = isRefusal(sent.fault) ? await this.#split(half, sent.fault) : sent.fault
        if (ended !== null) return ended
      }
    }
    return null
  }

  /** `sent` may hold a shorter summary than was wanted. */
  #accept(parts: readonly Part[], sent: ItemEdit): void {
    for (const part of parts) {
      this.#accepted += 1
      if (part.kind === 'scalar')
        this.#scalars[plexNames[part.field]] = sent.scalars[plexNames[part.field]] ?? part.value
      if (part.kind === 'list') this.#lists[plexNames[part.field]] = part.list
    }
  }

  async #isolated(part: Part, refusal: Fault): Promise<Fault | null> {
    if (part.kind === 'scalar')
      this.#refused[part.field] = { values: [part.value], removals: [], status: refusal.status ?? null }
    if (part.kind !== 'list') return null
    const { field, list } = part
    const steps = this.#stepsOf(field, list)
    if (steps.length > 1 && this.#listOf(field, list, []).wanted.length > 0) {
      // Without any change: is it the list itself that Plex refuses?
      const asItIs = await this.#try(this.#listEdit(field, list, []))
      if (!asItIs.ok && !isRefusal(asItIs.fault)) return asItIs.fault
      if (!asItIs.ok) {
        for (const step of steps) this.#refuse(field, step, asItIs.fault)
        return null
      }
      this.#accepted += 1
    }
    const taken: Step[] = []
    const ended = await this.#splitList({ field, list, taken }, steps, refusal)
    if (ended !== null) return ended
    if (taken.length > 0) {
      this.#accepted += 1
      this.#lists[plexNames[field]] = this.#listOf(field, list, taken)
    }
    return null
  }

  async #splitList(
    into: { readonly field: ListField; readonly list: ListEdit; readonly taken: Step[] },
    steps: readonly Step[],
    refusal: Fault,
  ): Promise<Fault | null> {
    const { field, list, taken } = into
    const [only] = steps
    if (only === undefined) return null
    if (steps.length === 1) return this.#isolatedStep(into, only, refusal)
    for (const half of halvesOf(steps)) {
      // With all that was taken: where Plex replaces lists, the last request decides.
      const sent = await this.#try(this.#listEdit(field, list, [...taken, ...half]))
      if (sent.ok) taken.push(...half)
      else {
        const ended = isRefusal(sent.fault) ? await this.#splitList(into, half, sent.fault) : sent.fault
        if (ended !== null) return ended
      }
    }
    return null
  }

  /** The photo of an actor may be what is refused, and not the name. */
  async #isolatedStep(
    { field, list, taken }: { readonly field: ListField; readonly list: ListEdit; readonly taken: Step[] },
    step: Step,
    refusal: Fault,
  ): Promise<Fault | null> {
    if ('add' in step && step.add.photo !== undefined) {
      const { photo: _refused, ...bare } = step.add
      const sent = await this.#try(this.#listEdit(field, list, [...taken, { add: bare }]))
      if (!sent.ok && !isRefusal(sent.fault)) return sent.fault
      if (sent.ok) {
        taken.push({ add: bare })
        return null
      }
    }
    this.#refuse(field, step, refusal)
    return null
  }

  #refuse(field: ListField, step: Step, { status }: Fault): void {
    const known = this.#refused[field] ?? { values: [], removals: [], status: status ?? null }
    this.#refused[field] =
      'add' in step
        ? { ...known, values: [...known.values, step.add.name] }
        : { ...known, removals: [...known.removals, step.remove] }
  }

  #stepsOf(field: ListField, list: ListEdit): Step[] {
    const present = this.#present(field)
    const added = list.wanted.filter((wanted) => {
      const shown = present.get(nameKey(wanted.name))
      return shown === undefined || (wanted.photo !== undefined && wanted.photo !== shown.photo)
    })
    return [...added.map((add): Step => ({ add })), ...list.removed.map((remove): Step => ({ remove }))]
  }

  #present(field: ListField): ReadonlyMap<string, PlexTagging> {
    return new Map(taggingsOf(this.#item, field).map((tagging) => [nameKey(tagging.name), toTagging(tagging)]))
  }

  /** The names that the item has and that stay, with those of the steps, in the order of the whole edit. */
  #listOf(field: ListField, list: ListEdit, steps: readonly Step[]): ListEdit {
    const added = new Map(steps.flatMap((step) => ('add' in step ? [[nameKey(step.add.name), step.add] as const] : [])))
    const present = this.#present(field)
    const wanted = list.wanted.flatMap(({ name }) => added.get(nameKey(name)) ?? present.get(nameKey(name)) ?? [])
    return { wanted, removed: steps.flatMap((step) => ('remove' in step ? [step.remove] : [])) }
  }

  #listEdit(field: ListField, list: ListEdit, steps: readonly Step[]): ItemEdit {
    return this.#editOf([{ kind: 'list', field, list: this.#listOf(field, list, steps) }])
  }

  #editOf(parts: readonly Part[]): ItemEdit {
    const { ratingKey, sectionId, unlock } = this.#edit
    const scalars: Partial<Record<PlexScalar, string>> = {}
    const lists: Partial<Record<PlexList, ListEdit>> = {}
    for (const part of parts) {
      if (part.kind === 'scalar') scalars[plexNames[part.field]] = part.value
      if (part.kind === 'list') lists[plexNames[part.field]] = part.list
    }
    const lockOnly = parts.flatMap((part) => (part.kind === 'lock' ? [part.name] : []))
    return { ratingKey, sectionId, scalars, lists, lockOnly, ...(unlock !== undefined && { unlock }) }
  }

  async #try(edit: ItemEdit): Promise<Result<ItemEdit>> {
    if (this.#signal.aborted) return fail('cancelled', 'The write was stopped')
    if (this.#requests >= longestSearch) return { ok: false, fault: { ...tooMany, status: 400 } }
    this.#requests += 1
    return this.#send(edit)
  }
}

const tooMany = decline('rejected', { code: 'too_many_refused', values: {} }).fault

function isRefusal({ code }: Fault): boolean {
  return code === 'rejected' || code === 'request_too_long' || code === 'edit_failed'
}

function halvesOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2)
  return [list.slice(0, middle), list.slice(middle)]
}
