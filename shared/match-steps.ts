/** How a file was matched and what speaks for a candidate, as codes with values. The words are in match-texts.ts. */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'

const text = z.string()
const count = z.number()
/** Null if a server does not say. */
const measure = z.number().nullable()
const item = z.object({ rating_key: text, library: text })
const items = z.array(item)
export type MatchedItem = z.infer<typeof item>

export const nearMisses = ['separators', 'letter_case', 'unicode_form'] as const
export type NearMiss = (typeof nearMisses)[number]

/** Sizes are bytes, durations seconds. */
export const matchEvidenceSchema = z.discriminatedUnion('code', [
  coded('same_name', {}),
  coded('name_in_other_case', {}),
  coded('same_folders', { count }),
  coded('same_size', { stash: measure }),
  coded('size_differs', { stash: measure, plex: measure }),
  coded('same_duration', { stash: measure }),
  coded('duration_differs', { stash: measure, plex: measure }),
  coded('title_in_name', {}),
])
export type MatchEvidence = z.infer<typeof matchEvidenceSchema>

/** Why PlexSync does not write to a library; `type` is that of the library. */
const skippedLibrary = { library: text, because: z.enum(['gone', 'wrong_type', 'not_chosen']), type: text }
export const skippedLibrarySchema = z.object(skippedLibrary)
export type SkippedLibrary = z.infer<typeof skippedLibrarySchema>

export const matchStepSchema = z.discriminatedUnion('code', [
  coded('file', { at: count, of: count, path: text, size: measure, duration: measure }),
  coded('pick_without_file', { rating_key: text }),
  coded('pick_over', { rating_key: text, because: z.enum(['gone', 'other_file']) }),
  coded('picked', { rating_key: text }),
  coded('path_rule', { rule: text, path: text }),
  coded('no_path_rule', { folder_in_plex: z.boolean() }),
  coded('same_path', { items }),
  coded('no_path', { path: text }),
  coded('library_skipped', skippedLibrary),
  coded('name_too_common', { limit: count }),
  coded('nothing_confirmed', { by: z.enum(['size', 'duration', 'nothing']) }),
  coded('several_confirmed', { count, items }),
  coded('confirmed', { evidence: z.array(matchEvidenceSchema), items }),
  coded('near_miss', { file: text, differs: z.enum(nearMisses) }),
  coded('no_library_folder', { lookalikes: count }),
  coded('folder_skipped', { ...skippedLibrary, lookalikes: count }),
  coded('not_yet_in_plex', { library: text, lookalikes: count }),
  coded('nothing_alike', {}),
  coded('best_contradicted', { rating_key: text }),
  coded('equally_likely', { count }),
  coded('candidates_found', { name: text, count }),
  coded('matched', { items }),
  coded('best_taken', { items }),
  coded('no_file', {}),
  coded('library_not_written', { name: text }),
  coded('not_found', { name: text }),
  /** Plex refuses a field of the item; `reason` is what it said. */
  coded('field_refused', { rating_key: text, field: text, reason: text }),
])
export type MatchStep = z.infer<typeof matchStepSchema>

export interface MatchTexts {
  readonly steps: WordsFor<MatchStep>
  readonly evidence: WordsFor<MatchEvidence>
}

/** One sentence. */
export function stepText(step: MatchStep, texts: MatchTexts): string {
  return wordsFor(step, texts.steps)
}

/** One phrase, without a full stop. */
export function evidenceText(evidence: MatchEvidence, texts: MatchTexts): string {
  return wordsFor(evidence, texts.evidence)
}
