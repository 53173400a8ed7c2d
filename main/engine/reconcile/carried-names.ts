/** The names that scenes carry, as Stash has them now: tells whether a scene that was kept still carries what it did. */
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { CarriedEntity } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import type { CarriedKind } from '../stash/queries.ts'
import type { SceneNeeds } from '../stash/scene-needs.ts'

type Named = Pick<CarriedEntity, 'id' | 'name'>
type Names = ReadonlyMap<string, CarriedEntity>

/** Four lists, one request each. */
export async function readCarriedNames(
  stash: Pick<StashClient, 'entities'>,
  needs: SceneNeeds,
  signal: AbortSignal,
): Promise<Result<CarriedNames>> {
  const lists = new Map<CarriedKind, Names>()
  for (const kind of ['performer', 'studio', 'tag', 'group'] as const) {
    const read = await stash.entities(kind, signal)
    if (!read.ok) return read
    lists.set(kind, new Map(read.value.map((entity) => [entity.id, entity])))
  }
  const of = (kind: CarriedKind): Names => lists.get(kind) ?? new Map()
  return ok(new CarriedNames(of('performer'), of('studio'), of('tag'), of('group'), needs))
}

export class CarriedNames {
  readonly #performers: Names
  readonly #studios: Names
  readonly #tags: Names
  readonly #groups: Names
  readonly #needs: SceneNeeds

  constructor(performers: Names, studios: Names, tags: Names, groups: Names, needs: SceneNeeds) {
    this.#performers = performers
    this.#studios = studios
    this.#tags = tags
    this.#groups = groups
    this.#needs = needs
  }

  /** Stash leaves a scene's stamp alone where something that it carries was renamed, merged or deleted. */
  agreeWith({ studio, performers, tags, groupIds, groups = [] }: StashScene): boolean {
    return (
      performers.every((performer) => this.#isSamePerformer(performer)) &&
      tags.every((tag) => isSame(this.#tags, tag)) &&
      groupIds.every((id) => this.#groups.has(id)) &&
      groups.every((group) => isSame(this.#groups, group)) &&
      (studio === null || this.#isSameStudio(studio))
    )
  }

  #isSamePerformer(performer: StashScene['performers'][number]): boolean {
    const now = this.#performers.get(performer.id)
    return (
      now?.name === performer.name &&
      (!this.#needs.disambiguation || now.disambiguation === (performer.disambiguation ?? '')) &&
      (!this.#needs.gender || now.gender === (performer.gender ?? ''))
    )
  }

  #isSameStudio(studio: NonNullable<StashScene['studio']>): boolean {
    const now = this.#studios.get(studio.id)
    const parent = this.#studios.get(now?.parents[0] ?? '')?.name ?? null
    return now?.name === studio.name && (parent === '' ? null : parent) === studio.parentName
  }
}

function isSame(names: Names, { id, name }: Named): boolean {
  return names.get(id)?.name === name
}
