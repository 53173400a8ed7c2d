/** The findings of health checks in German. */

import { germanErrors, germanFault } from './errors.de.ts'
import type { FindingText, FindingTexts } from './health.ts'
import type { CheckTitles } from './health-checks.ts'
import { numbersOf } from './numbers.ts'
import { germanQuoteHint } from './quote-hint-texts.ts'
import { germanRequestProblem } from './request-problems.de.ts'
import { serverTitles } from './server-names.ts'

export const germanCheckTitles: CheckTitles = {
  plex: 'Plex',
  plex_token: 'Plex-Token',
  plex_libraries: 'Plex-Bibliotheken',
  stash: 'Stash',
  plugin: 'Stash-Plugin',
  hooks: 'Hooks aus Stash',
  posters: 'Poster',
  only_writer: 'Andere Programme, die in Plex schreiben',
  queue: 'Warteschlange',
  dead_letters: 'Zu klären',
  locked_fields: 'Gesperrte Felder in Plex',
  path_rules: 'Pfadregeln',
  tag_names: 'Namen von Tags',
  database: 'Datenbank',
  disk: 'Speicherplatz',
  listening: 'Netzwerkzugriff',
  secrets: 'Token und Schlüssel',
}

export const germanFindings: FindingTexts = {
  not_set: ({ setting }) => text(`${setting} ist nicht gesetzt.`, germanErrors.not_configured.action),
  server_fault: ({ error, message, because }) =>
    text(
      because === undefined ? germanFault(error, message) : germanRequestProblem(because),
      germanErrors[error].action,
    ),
  check_failed: ({ problem }) =>
    text(`Die Prüfung selbst ist fehlgeschlagen: ${problem}`, germanErrors.unexpected.action),
  not_checked: ({ server }) =>
    text(
      `Nicht geprüft: ${serverName(server)} antwortet nicht.`,
      'Das lässt sich prüfen, sobald der Server antwortet.',
    ),
  version: ({ server, version }) => text(`${serverName(server)} ${version}.`),
  version_newer: ({ server, version, newest }) =>
    text(
      `${serverName(server)} ${version} ist neuer, als dieses PlexSync kennt (${newest}).`,
      'Sehr wahrscheinlich funktioniert es trotzdem. Falls nicht, sieh nach einem neueren PlexSync.',
    ),
  token_accepted: () => text('Das Token wird akzeptiert.'),
  unknown_libraries: ({ names, hint_codes }) =>
    text(
      `Plex hat keine Bibliothek namens ${names.join(', ')}.`,
      hint_codes.length === 0
        ? 'Korrigiere plex_library: die Namen wie in Plex, durch Komma getrennt. Enthält ein Name ein Komma, setz ihn in Anführungszeichen.'
        : `Korrigiere plex_library: ${hint_codes.map(germanQuoteHint).join('; ')}.`,
    ),
  libraries_indexed: ({ libraries, items }) =>
    text(`${libraries.join(', ')}: ${number(items)} ${items === 1 ? 'Eintrag' : 'Einträge'} im Index.`),
  plugin_not_needed: ({ beside }) =>
    text(`Keins, und es braucht auch keins: PlexSync fragt Stash alle paar Sekunden.${besideText(beside)}`),
  plugin_missing: ({ beside, command }) =>
    text(
      `Es ist keins installiert, und stash_poll_seconds ist 0: Änderungen werden erst spät gefunden.${besideText(beside)}`,
      install(command),
    ),
  plugin_off: () => text('Das Plugin ist in Stash ausgeschaltet.', 'Schalte es in Stash ein: Einstellungen, Plugins.'),
  plugin_version: ({ held, own, command }) =>
    text(`In Stash ist Version ${held} installiert, hier läuft ${own}.`, install(command)),
  plugin_token: ({ command }) =>
    text('Das Plugin in Stash verwendet ein anderes Token als dieses PlexSync.', install(command)),
  plugin_address: ({ base, command }) =>
    text(`Das Plugin sendet an ${base}, das ist nicht dieses PlexSync.`, install(command)),
  plugin_current: ({ version, beside }) => text(`In Stash ist Version ${version} installiert.${besideText(beside)}`),
  stash_not_set_up: () => text('Stash ist noch nicht eingerichtet.'),
  only_writer: () => text('Kein anderes bekanntes Plugin von Stash schreibt nach Plex.'),
  other_writer: ({ plugin }) =>
    text(
      `Das Plugin ${plugin} schreibt auch nach Plex: beide überschreiben sich gegenseitig.`,
      'Importiere seine Einstellungen in den Einstellungen von PlexSync und schalte es dann in Stash aus: Einstellungen, Plugins.',
    ),
  hook_arrived: ({ at }) => text(`Der letzte kam am ${moment(at)}.`),
  hook_not_needed: () =>
    text('Seit dem Start kam keiner, und es braucht auch keinen: PlexSync fragt Stash alle paar Sekunden.'),
  hook_missing: ({ command }) =>
    text(
      'Seit dem Start kam keiner.',
      withCommand(
        'Speichere eine Szene in Stash. Kommt nichts an, installiere das Plugin in der Einrichtung noch einmal.',
        command,
        'plugin install --yes',
      ),
    ),
  queue_waits: ({ server, since, ...counts }) =>
    text(
      `${queueText(counts)}. Wartet seit ${moment(since)} auf ${serverTitles[server]}.`,
      germanErrors.unreachable.action,
    ),
  queue_before_setup: (counts) =>
    text(
      `${queueText(counts)}. Die Einrichtung ist nicht abgeschlossen, Änderungen werden vorgemerkt.`,
      'Klick im letzten Schritt der Einrichtung auf Start.',
    ),
  queue_paused: (counts) =>
    text(`${queueText(counts)}. Die Verarbeitung ist pausiert.`, 'Setz sie im Fenster oder im Tray-Menü fort.'),
  queue_moves: (counts) => text(`${queueText(counts)}.`),
  no_dead_letters: () => text('Nichts, was deine Aufmerksamkeit braucht.'),
  dead_letters: ({ count, decisions, command }) =>
    text(
      `${number(count)} ${count === 1 ? 'Szene braucht' : 'Szenen brauchen'} deine Aufmerksamkeit, bei ${number(decisions)} ist eine Entscheidung nötig.`,
      withCommand('Sieh sie dir unter „Zu klären“ an.', command, 'dlq list'),
    ),
  no_unknown_locks: () => text('Kein Feld ist in Plex gesperrt, ohne dass diese Installation den Grund kennt.'),
  locks_kept: ({ differing }) =>
    text(
      `${differing} ${differing === 1 ? 'Feld ist' : 'Felder sind'} in Plex mit einem anderen Wert gesperrt, als Stash ihn hat. preserve_plex_edits lässt sie, wie sie sind.`,
    ),
  unknown_locks: ({ items, fields, differing, command }) =>
    text(
      `${fields} ${fields === 1 ? 'Feld' : 'Felder'} von ${items} ${items === 1 ? 'Eintrag' : 'Einträgen'} in Plex sind mit den Werten aus Stash gesperrt, und diese Installation kennt sie nicht: Der Datenordner ist neu, oder ein anderes Programm hat sie geschrieben. Mit preserve_plex_edits kommen spätere Änderungen daran nicht in Plex an.${differing === 0 ? '' : ` ${differing} weitere haben einen anderen Wert.`}`,
      withCommand('Übernimm die mit den Werten aus Stash; die anderen bleiben, wie sie sind.', command, 'adopt'),
    ),
  tag_lists_known: () => text('Keine Liste von Tags wird anders gelesen, als Stash die Namen hat.'),
  quoted_tags: ({ lists }) =>
    text(
      `Stash hat manche Tags nicht so, wie sie in den Einstellungen stehen: ${lists.map(({ setting }) => setting).join(', ')}.`,
      `${lists.map(({ setting, hints }) => `In ${setting}: ${hints.map(germanQuoteHint).join('; ')}`).join('. ')}.`,
    ),
  no_path_rules: () => text('Keine. Du brauchst sie, wenn Stash und Plex verschiedene Pfade sehen.'),
  path_rules: ({ count }) => text(`${number(count)} in Gebrauch. Unter „Pfadregeln“ kannst du prüfen, ob sie passen.`),
  database_unsafe: () =>
    text(
      'Sie schreibt nicht bis auf den Datenträger durch.',
      'Starte PlexSync neu. Besteht das Problem weiter, melde es.',
    ),
  database_kept_aside: ({ files, command }) =>
    text(
      `Eine frühere Datenbank wurde beiseitegelegt: ${files.join(', ')}.`,
      withCommand(
        'Stell in den Einstellungen eine Sicherung wieder her, oder lösch diese Datei, wenn dir nichts fehlt.',
        command,
        'restore FILE',
      ),
    ),
  database_sound: () => text('Sie ist intakt und schreibt bis auf den Datenträger durch.'),
  disk_space: ({ megabytes, folder }) => text(`In ${folder} sind ${number(megabytes)} MB frei.`),
  disk_full: ({ megabytes, folder }) =>
    text(`In ${folder} sind nur ${number(megabytes)} MB frei.`, germanErrors.cannot_store.action),
  only_this_machine: () => text('Nur dieser Rechner.'),
  open_to_network: ({ what }) =>
    text(
      `Andere Rechner erreichen ${what.map((one) => (one === 'hooks' ? 'den Hook-Empfang' : 'das Fenster')).join(' und ')}.`,
      'Richtig, wenn Stash oder dein Browser auf einem anderen Rechner läuft. Sonst setz webhook_host und ui_host auf 127.0.0.1.',
    ),
  secrets_in_keychain: () => text('Im Schlüsselbund des Systems.'),
  secrets_in_file: () =>
    text('Tokens und Schlüssel stehen in einer Datei, die nur du lesen kannst; sie ist nicht verschlüsselt.'),
  secrets_unprotected: () =>
    text(
      'Tokens und Schlüssel können nicht verschlüsselt werden, weil kein Schlüsselbund verfügbar ist.',
      'Entsperre oder installiere einen Schlüsselbund (GNOME Keyring, KWallet) und starte PlexSync neu.',
    ),
  posters_off: () => text('Covers werden unverändert hochgeladen.'),
  posters_ready: () => text('Poster werden aus den Covers erzeugt.'),
  posters_unavailable: ({ problem }) =>
    text(
      `Die Bibliothek zum Zeichnen der Poster lässt sich nicht laden: ${problem}`,
      'Installiere PlexSync für dieses System und diesen Prozessor neu, oder setz poster_style auf cover.',
    ),
}

function text(detail: string, cure: string | null = null): FindingText {
  return { detail, cure }
}

const number = numbersOf('de').format

function moment(at: string): string {
  return new Intl.DateTimeFormat('de', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
}

function serverName(server: 'plex' | 'stash'): string {
  return server === 'plex' ? 'Plex Media Server' : 'Stash'
}

function besideText(base: string): string {
  return base === '' ? '' : ` Das Plugin eines anderen PlexSync sendet an ${base}.`
}

function install(command: boolean): string {
  return withCommand('Installiere es in der Einrichtung.', command, 'plugin install --yes')
}

function withCommand(cure: string, command: boolean, verb: string): string {
  return command ? `${cure} Oder: plexsync ${verb}` : cure
}

function queueText({ ready, delayed, in_progress }: Record<'ready' | 'delayed' | 'in_progress', number>): string {
  return `${number(ready)} bereit, ${number(delayed)} geplant, ${number(in_progress)} in Arbeit`
}
