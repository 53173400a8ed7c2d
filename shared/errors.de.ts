/** The table of shared/errors.ts in German. A code that is missing here does not compile. */
import type { ErrorTexts } from './error-texts.ts'
import { type ErrorCode, errors } from './errors.ts'

const again = 'PlexSync versucht es automatisch erneut.'

export const germanErrors: ErrorTexts = {
  server_busy: {
    title: 'Der Server ist beschäftigt',
    sentence: 'Der Server begrenzt die Anfragen oder ist vorübergehend nicht verfügbar (408, 429 oder 503).',
    action: `Nichts zu tun: ${again}`,
  },
  server_error: {
    title: 'Fehler im Server',
    sentence: 'Der Server meldet einen internen Fehler (500, 502 oder 504).',
    action: `${again} Bleibt das Problem, sieh im Protokoll des Servers nach.`,
  },
  edit_failed: {
    title: 'Plex konnte eine Änderung nicht ausführen',
    sentence: 'Plex hat auf eine Änderung mit 500 geantwortet, obwohl Lesen funktioniert.',
    action:
      'PlexSync versucht es automatisch erneut und sucht den Wert, den Plex nicht annimmt. Bleibt das Problem, sieh im Protokoll von Plex nach.',
  },
  timeout: {
    title: 'Zeitüberschreitung',
    sentence: 'Der Server ist erreichbar, hat diese Anfrage aber nicht innerhalb von read_timeout beantwortet.',
    action: `${again} Bleibt das Problem, erhöhe read_timeout.`,
  },
  bad_answer: {
    title: 'Ungültige Antwort',
    sentence:
      'Die Antwort stammt nicht von Stash oder Plex: Sie ist abgeschnitten, eine Webseite oder anders aufgebaut.',
    action: `${again} Bleibt das Problem, prüfe die Adresse: Vielleicht antwortet ein Proxy anstelle des Servers.`,
  },
  redirected: {
    title: 'Der Server leitet um',
    sentence: 'Der Server leitet auf eine andere Adresse um. Das Token wird dorthin nicht gesendet.',
    action: 'Wenn du der neuen Adresse vertraust, trag sie in plex_url oder stash_url ein.',
  },
  unreachable: {
    title: 'Der Server antwortet nicht',
    sentence: 'Die Verbindung wurde abgelehnt, der Name ist unbekannt, oder es kam nichts zurück.',
    action:
      'Starte den Server oder korrigiere seine Adresse. Vorgemerkte Änderungen werden dann automatisch geschrieben.',
  },
  not_in_plex: {
    title: 'Noch nicht in Plex',
    sentence: 'Kein Eintrag in den gewählten Plex-Bibliotheken hat diese Datei.',
    action:
      'Lass Plex den Ordner scannen, oder füge eine Pfadregel hinzu, wenn Plex ihn unter einem anderen Pfad sieht. Versuche es dann erneut.',
  },
  item_gone: {
    title: 'Den Plex-Eintrag gibt es nicht mehr',
    sentence: 'Der Eintrag wurde zwischen Suchen und Schreiben gelöscht oder verschoben.',
    action: 'Nichts zu tun: PlexSync sucht ihn automatisch erneut.',
  },
  scene_gone: {
    title: 'Die Szene gibt es nicht mehr',
    sentence: 'In Stash gibt es keine Szene mit dieser ID mehr.',
    action: 'Verwirf sie.',
  },
  token_refused: {
    title: 'Token ungültig',
    sentence: 'Der Server lehnt das Token oder den Schlüssel ab (401 oder 403).',
    action:
      'Melde dich erneut bei Plex an, oder füge in den Einstellungen ein neues Token oder einen neuen Schlüssel ein. PlexSync macht dann automatisch weiter.',
  },
  stash_setup: {
    title: 'Stash ist noch nicht eingerichtet',
    sentence:
      'Stash antwortet, aber seine erste Einrichtung ist nicht abgeschlossen, es hat also noch keine Datenbank.',
    action: 'Öffne Stash und schließ die Einrichtung ab. PlexSync macht dann automatisch weiter.',
  },
  stash_migration: {
    title: 'Stash wartet auf die Migration seiner Datenbank',
    sentence: 'Stash wurde aktualisiert und nutzt seine Datenbank erst, wenn die Migration bestätigt ist.',
    action: 'Öffne Stash und bestätige die Migration. PlexSync macht dann automatisch weiter.',
  },
  edits_refused: {
    title: 'Plex lehnt Änderungen ab',
    sentence:
      'Das Token darf in Plex lesen, aber nicht schreiben (403), etwa das eines Home-Benutzers oder eines Freundes.',
    action: 'Melde dich als Besitzer des Plex-Servers an. Vorgemerkte Änderungen werden dann automatisch geschrieben.',
  },
  edits_failing: {
    title: 'Plex kann keine Änderungen ausführen',
    sentence:
      'Plex antwortet auf die Änderungen mehrerer Szenen mit 500, obwohl Lesen funktioniert, etwa weil der Datenträger voll oder die Datenbank beschädigt ist.',
    action:
      'Sieh im Protokoll von Plex nach und prüfe den Datenträger mit seiner Datenbank. Vorgemerkte Änderungen werden dann automatisch geschrieben.',
  },
  stash_database: {
    title: 'Stash kann seine Datenbank nicht nutzen',
    sentence: 'Stash antwortet, aber jede Abfrage seiner Datenbank schlägt fehl.',
    action: 'Sieh im Protokoll von Stash nach. Vorgemerkte Änderungen werden dann automatisch geschrieben.',
  },
  stash_schema: {
    title: 'Stash versteht die Abfrage nicht',
    sentence: 'Diese Version von Stash lehnt die Abfrage ab, mit der PlexSync Szenen liest.',
    action: 'Aktualisiere PlexSync oder Stash. Vorgemerktes wird danach automatisch geschrieben.',
  },
  no_library: {
    title: 'Keine Bibliothek zum Schreiben',
    sentence:
      'plex_library nennt keine Plex-Bibliothek vom Typ Film, vielleicht weil eine umbenannt wurde, oder Plex hat keine.',
    action:
      'Korrigiere plex_library: Verwende die Namen, die Plex zeigt. Vorgemerkte Änderungen werden dann automatisch geschrieben.',
  },
  server_redirects: {
    title: 'Der Server leitet jede Anfrage um',
    sentence: 'Jede Anfrage wird auf eine andere Adresse umgeleitet. Das Token wird dorthin nicht gesendet.',
    action: 'Wenn du der neuen Adresse vertraust, trag sie in plex_url oder stash_url ein.',
  },
  low_confidence: {
    title: 'Welcher Eintrag ist es?',
    sentence: 'Einige Einträge in Plex passen zu dieser Datei, aber keiner mit Sicherheit.',
    action: 'Wähle den richtigen Eintrag, oder füge eine Pfadregel hinzu, damit die Zuordnung eindeutig ist.',
  },
  stash_too_old: {
    title: 'Stash ist zu alt für Wiedergaben',
    sentence:
      'Wiedergaben lassen sich ab Stash 0.25 übernehmen: Erst diese Version speichert den Zeitpunkt jeder Wiedergabe.',
    action: 'Aktualisiere Stash, oder schalte activity_plays aus.',
  },
  item_taken: {
    title: 'Zwei Szenen, ein Eintrag',
    sentence:
      'Eine andere Szene schreibt bereits in diesen Plex-Eintrag: Plex hat beide Dateien zu einem Eintrag zusammengefasst.',
    action: 'Trenne den Eintrag in Plex, oder wähle die Szene, die in ihn schreiben soll.',
  },
  scene_emptied: {
    title: 'Viele Szenen haben ihre Metadaten verloren',
    sentence:
      'Mehr als fünf geschriebene Szenen sind innerhalb einer Stunde in Stash leer: ein neu aufgesetztes Stash oder ein fehlgeschlagener Import. In Plex wurde nichts angefasst.',
    action: 'Wiederhole sie, um die Werte auch aus Plex zu nehmen, oder verwirf sie, um sie in Plex zu behalten.',
  },
  unknown_library: {
    title: 'Bibliothek nicht nutzbar',
    sentence:
      'Die Datei liegt in einer Plex-Bibliothek, die nicht vom Typ Film ist oder in plex_library nicht ausgewählt ist.',
    action:
      'Wähle in den Einstellungen die richtigen Bibliotheken. In Bibliotheken für Serien, Musik und Fotos wird nicht geschrieben.',
  },
  rejected: {
    title: 'Der Server hat die Änderung abgelehnt',
    sentence: 'Der Server hat die Anfrage als ungültig abgelehnt (400, 409 oder 422).',
    action: 'Sieh dir die letzte Antwort an. Korrigiere den Wert in Stash und versuche es dann erneut.',
  },
  value_refused: {
    title: 'Plex lehnt einen Wert ab',
    sentence: 'Plex nimmt die anderen Felder der Szene an, diesen Wert aber nicht. Alles andere wurde geschrieben.',
    action: 'Ändere den Wert in Stash. Derselbe Wert wird Plex nur dann noch einmal angeboten, wenn du es wiederholst.',
  },
  request_too_long: {
    title: 'Die Anfrage ist zu lang',
    sentence: 'Plex oder ein Proxy davor lehnt eine so lange Anfrage ab, auch nachdem sie geteilt wurde.',
    action: 'Erlaube im Proxy längere Anfragezeilen, oder kürze den Wert in Stash. Versuche es dann erneut.',
  },
  invalid_metadata: {
    title: 'Ungültige Metadaten',
    sentence: 'Ein Wert kann so nicht geschrieben werden, und strict_mode verbietet, ihn zu korrigieren.',
    action: 'Korrigiere den Wert in Stash oder schalte strict_mode ab, und versuche es dann erneut.',
  },
  no_file_path: {
    title: 'Die Szene hat keine Datei',
    sentence: 'Eine Szene ohne Datei hat keinen Platz in Plex.',
    action: 'Füge der Szene in Stash eine Datei hinzu und versuche es erneut, oder verwirf sie.',
  },
  unexpected: {
    title: 'Unerwarteter Fehler',
    sentence: 'Es ist etwas passiert, das PlexSync nicht kennt.',
    action: `${again} Bleibt das Problem, kopiere das Protokoll für einen Fehlerbericht.`,
  },
  held_back: {
    title: 'Absichtlich nicht geschrieben',
    sentence: 'Eine Einstellung oder fehlende Metadaten in Stash verhindern, dass diese Szene geschrieben wird.',
    action: 'Ergänze in Stash, was die Meldung nennt, oder ändere die Einstellung. Versuche es dann noch einmal.',
  },
  invalid_input: {
    title: 'Ungültige Eingabe',
    sentence: 'Ein Wert fehlt oder liegt außerhalb des Bereichs.',
    action: 'Korrigiere, was die Meldung nennt.',
  },
  unknown_name: {
    title: 'Nicht gefunden',
    sentence: 'Unter diesem Namen oder dieser ID gibt es nichts.',
    action: 'Prüfe die Schreibweise.',
  },
  not_configured: {
    title: 'Noch nicht eingerichtet',
    sentence: 'Eine Adresse, ein Token oder ein Schlüssel fehlt.',
    action: 'Schließ die Einrichtung ab, oder setz den Wert mit: plexsync config set NAME WERT',
  },
  already_running: {
    title: 'Läuft schon',
    sentence: 'Ein anderes PlexSync verwendet diesen Datenordner.',
    action: 'Nutze das laufende, beende es, oder wähle mit --data-dir einen anderen Ordner.',
  },
  port_in_use: {
    title: 'Der Port ist belegt',
    sentence: 'Ein anderes Programm belegt diesen Port bereits.',
    action: 'Beende das andere Programm, oder wähle mit webhook_port oder ui_port einen anderen Port.',
  },
  cannot_store: {
    title: 'Speichern nicht möglich',
    sentence:
      'In die Datenbank kann nicht geschrieben werden: der Datenträger ist voll, schreibgeschützt oder gesperrt.',
    action: 'Schaff Platz auf dem Datenträger des Datenordners, oder gib PlexSync dort Schreibrechte.',
  },
  database_damaged: {
    title: 'Die Datenbank ist beschädigt',
    sentence: 'Die Datenbankdatei ist nicht lesbar. Gelöscht wurde nichts.',
    action: 'Stell eine Sicherung wieder her mit: plexsync restore DATEI',
  },
  cancelled: {
    title: 'Abgebrochen',
    sentence: 'Die Arbeit wurde angehalten, bevor sie fertig war.',
    action: 'Starte sie bei Bedarf erneut.',
  },
}

/** What the code stands for, and the words of the server or the operating system as they came. */
export function germanFault(code: ErrorCode, message: string): string {
  const { sentence } = germanErrors[code]
  return message === '' || message === errors[code].sentence ? sentence : `${sentence} Im Wortlaut: ${message}`
}
