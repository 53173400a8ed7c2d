/** German sentences for why PlexSync declines what it was asked for; English ones are in request-problems.ts. */
import { germanAnswers } from './answer-problems.de.ts'
import { wordsFor } from './coded.ts'
import { germanConnections } from './connection-problems.de.ts'
import { germanQuoteHint } from './quote-hint-texts.ts'
import type { RefusedSetting, RequestProblem, RequestProblemTexts } from './request-problems.ts'
import { germanRules } from './request-rules.de.ts'
import { rulePhrase } from './request-rules.ts'
import { serverTitles } from './server-names.ts'
import { germanStorage } from './storage-problems.de.ts'
import { germanProblems } from './value-problems.de.ts'
import { problemPhrase } from './value-problems.ts'

const german: RequestProblemTexts = {
  setup_unfinished: () => 'Plex und Stash sind noch nicht eingerichtet.',
  servers_missing: () => 'Eine Adresse, ein Token oder ein Schlüssel fehlt.',
  comparison_needs_servers: () => 'Für den Abgleich müssen plex_url, plex_token und stash_url gesetzt sein.',
  setting_missing: ({ name }) => `${name} ist nicht gesetzt.`,
  setting_required: ({ name }) => `${name} wird gebraucht.`,
  not_signed_in: () => 'Melde dich zuerst bei Plex an.',
  no_such_server: () => 'Diesen Server gibt es in dem Konto nicht.',
  plex_never_answered: () => 'Bisher hat noch kein Plex-Server geantwortet.',
  sync_disabled: () => 'PlexSync ist in den Einstellungen abgeschaltet (enabled ist aus).',
  paused: () => 'Die Verarbeitung ist pausiert; setz sie zuerst fort.',
  address_invalid: ({ name }) => `Die Adresse von ${name} ist keine gültige URL.`,

  settings_refused: ({ settings }) => `${settings.map(refusal).join('; ')}.`,
  settings_exclude: ({ name, other }) =>
    `${name} kann nicht zusammen mit ${other} an sein; schalte zuerst ${other} aus.`,
  library_unknown: ({ name, known }) =>
    `In Plex gibt es keine Bibliothek „${name}“; vorhanden: ${known.join(', ') || 'keine'}.`,
  library_ambiguous: ({ name, keys }) =>
    `Zwei Bibliotheken heißen „${name}“; nimm statt des Namens den Schlüssel: ${keys.join(' oder ')}.`,
  library_type: ({ name, type }) => `„${name}“ ist vom Typ ${type}; in solche Bibliotheken schreibt PlexSync nie.`,
  libraries_unknown: ({ names, hints }) =>
    `plex_library: In Plex gibt es keine Filmbibliothek namens ${[names.join(' oder '), ...hints.map(germanQuoteHint)].join('; ')}.`,
  no_movie_library: () => 'Unter den gewählten Bibliotheken in Plex ist keine Filmbibliothek.',
  accounts_unknown: ({ names, known }) =>
    `activity_accounts: In Plex gibt es kein Konto namens ${quoted(names)}; vorhanden: ${quoted(known) || 'keines'}.`,
  no_stash2plex: () => 'In Stash sind keine Einstellungen von Stash2Plex gespeichert.',
  passphrase_wrong: () => 'Dieses Passwort passt nicht zu den Zugangsdaten in der Datei.',
  export_not_json: () => 'Die Datei ist kein JSON; gemeint ist eine Datei, die PlexSync ausgegeben hat.',
  export_newer: ({ format, known }) =>
    `Die Datei stammt von einem neueren PlexSync (Format ${format}, dieses liest bis ${known}).`,
  export_invalid: ({ problems }) => `Die Datei lässt sich nicht einlesen. Im Wortlaut: ${problems.join('; ')}`,

  no_scene: ({ ids }) =>
    ids.length === 1
      ? `Die Szene ${ids.join('')} gibt es in Stash nicht.`
      : `Die Szenen ${ids.join(', ')} gibt es in Stash nicht.`,
  no_scene_file: ({ scene }) => `Die Szene ${scene} hat keine Datei und kann nicht nach Plex geschrieben werden.`,
  no_item: ({ rating_key }) => `Den Eintrag ${rating_key} gibt es in Plex nicht.`,
  no_item_file: ({ rating_key }) => `Der Plex-Eintrag ${rating_key} hat keine Datei.`,
  not_picked: ({ scene, rating_key }) => `Der Szene ${scene} ist der Plex-Eintrag ${rating_key} nicht zugewiesen.`,
  nothing_written: ({ scene }) => `Für die Szene ${scene} gibt es nichts zurückzunehmen.`,
  written_file_gone: ({ scene }) =>
    `Die Datei, die für die Szene ${scene} geschrieben wurde, gibt es in Plex nicht mehr; nichts wurde zurückgenommen.`,
  item_taken: ({ scene, rating_key, file }) =>
    `Die Szene ${scene} schreibt schon in den Plex-Eintrag ${rating_key} von „${file}“.`,
  item_gone: ({ path }) => `Der Plex-Eintrag von „${path}“ ist fort oder spielt jetzt eine andere Datei.`,
  scene_busy: ({ scene }) => `Die Szene ${scene} wird gerade geschrieben.`,
  item_busy: () => 'Ein anderer Schreibvorgang am selben Plex-Eintrag kam dazwischen; versuch es noch einmal.',
  write_on_trial: () => 'Gerade läuft ein Probeschreiben; versuch es gleich noch einmal.',

  server_away: ({ server }) => `${serverTitles[server]} antwortet nicht.`,
  token_refused_by: ({ server }) => `${serverTitles[server]} lehnt das Token oder den Schlüssel ab.`,

  no_task: ({ id }) => `Die Aufgabe ${id} gibt es nicht.`,
  no_comparison: ({ id }) => `Den Abgleich ${id} gibt es nicht.`,
  comparison_running: () => 'Es läuft schon ein Abgleich: warte sein Ende ab oder brich ihn ab.',
  no_comparison_running: () => 'Es läuft gerade kein Abgleich.',
  comparison_ended: () => 'Der Abgleich ist schon zu Ende.',
  no_pull: ({ id }) => `Den Lauf ${id} gibt es nicht.`,
  no_play_history: () =>
    'Dieses Stash führt keinen Verlauf der Wiedergaben: Sie lassen sich weder datieren noch zurücknehmen. Fortsetzungspunkte und Bewertungen funktionieren.',

  consent_missing: () => 'Das Plugin ist Code, der in Stash läuft; stimm dem zuerst zu.',
  hooks_from_here_only: ({ host, stash, network }) =>
    `webhook_host: Auf ${host} kommen nur Hooks von diesem Rechner an, Stash läuft aber auf ${stash}; setz webhook_host auf 0.0.0.0${network === null ? '' : ` oder ${network}`} und installiere noch einmal.`,
  hook_port_unknown: () =>
    'webhook_port ist 0, also irgendein freier Port: Welcher es ist, steht erst fest, wenn PlexSync läuft.',
  no_way_to_stash: () => 'Keine Adresse dieses Rechners führt zu Stash; trag eine bei webhook_hosts ein.',

  port_taken: ({ setting, port }) => `${setting}: Port ${port} ist durch ein anderes Programm belegt.`,
  port_forbidden: ({ port }) =>
    `webhook_port: Port ${port} ist für diesen Benutzer gesperrt; ab 1024 sind Ports erlaubt.`,
  host_not_here: ({ host }) => `webhook_host: ${host} ist keine Adresse dieses Rechners.`,
  cannot_listen: ({ setting, host, port, found }) =>
    `${setting}: An ${host}:${port} lassen sich keine Verbindungen annehmen. Im Wortlaut: ${found}`,

  call_refused: ({ at, rule }) => `${at} ${rulePhrase(rule, germanRules)}.`,
  no_such_call: ({ name }) => `Einen Aufruf ${name} gibt es nicht; alle stehen unter /api/openapi.json.`,
  not_json_type: () => 'Content-Type muss application/json sein.',
  not_post: () => 'Nimm POST.',
  body_not_json: () => 'Der Inhalt ist kein JSON.',
  address_not_allowed: () => 'Diese Adresse ist nicht erlaubt. Trag sie bei ui_hosts ein.',
  foreign_page: () => 'Anfragen von anderen Seiten werden abgelehnt.',
  no_session: () => 'Keine Sitzung. Öffne die Adresse, die PlexSync ausgegeben hat, oder ruf auf: plexsync window',
  own_fault: () => 'Ein Fehler in PlexSync selbst; Näheres steht im Protokoll.',
  folder_not_named: () => 'Der Ordner, den Plex durchsuchen soll, fehlt.',
  since_invalid: () => 'since muss ein Zeitpunkt wie 2026-11-21T12:00:00Z sein.',

  ...germanStorage,
  ...germanAnswers,
  ...germanConnections,
}

export function germanRequestProblem(problem: RequestProblem): string {
  return wordsFor(problem, german)
}

function refusal(setting: RefusedSetting): string {
  const { name } = setting
  switch (setting.because) {
    case 'value': {
      const { given, problem } = setting
      return `${name}: ${problemPhrase(problem, germanProblems)}${given === null ? '' : ` (${given})`}`
    }
    case 'unknown': {
      const { nearest } = setting
      return `${name}: Diese Einstellung gibt es nicht${nearest === null ? '' : `; meinst du ${nearest}?`}`
    }
    case 'all_libraries':
      return `${name}: Lässt sich nicht für eine einzelne Bibliothek setzen; das geht nur bei dem, was geschrieben wird`
  }
}

function quoted(all: readonly string[]): string {
  return all.map((name) => `„${name}“`).join(', ')
}
