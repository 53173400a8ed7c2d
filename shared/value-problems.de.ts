/** German phrases for what is wrong with a value; English ones are in value-problems.ts. */
import type { ValueProblemTexts } from './value-problems.ts'

export const germanProblems: ValueProblemTexts = {
  not_switch: () => 'Erlaubt sind nur true und false',
  not_number: ({ whole, min, max, orZero }) =>
    `Erlaubt ist eine ${whole ? 'ganze Zahl' : 'Zahl'} von ${german(min)} bis ${german(max)}${orZero ? ', oder 0 zum Abschalten' : ''}`,
  not_choice: ({ choices }) => `Erlaubt ist eines davon: ${choices.join(', ')}`,
  not_text: () => 'Erlaubt ist nur Text',
  special_characters: () => 'Leerzeichen und Sonderzeichen gehören nicht hinein; kopiere den Wert noch einmal',
  too_short: ({ length }) => `Mindestens ${length} Zeichen sind nötig`,
  not_start: () => 'Erlaubt ist now oder ein Tag wie 2026-01-31',
  not_rules: () => 'Erlaubt ist nur Text: „Stash-Ordner => Plex-Ordner; …“',

  no_scheme: () => 'Die Adresse muss mit http:// oder https:// beginnen',
  no_address: () => 'Die Adresse ist nicht vollständig; gemeint ist etwas wie http://192.168.1.10:32400',
  with_user: () => 'Benutzername und Passwort gehören nicht in die Adresse',
  plex_on_the_web: () => 'Das ist Plex im Web, nicht dein Server; nimm eine Adresse wie http://192.168.1.10:32400',
  page_address: ({ address, withToken }) =>
    `Das ist eine Seite, nicht die Adresse des Servers; nimm ${address}${withToken ? ' und trag das Token bei plex_token ein' : ''}`,
  with_query: () => '? und # gehören nicht in die Adresse; trag Token in ihr eigenes Feld ein',
  not_host: () => 'Erlaubt ist eine Adresse wie 127.0.0.1 oder ein Rechnername, ohne Port',
  not_host_name: ({ name }) =>
    `„${name}“ ist kein Rechnername; gemeint ist etwas wie plexsync oder 192.168.1.10:9797, ohne http://`,

  not_names: () => 'Erlaubt sind Namen, mit Kommas getrennt',
  name_not_closed: ({ number, name, write }) =>
    `Name ${number} (${name}): Das schließende Anführungszeichen fehlt; schreib ${write}`,
  text_after_name: ({ number, name, write }) =>
    `Name ${number} (${name}): Nach dem schließenden Anführungszeichen folgt Text; schreib ${write}, wenn die Anführungszeichen zum Namen gehören`,
  not_gender: ({ name, known }) =>
    `„${name}“ ist kein Geschlecht in Stash; gemeint sind Namen wie FEMALE, MALE (alle: ${known.join(', ')})`,

  no_arrow: () => '„=>“ fehlt',
  second_arrow: () =>
    '„=>“ steht mehr als einmal da; setz einen Namen, der es enthält, in doppelte Anführungszeichen (")',
  nothing_before_arrow: () => 'Vor „=>“ steht nichts',
  nothing_after_arrow: () => 'Nach „=>“ steht nichts',
  renamed_to_nothing: () => 'Nach „=>“ steht nichts; mit tag_deny lässt du ein Tag weg',
  renamed_before: ({ name }) => `„${name}“ wird schon in einer früheren Zeile umbenannt`,
  not_source: ({ word, known }) => `„${word}“ ist keine Quelle; möglich sind ${known.join(', ')}`,
  source_without_names: ({ source }) => `Zu ${source} gehören keine Namen`,
  no_tag: () => 'Es fehlt ein Tag',
  no_rating: () => 'Nach „=>“ fehlt die Freigabe',
  arrow_without_tag: () => '„=>“ steht nur nach Tags; die Zeile muss mit „tag:“ beginnen',
  second_otherwise: () => 'Es gibt schon eine Zeile für alle übrigen Szenen',

  brace_not_closed: ({ at }) => `Die { an Stelle ${at} wird nicht geschlossen`,
  no_placeholder: ({ name, known }) =>
    `Den Platzhalter {${name}} gibt es nicht, nur ${known.map((one) => `{${one}}`).join(' ')}`,
  nested_bracket: ({ at }) => `Die [ an Stelle ${at} steht in einer anderen; Klammern lassen sich nicht schachteln`,
  bracket_not_closed: () => 'Eine [ wird nicht geschlossen',

  rule_not_closed: () => 'Das schließende Anführungszeichen fehlt; ergänz es oder nimm das erste weg',
  rule_without_arrow: () => '„=>“ fehlt; schreib „Stash-Ordner => Plex-Ordner“, zum Beispiel /data => /media',
  rule_second_arrow: () =>
    '„=>“ steht mehr als einmal da; trenn Regeln mit „;“ und setz einen Pfad, der „=>“ enthält, in doppelte Anführungszeichen (")',
  rule_without_stash: () => 'Vor „=>“ steht nichts; dorthin gehört der Ordner, wie Stash ihn sieht',
  rule_without_plex: () => 'Nach „=>“ steht nichts; dorthin gehört der Ordner, wie Plex ihn sieht',
  rule_taken: ({ number, stash }) => `Regel ${number} gilt schon für ${stash}; nimm eine der beiden weg`,
  rule_without_group: () =>
    'Das sieht nach einem regulären Ausdruck ohne benannte Gruppe aus; benenne, was bleibt, wie in /^/data/(?<rest>.+)$/ => /media/$<rest>',
  not_whole_path: ({ side }) =>
    `„${side}“ ist kein ganzer Pfad; er beginnt mit /, einem Laufwerk (D:\\) oder \\\\server\\freigabe`,
  right_not_whole_path: () =>
    'Die rechte Seite ist kein ganzer Pfad; er beginnt mit /, einem Laufwerk (D:\\) oder \\\\server\\freigabe',
  group_not_closed: ({ name }) => `Die Gruppe „${name}“ wird nicht geschlossen; ergänz „)“`,
  group_uses: ({ name, uses }) =>
    `Die Gruppe „${name}“ steht rechts ${uses}-mal; schreib $<${name}> genau einmal, damit die Regel auch rückwärts gilt`,
  no_such_group: ({ name, known }) => `Die Gruppe $<${name}> gibt es links nicht; dort steht ${known.join(', ')}`,
  outside_group: ({ sign }) =>
    `„${sign}“ steht außerhalb einer benannten Gruppe und gälte nicht rückwärts; setz es in eine, wie in (?<name>…), oder schreib \\${sign} für das Zeichen selbst`,
  not_reversible: ({ sample }) =>
    `Die Regel gilt nicht rückwärts: ${sample} ist von einem anderen Pfad nicht zu unterscheiden; mach die Gruppen enger, etwa [^/]+`,
  no_pattern: ({ said }) => `Das Muster ist ungültig (${said})`,

  line: ({ number, text, problem, example }) => `Zeile ${number} „${text}“: ${problem}; Beispiel: ${example}`,
  rule: ({ number, text, problem }) => `Regel ${number} „${text}“: ${problem}`,
}

function german(number: number): string {
  return String(number).replace('.', ',')
}
