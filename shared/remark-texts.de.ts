/** The remarks of the engine in German. */
import type { Field, JobKind, JobOrigin } from './domain.ts'
import { germanErrors, germanFault } from './errors.de.ts'
import { germanFields } from './field-names.de.ts'
import { germanKept } from './kept-texts.de.ts'
import { germanDifferences, germanSkipped, germanStep } from './match-texts.de.ts'
import { type Remark, type RemarkTexts, remarkText } from './remarks.ts'
import { germanRequestProblem } from './request-problems.de.ts'

const kinds: Readonly<Record<JobKind, string>> = {
  scene: 'Szene',
  performer: 'Darsteller',
  studio: 'Studio',
  tag: 'Tag',
  group: 'Gruppe',
}

const origins: Readonly<Record<JobOrigin, string>> = {
  hook: 'durch einen Hook von Stash',
  sweep: 'gefunden bei der Abfrage von Stash',
  reconcile: 'gefunden beim Abgleich',
  manual: 'von dir angefordert',
  fan_out: 'über einen Eintrag, der sich in Stash geändert hat',
  retry: 'erneuter Versuch',
}

const german: RemarkTexts = {
  queued: () => 'In der Warteschlange.',
  settling: () => 'Wartet kurz, ob noch weitere Änderungen kommen.',
  in_progress: () => 'In Arbeit.',

  wrote: ({ fields, kept }) => `Geschrieben: ${named(fields)}${keptPart(kept)}`,
  nothing_to_write: ({ kept }) => `Nichts zu schreiben${keptPart(kept)}`,
  gone_from_stash: () => 'Die Szene gibt es in Stash nicht mehr; in Plex bleibt alles, wie es ist.',
  deleted_in_stash: () => 'Wurde in Stash gelöscht.',
  superseded: ({ job }) => `Auftrag ${job} führt das weiter.`,
  fanned_out: ({ scenes, kind, id }) =>
    `An ${number(scenes)} ${scenes === 1 ? 'Szene' : 'Szenen'} mit ${kinds[kind]} ${id} weitergegeben`,
  not_found_skipped: ({ step }) =>
    `${step === undefined ? germanErrors.not_in_plex.sentence : germanStep(step)} Übersprungen (skip_not_found).`,
  stopped_unexpectedly: () => 'Durch einen unerwarteten Fehler abgebrochen',
  failed: ({ error, message, step, because }) => {
    if (because !== undefined) return germanRequestProblem(because)
    return step === undefined ? germanFault(error, message) : germanStep(step)
  },

  not_organized: () => 'In Stash nicht als organisiert markiert (only_organized ist an)',
  no_stash_id: () => 'Hat keine Stash-ID (only_with_stash_id ist an)',
  no_url: () => 'Hat keine URL (only_with_url ist an)',
  not_tagged_so: () => 'Hat keinen der Tags aus only_tagged',
  tagged_out: () => 'Hat einen Tag aus not_tagged',
  no_metadata: () =>
    'In Stash noch ohne Metadaten: ergänze Studio, Darsteller, Tags, Datum oder Beschreibung, dann wird die Szene geschrieben',

  received: ({ job, origin }) => `Auftrag ${job}, ${origins[origin]}`,
  left_alone: ({ rating_key, kept }) =>
    `In Eintrag ${rating_key} belassen: ${kept.map((one) => `${germanFields[one.field]}: ${germanKept(one)}`).join('; ')}`,
  written_item: ({ rating_key }) => `Eintrag ${rating_key}`,
  verified_item: ({ rating_key }) => `Plex zeigt, was in Eintrag ${rating_key} geschrieben wurde`,

  rule_unused: () => 'Keine der Stichproben liegt darunter.',
  rule_found: ({ found, covered }) => `${number(found)} von ${number(covered)} Stichproben darunter sind in Plex.`,
  rule_suggested: ({ files, by, example }) =>
    `${number(files)} Dateien mit gleichem Namen und ${{ size: 'gleicher Größe', duration: 'gleicher Dauer', either: 'gleicher Größe oder Dauer' }[by]} liegen unter beiden Ordnern, zum Beispiel ${example}.`,
  in_skipped_library: ({ skipped }) =>
    `Plex hat die Datei, aber ${skipped === null ? 'in einer Bibliothek, die es nicht mehr gibt' : germanSkipped(skipped)}.`,
  near_miss: ({ file, differs }) =>
    `Plex hat die Datei als ${file}: ${germanDifferences[differs]}. Korrigiere die Pfadregel.`,
  not_scanned: ({ library }) =>
    `Die Datei gehört zur Bibliothek „${library}“, aber Plex hat sie (noch) nicht: lass Plex den Ordner scannen.`,
  elsewhere: ({ library, file }) =>
    `Die Datei gehört zur Bibliothek „${library}“, ist dort aber nicht; Plex hat den Namen unter ${file}. Vielleicht fehlt eine Pfadregel.`,
  folder_not_written: ({ skipped }) =>
    `Die Datei liegt in einem Ordner, in den nicht geschrieben wird: ${germanSkipped(skipped)}.`,
  no_such_folder: ({ folder }) =>
    `Keine Plex-Bibliothek hat den Ordner ${folder}: korrigiere die rechte Seite der Pfadregel.`,
  no_rule_no_file: () =>
    'Keine Pfadregel passt, und Plex hat keine Datei mit diesem Namen: ergänze eine Regel, oder lass Plex scannen.',
  no_rule: ({ file }) => `Keine Pfadregel passt; Plex hat den Namen unter ${file}. Ergänze eine Pfadregel.`,

  library_type: ({ type }) =>
    `In Bibliotheken vom Typ ${type} wird nicht geschrieben; Szenen gehören in eine Filmbibliothek.`,
}

export function germanRemark(remark: Remark): string {
  return remarkText(remark, german)
}

function named(fields: readonly Field[]): string {
  return fields.map((field) => germanFields[field]).join(', ')
}

function keptPart(kept: readonly Field[]): string {
  return kept.length === 0 ? '' : `; belassen: ${named(kept)}`
}

function number(count: number): string {
  return count.toLocaleString('de')
}
