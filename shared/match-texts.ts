/** The steps of a match in English. */
import {
  evidenceText,
  type MatchEvidence,
  type MatchedItem,
  type MatchStep,
  type MatchTexts,
  type NearMiss,
  type SkippedLibrary,
  stepText,
} from './match-steps.ts'

const differences: Readonly<Record<NearMiss, string>> = {
  separators: 'only the separators differ',
  letter_case: 'only upper and lower case differ',
  unicode_form: 'only the form of some characters differs (wide, joined or invisible ones)',
}

const english: MatchTexts = {
  steps: {
    file: ({ at, of, path, size, duration }) => `File ${at} of ${of}: ${path} (${bytes(size)}, ${seconds(duration)}).`,
    pick_without_file: ({ rating_key }) =>
      `You picked item ${rating_key} in an earlier release, which did not record its file: pick it again.`,
    pick_over: ({ rating_key, because }) =>
      `You picked item ${rating_key} for this file, but ${because === 'gone' ? 'Plex no longer has it' : 'that item plays another file now'}.`,
    picked: ({ rating_key }) => `You picked item ${rating_key} for this file.`,
    path_rule: ({ rule, path }) => `The path rule "${rule}" makes it ${path}.`,
    no_path_rule: ({ folder_in_plex }) =>
      folder_in_plex ? 'No path rule covers it, but Plex has its folder.' : 'No path rule covers it.',
    same_path: ({ items }) => `Plex has exactly this path: ${itemList(items)}.`,
    no_path: ({ path }) => `Plex has no item with the path ${path}.`,
    library_skipped: (skipped) => `Items are skipped: ${skippedText(skipped)}.`,
    name_too_common: ({ limit }) => `More than ${limit} files in Plex are called like it: its name proves nothing.`,
    nothing_confirmed: ({ by }) =>
      ({
        size: 'No file in Plex has the same name and size.',
        duration: 'Its size is not known, and no file in Plex has the same name and duration.',
        nothing: 'Neither its size nor its duration is known: its name alone proves nothing.',
      })[by],
    several_confirmed: ({ count, items }) => `${count} items in Plex have the same name and size: ${itemList(items)}.`,
    confirmed: ({ evidence, items }) =>
      `One file in Plex is certainly the same (${evidence.map(englishEvidence).join(', ')}): ${itemList(items)}.`,
    near_miss: ({ file, differs }) => `Plex has ${file}: ${differences[differs]}.`,
    no_library_folder: ({ lookalikes }) =>
      `No Plex library has that folder: correct the path rule, or add the folder to a library${alike(lookalikes)}.`,
    folder_skipped: ({ lookalikes, ...skipped }) =>
      `Its folder is skipped: ${skippedText(skipped)}${alike(lookalikes)}.`,
    not_yet_in_plex: ({ library, lookalikes }) =>
      `It belongs to the library "${library}" and is not in Plex yet${alike(lookalikes)}.`,
    nothing_alike: () => 'Nothing in Plex has its name or title.',
    best_contradicted: ({ rating_key }) =>
      `The best candidate, item ${rating_key}, has another size or duration: it is not taken.`,
    equally_likely: ({ count }) => `${count} candidates are equally likely: none is taken.`,
    candidates_found: ({ name, count }) =>
      `LOW confidence match for '${name}': ${count === 1 ? '1 candidate' : `${count} candidates`} found.`,
    matched: ({ items }) => `HIGH confidence match: ${itemList(items)}.`,
    best_taken: ({ items }) => `strict_matching is off, so the best candidate is taken: ${itemList(items)}.`,
    no_file: () => 'The scene has no file, so it has no place in Plex.',
    library_not_written: ({ name }) => `'${name}' is in a Plex library that is not written.`,
    not_found: ({ name }) => `No Plex item found for '${name}'.`,
    field_refused: ({ rating_key, field, reason }) =>
      `Item ${rating_key}, ${field}: ${reason}. Everything else is written.`,
  },
  evidence: {
    same_name: () => 'same file name',
    name_in_other_case: () => 'file name differs only in letter case or form',
    same_folders: ({ count }) => (count === 1 ? 'same folder name' : `same last ${count} folder names`),
    same_size: ({ stash }) => `same size (${bytes(stash)})`,
    size_differs: ({ stash, plex }) => `size differs (${bytes(stash)} in Stash, ${bytes(plex)} in Plex)`,
    same_duration: ({ stash }) => `same duration (${seconds(stash)})`,
    duration_differs: ({ stash, plex }) => `duration differs (${seconds(stash)} in Stash, ${seconds(plex)} in Plex)`,
    title_in_name: () => 'title as in the file name',
  },
}

export function englishStep(step: MatchStep): string {
  return stepText(step, english)
}

export function englishEvidence(evidence: MatchEvidence): string {
  return evidenceText(evidence, english)
}

export function nearMissText(miss: NearMiss): string {
  return differences[miss]
}

export function skippedText({ library, because, type }: SkippedLibrary): string {
  if (because === 'gone') return `the library ${library} does not exist any more`
  return because === 'wrong_type'
    ? `the library "${library}" is of type ${type}; only movie-type libraries are written`
    : `the library "${library}" is not among those chosen in plex_library`
}

/** `item 101 in "Scenes" and item 205 in "Archive"`. */
function itemList(items: readonly MatchedItem[]): string {
  const names = items.map(({ rating_key, library }) => `item ${rating_key} in "${library}"`)
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(' and ')
}

function alike(count: number): string {
  if (count === 0) return ''
  return count === 1
    ? '; the one item with its name or title is not certain to be the same file'
    : `; none of the ${count} items with its name or title is certain to be the same file`
}

/** `1,234 bytes`; grouping does not depend on the machine's language, since logs travel. */
function bytes(size: number | null): string {
  return size === null ? 'size unknown' : `${size.toLocaleString('en-GB')} bytes`
}

function seconds(duration: number | null): string {
  return duration === null ? 'duration unknown' : `${Math.round(duration).toLocaleString('en-GB')} s`
}
