/** The names that scenes carry, as Stash has them now: shows whether a scene that was kept still carries what it did. */
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { CarriedEntity } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import type { CarriedKind } from '../stash/queries.ts'
import type { SceneNeeds } from '../stash/scene-needs.ts'

type Named = Pick<CarriedEntity, 'id' | 'name'>
type Names = ReadonlyMap<string, CarriedEntity>

const none: Names = new Map()

/** Four lists, one request each. */
export async function readCarriedNames(
  stash: Pick<StashClient, 'entities'>,
  needs: SceneNeeds,
  signal: AbortSignal,
): Promise<Result<CarriedNames>> {
  const names = { performer: none, studio: none, tag: none, group: none }
  for (const kind of ['performer', 'studio', 'tag', 'group'] as const) {
    const read = await stash.entities(kind, signal)
    if (!read.ok) return read
    names[kind] = new Map(read.value.map((entity) => [entity.id, entity]))
  }
  return ok(new CarriedNames(names, needs))
}

export class CarriedNames {
  readonly #names: Readonly<Record<CarriedKind, Names>>
  readonly #needs: SceneNeeds

  constructor(names: Readonly<Record<CarriedKind, Names>>, needs: SceneNeeds) {
    this.#names = names
    this.#needs = needs
  }

  /** Stash leaves a scene's stamp alone where something that it carries was renamed, merged or deleted. */
  agreeWith({ studio, performers, tags, groupIds, groups = [] }: StashScene): boolean {
    return (
      performers.every((performer) => this.#isSamePerformer(performer)) &&
      tags.every((tag) => isSame(this.#names.tag, tag)) &&
      groupIds.every((id) => this.#names.group.has(id)) &&
      groups.every((group) => isSame(this.#names.group, group)) &&
      (studio === null || this.#isSameStudio(studio))
    )
  }

  #isSamePerformer(performer: StashScene['performers'][number]): boolean {
    const now = this.#names.performer.get(performer.id)
    return (
      now?.name === performer.name &&
      (!this.#needs.disambiguation || now.disambiguation === (performer.disambiguation ?? '')) &&
      (!this.#needs.gender || now.gender === (performer.gender ?? ''))
    )
  }

  #isSameStudio(studio: NonNullable<StashScene['studio']>): boolean {
    const now = this.#names.studio.get(studio.id)
    const parent = this.#names.studio.get(now?.parents[0] ?? '')?.name ?? null
    return now?.name === studio.name && (parent === '' ? null : parent) === studio.parentName
  }
}

function isSame(names: Names, { id, name }: Named): boolean {
  return names.get(id)?.name === name
}
