/** Stash: filters of pages (FindFilterType) and of scenes by stamp and id (SceneFilterType). */

/** The next rows by id: a row that is deleted between two pages hides no other one, as page numbers would. */
export function byId(perPage: number, page = 1): Record<string, unknown> {
  return { page, per_page: perPage, sort: 'id', direction: 'ASC' }
}

export function latestFirst(perPage: number, page = 1): Record<string, unknown> {
  return { page, per_page: perPage, sort: 'updated_at', direction: 'DESC' }
}

/** Rows updated after a text and with an id above another one; null for all. */
export function newerThan(since: string | null, after: number): Record<string, unknown> | null {
  if (since === null && after === 0) return null
  return {
    ...(since === null ? {} : { updated_at: { value: since, modifier: 'GREATER_THAN' } }),
    ...(after === 0 ? {} : { id: { value: after, modifier: 'GREATER_THAN' } }),
  }
}
