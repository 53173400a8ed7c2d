/** The remarks of the engine in English. Those of jobs are stored and searched: their words stay. */
import { nearMissText, skippedText } from './match-texts.ts'
import { type Remark, type RemarkTexts, remarkText } from './remarks.ts'

const english: RemarkTexts = {
  queued: () => 'Queued.',
  settling: () => 'Waiting for edits to settle.',
  in_progress: () => 'In progress.',

  wrote: ({ fields, kept }) => `Wrote ${fields.join(', ')}${keptPart(kept)}`,
  nothing_to_write: ({ kept }) => `Nothing to write${keptPart(kept)}`,
  gone_from_stash: () => 'Stash no longer has this scene; Plex is left alone.',
  deleted_in_stash: () => 'It was deleted in Stash.',
  superseded: ({ job }) => `Continued by job ${job}.`,
  fanned_out: ({ scenes, kind, id }) => `${scenes} scenes carry ${kind} ${id}`,
  not_found_skipped: ({ message }) => `${message} (skip_not_found)`,
  stopped_unexpectedly: () => 'Stopped by an unexpected failure',
  failed: ({ message }) => message,

  not_organized: () => 'not marked as organised in Stash (only_organized is on)',
  no_stash_id: () => 'has no Stash ID (only_with_stash_id is on)',
  no_url: () => 'has no URL (only_with_url is on)',
  not_tagged_so: () => 'has none of the tags of only_tagged',
  tagged_out: () => 'has a tag of not_tagged',
  no_metadata: () => 'no Stash metadata yet: add studio/performers/tags/date/details to allow sync',

  received: ({ job, origin }) => `Job ${job}, from ${origin}`,
  left_alone: ({ rating_key, kept }) =>
    `Left alone in item ${rating_key}: ${kept.map(({ field, reason }) => `${field}: ${reason}`).join('; ')}`,
  written_item: ({ rating_key }) => `Item ${rating_key}`,
  verified_item: ({ rating_key }) => `Plex shows what was written to item ${rating_key}`,

  rule_unused: () => 'No sample is below it.',
  rule_found: ({ found, covered }) => `${found} of ${covered} samples below it are in Plex.`,
  rule_suggested: ({ files, by, example }) =>
    `${files} files with the same name and ${by === 'either' ? 'size or duration' : by} are below both folders, such as ${example}.`,
  in_skipped_library: ({ skipped }) =>
    `Plex has it, but ${skipped === null ? 'in a library that no longer exists' : skippedText(skipped)}.`,
  near_miss: ({ file, differs }) => `Plex has it as ${file}: ${nearMissText(differs)}. Correct the path rule.`,
  not_scanned: ({ library }) =>
    `It belongs to the library "${library}", but Plex does not have it (yet): let Plex scan the folder.`,
  elsewhere: ({ library, file }) =>
    `It belongs to the library "${library}" but is not there; Plex has that name at ${file}. A path rule may be missing.`,
  folder_not_written: ({ skipped }) => `It is in a folder that is not written: ${skippedText(skipped)}.`,
  no_such_folder: ({ folder }) => `No Plex library has the folder ${folder}: correct the right side of the path rule.`,
  no_rule_no_file: () => 'No path rule covers it, and Plex has no file of that name: add a rule, or let Plex scan.',
  no_rule: ({ file }) => `No path rule covers it; Plex has that name at ${file}. Add a path rule.`,

  library_type: ({ type }) => `Libraries of type ${type} are not written; scenes belong in a movie-type library.`,
}

export function englishRemark(remark: Remark): string {
  return remarkText(remark, english)
}

function keptPart(kept: readonly string[]): string {
  return kept.length === 0 ? '' : `; kept ${kept.join(', ')}`
}
