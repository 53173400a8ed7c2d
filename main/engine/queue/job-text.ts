/** How jobs are searched for a text. */

/** The pattern of a text, in which `%` and `_` are letters like others. */
export function likeOf(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}

/** Title, detail or subject of a job; needs `@like` and `@text`. */
export const containsText = `(title LIKE @like ESCAPE '\\' OR detail LIKE @like ESCAPE '\\' OR CAST(subject_id AS TEXT) = @text)`

/** The same for dead letters, whose file counts too; needs `@like`. */
export const containsDeadText = `(${['title', 'detail', "coalesce(path, '')", 'CAST(subject_id AS TEXT)']
  .map((column) => `${column} LIKE @like ESCAPE '\\'`)
  .join(' OR ')})`
