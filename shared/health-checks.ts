/** The health checks, in the order in which they are shown. */
import * as z from 'zod'

export const checkIds = [
  'plex',
  'plex_token',
  'plex_libraries',
  'stash',
  'plugin',
  'hooks',
  'only_writer',
  'queue',
  'dead_letters',
  'locked_fields',
  'path_rules',
  'tag_names',
  'posters',
  'database',
  'disk',
  'listening',
  'secrets',
] as const
export const checkIdSchema = z.enum(checkIds)
export type CheckId = z.infer<typeof checkIdSchema>

/** Titles name the subject: they are shown with a pass, a warning and a failure alike. */
export type CheckTitles = Readonly<Record<CheckId, string>>
