/** The steps of a match in German. */
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

export const germanDifferences: Readonly<Record<NearMiss, string>> = {
  separators: 'nur die Trennzeichen unterscheiden sich',
  letter_case: 'nur Groß- und Kleinschreibung unterscheiden sich',
  unicode_form: 'nur die Form einiger Zeichen unterscheidet sich (breite, zusammengesetzte oder unsichtbare)',
}

const german: MatchTexts = {
  steps: {
    file: ({ at, of, path, size, duration }) =>
      `Datei ${at} von ${of}: ${path} (${bytes(size)}, ${seconds(duration)}).`,
    pick_without_file: ({ rating_key }) =>
      `Du hast Eintrag ${rating_key} in einer früheren Version gewählt, die sich die Datei dazu nicht gemerkt hat: wähl ihn noch einmal.`,
    pick_over: ({ rating_key, because }) =>
      `Du hast für diese Datei Eintrag ${rating_key} gewählt, aber ${because === 'gone' ? 'in Plex gibt es ihn nicht mehr' : 'er spielt jetzt eine andere Datei'}.`,
    picked: ({ rating_key }) => `Du hast für diese Datei Eintrag ${rating_key} gewählt.`,
    path_rule: ({ rule, path }) => `Die Pfadregel „${rule}“ macht daraus ${path}.`,
    no_path_rule: ({ folder_in_plex }) =>
      folder_in_plex ? 'Keine Pfadregel passt, aber Plex kennt den Ordner.' : 'Keine Pfadregel passt.',
    same_path: ({ items }) => `Plex hat genau diesen Pfad: ${itemList(items)}.`,
    no_path: ({ path }) => `Plex hat keinen Eintrag mit dem Pfad ${path}.`,
    library_skipped: (skipped) => `Einträge werden übersprungen: ${germanSkipped(skipped)}.`,
    name_too_common: ({ limit }) => `Mehr als ${limit} Dateien in Plex heißen so: der Name beweist nichts.`,
    nothing_confirmed: ({ by }) =>
      ({
        size: 'Keine Datei in Plex hat denselben Namen und dieselbe Größe.',
        duration: 'Die Größe ist unbekannt, und keine Datei in Plex hat denselben Namen und dieselbe Dauer.',
        nothing: 'Weder Größe noch Dauer sind bekannt: der Name allein beweist nichts.',
      })[by],
    several_confirmed: ({ count, items }) =>
      `${count} Einträge in Plex haben denselben Namen und dieselbe Größe: ${itemList(items)}.`,
    confirmed: ({ evidence, items }) =>
      `Eine Datei in Plex ist sicher dieselbe (${evidence.map(germanEvidence).join(', ')}): ${itemList(items)}.`,
    near_miss: ({ file, differs }) => `Plex hat ${file}: ${germanDifferences[differs]}.`,
    no_library_folder: ({ lookalikes }) =>
      `Keine Plex-Bibliothek hat diesen Ordner: korrigiere die Pfadregel, oder füg den Ordner einer Bibliothek hinzu${alike(lookalikes)}.`,
    folder_skipped: ({ lookalikes, ...skipped }) =>
      `Der Ordner wird übersprungen: ${germanSkipped(skipped)}${alike(lookalikes)}.`,
    not_yet_in_plex: ({ library, lookalikes }) =>
      `Die Datei gehört zur Bibliothek „${library}“ und ist noch nicht in Plex${alike(lookalikes)}.`,
    nothing_alike: () => 'Nichts in Plex hat diesen Namen oder Titel.',
    best_contradicted: ({ rating_key }) =>
      `Der beste Kandidat, Eintrag ${rating_key}, hat eine andere Größe oder Dauer und wird nicht genommen.`,
    equally_likely: ({ count }) => `${count} Kandidaten sind gleich wahrscheinlich: keiner wird genommen.`,
    candidates_found: ({ name, count }) =>
      `Unsicherer Treffer für „${name}“: ${count === 1 ? '1 Kandidat' : `${count} Kandidaten`} gefunden.`,
    matched: ({ items }) => `Sicherer Treffer: ${itemList(items)}.`,
    best_taken: ({ items }) => `strict_matching ist aus, also wird der beste Kandidat genommen: ${itemList(items)}.`,
    no_file: () => 'Die Szene hat keine Datei und damit keinen Platz in Plex.',
    library_not_written: ({ name }) => `„${name}“ ist in einer Plex-Bibliothek, in die nicht geschrieben wird.`,
    not_found: ({ name }) => `Kein Eintrag in Plex für „${name}“ gefunden.`,
    field_refused: ({ rating_key, field, reason }) =>
      `Eintrag ${rating_key}, ${field}: Plex lehnt den Wert ab (${reason}). Alles andere wird geschrieben.`,
  },
  evidence: {
    same_name: () => 'gleicher Dateiname',
    name_in_other_case: () => 'Dateiname unterscheidet sich nur in Schreibung oder Zeichenform',
    same_folders: ({ count }) => (count === 1 ? 'gleicher Ordnername' : `die letzten ${count} Ordnernamen sind gleich`),
    same_size: ({ stash }) => `gleiche Größe (${bytes(stash)})`,
    size_differs: ({ stash, plex }) => `andere Größe (${bytes(stash)} in Stash, ${bytes(plex)} in Plex)`,
    same_duration: ({ stash }) => `gleiche Dauer (${seconds(stash)})`,
    duration_differs: ({ stash, plex }) => `andere Dauer (${seconds(stash)} in Stash, ${seconds(plex)} in Plex)`,
    title_in_name: () => 'Titel wie im Dateinamen',
  },
}

export function germanStep(step: MatchStep): string {
  return stepText(step, german)
}

export function germanEvidence(evidence: MatchEvidence): string {
  return evidenceText(evidence, german)
}

export function germanSkipped({ library, because, type }: SkippedLibrary): string {
  if (because === 'gone') return `die Bibliothek ${library} gibt es nicht mehr`
  return because === 'wrong_type'
    ? `die Bibliothek „${library}“ ist vom Typ ${type}; geschrieben wird nur in Filmbibliotheken`
    : `die Bibliothek „${library}“ ist in plex_library nicht ausgewählt`
}

function itemList(items: readonly MatchedItem[]): string {
  const names = items.map(({ rating_key, library }) => `Eintrag ${rating_key} in „${library}“`)
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} und ${names.length - 3} weitere` : names.join(' und ')
}

function alike(count: number): string {
  if (count === 0) return ''
  return count === 1
    ? '; der eine Eintrag mit diesem Namen oder Titel ist nicht sicher dieselbe Datei'
    : `; keiner der ${count} Einträge mit diesem Namen oder Titel ist sicher dieselbe Datei`
}

function bytes(size: number | null): string {
  return size === null ? 'Größe unbekannt' : `${size.toLocaleString('de')} Bytes`
}

function seconds(duration: number | null): string {
  return duration === null ? 'Dauer unbekannt' : `${Math.round(duration).toLocaleString('de')} s`
}
