/** The table of shared/errors.ts in German. A code that is missing here does not compile. */
import type { ErrorTexts } from './error-texts.ts'

const again = 'Es wird von selbst erneut versucht.'

export const germanErrors: ErrorTexts = {
  server_busy: {
    title: 'Der Server ist beschäftigt',
    sentence: 'Der Server bat um eine Pause (408, 429 oder 503).',
    action: `Nichts zu tun: ${again}`,
  },
  server_error: {
    title: 'Der Server hatte einen Fehler',
    sentence: 'Der Server antwortete mit einem eigenen Fehler (500, 502 oder 504).',
    action: `${again} Wenn es bleibt, sieh in das Protokoll jenes Servers.`,
  },
  edit_failed: {
    title: 'Plex konnte eine Änderung nicht ausführen',
    sentence: 'Plex antwortete auf eine Änderung mit 500, während Lesen klappt.',
    action:
      'Es wird automatisch wiederholt, und ein Wert, den Plex nicht nimmt, wird gesucht. Bleibt es so, sieh in das Protokoll von Plex.',
  },
  timeout: {
    title: 'Der Server brauchte zu lange',
    sentence:
      'Der Server antwortet grundsätzlich, wurde mit dieser Anfrage aber nicht innerhalb von read_timeout fertig.',
    action: `${again} Wenn es bleibt, erhöhe read_timeout.`,
  },
  bad_answer: {
    title: 'Die Antwort ergab keinen Sinn',
    sentence:
      'Der Server schickte etwas, das keine Antwort von Stash oder Plex ist: abgeschnitten, HTML oder anders gebaut.',
    action: `${again} Wenn es bleibt, prüfe die Adresse: vielleicht antwortet ein Proxy statt des Servers.`,
  },
  redirected: {
    title: 'Der Server schickt uns woandershin',
    sentence: 'Der Server leitet auf eine andere Adresse um. Das Token wird nicht dorthin gesendet.',
    action: 'Trage jene Adresse in plex_url oder stash_url ein, wenn du ihr vertraust.',
  },
  unreachable: {
    title: 'Der Server antwortet nicht',
    sentence: 'Die Verbindung wurde abgelehnt, der Name ist unbekannt, oder es kam nichts zurück.',
    action: 'Starte den Server oder berichtige seine Adresse. Die Warteschlange wartet und leert sich von selbst.',
  },
  not_in_plex: {
    title: 'Noch nicht in Plex',
    sentence: 'Kein Eintrag in den gewählten Plex-Bibliotheken hat diese Datei.',
    action:
      'Lass Plex den Ordner einlesen, oder füge eine Pfadregel hinzu, wenn Plex ihn unter einem anderen Pfad sieht. Versuche es dann erneut.',
  },
  item_gone: {
    title: 'Der Plex-Eintrag ist fort',
    sentence: 'Der Eintrag wurde gelöscht oder verschoben, nachdem er gefunden und bevor er geschrieben war.',
    action: 'Nichts zu tun: er wird von selbst neu gesucht.',
  },
  scene_gone: {
    title: 'Die Szene ist fort',
    sentence: 'Stash hat keine Szene mit dieser Nummer mehr.',
    action: 'Verwirf sie.',
  },
  token_refused: {
    title: 'Token ungültig',
    sentence: 'Der Server lehnt das Token oder den Schlüssel ab (401 oder 403).',
    action:
      'Melde dich erneut bei Plex an, oder füge in den Einstellungen ein neues Token oder einen neuen Schlüssel ein. Danach geht es von selbst weiter.',
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
    sentence: 'Das Token darf in Plex lesen, aber nicht schreiben (403), wie das eines geteilten oder Home-Benutzers.',
    action: 'Melde dich als Besitzer des Plex-Servers an. Vorgemerktes wird danach automatisch geschrieben.',
  },
  edits_failing: {
    title: 'Plex kann keine Änderungen ausführen',
    sentence:
      'Plex antwortet auf die Änderungen mehrerer Szenen mit 500, während Lesen klappt, etwa weil die Platte voll oder die Datenbank beschädigt ist.',
    action:
      'Sieh in das Protokoll von Plex und auf die Platte mit seiner Datenbank. Vorgemerktes wird danach automatisch geschrieben.',
  },
  stash_database: {
    title: 'Stash kann seine Datenbank nicht nutzen',
    sentence: 'Stash antwortet, aber jede Abfrage seiner Datenbank schlägt fehl.',
    action: 'Sieh in das Protokoll von Stash. Vorgemerktes wird danach automatisch geschrieben.',
  },
  no_library: {
    title: 'Keine Bibliothek zum Schreiben',
    sentence:
      'plex_library nennt keine Plex-Bibliothek vom Typ Film, vielleicht weil eine umbenannt wurde, oder Plex hat keine.',
    action: 'Korrigiere plex_library: Namen, wie Plex sie zeigt. Vorgemerktes wird danach automatisch geschrieben.',
  },
  server_redirects: {
    title: 'Der Server schickt alles woandershin',
    sentence: 'Jede Adresse des Servers leitet auf eine andere um. Das Token wird dorthin nicht gesendet.',
    action: 'Trag die Adresse, auf die er zeigt, in plex_url oder stash_url ein, wenn du ihr vertraust.',
  },
  low_confidence: {
    title: 'Welcher Eintrag ist es?',
    sentence: 'Einträge in Plex sehen wie diese Datei aus, aber keiner ist sicher dieselbe.',
    action: 'Wähle den richtigen Eintrag, oder füge eine Pfadregel hinzu, damit die Zuordnung genau ist.',
  },
  stash_too_old: {
    title: 'Stash ist zu alt für Wiedergaben',
    sentence: 'Wiedergaben lassen sich ab Stash 0.25 übernehmen: Erst dort hat jede ihren eigenen Zeitpunkt.',
    action: 'Aktualisiere Stash, oder schalte activity_plays aus.',
  },
  item_taken: {
    title: 'Zwei Szenen, ein Eintrag',
    sentence: 'Eine andere Szene schreibt schon in diesen Plex-Eintrag: Plex hat beide Dateien zu einem verbunden.',
    action: 'Trenne den Eintrag in Plex, oder wähle die Szene, die in ihn schreiben soll.',
  },
  scene_emptied: {
    title: 'Viele Szenen haben ihre Metadaten verloren',
    sentence:
      'Mehr als fünf geschriebene Szenen sind innerhalb einer Stunde in Stash leer: ein neu aufgesetztes Stash oder ein misslungener Import. In Plex wurde nichts angefasst.',
    action: 'Wiederhole sie, um die Werte auch aus Plex zu nehmen, oder verwirf sie, um sie in Plex zu behalten.',
  },
  unknown_library: {
    title: 'Bibliothek nicht brauchbar',
    sentence:
      'Die Datei liegt in einer Plex-Bibliothek, die nicht vom Typ Film ist oder in plex_library nicht ausgewählt ist.',
    action:
      'Wähle in den Einstellungen die richtigen Bibliotheken. In Bibliotheken für Serien, Musik und Fotos wird nicht geschrieben.',
  },
  rejected: {
    title: 'Der Server hat die Änderung abgelehnt',
    sentence: 'Der Server antwortete, dass die Anfrage falsch ist (400, 409 oder 422).',
    action: 'Sieh dir die letzte Antwort an. Berichtige den Wert in Stash und versuche es dann erneut.',
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
    sentence: 'Ein Wert kann so nicht geschrieben werden, und strict_mode verbietet, ihn auszubessern.',
    action: 'Berichtige den Wert in Stash, oder schalte strict_mode ab, und versuche es dann erneut.',
  },
  no_file_path: {
    title: 'Die Szene hat keine Datei',
    sentence: 'Eine Szene ohne Datei hat keinen Platz in Plex.',
    action: 'Hänge in Stash eine Datei an und versuche es erneut, oder verwirf sie.',
  },
  unexpected: {
    title: 'Unerwarteter Fehler',
    sentence: 'Es geschah etwas, das PlexSync nicht kennt.',
    action: `${again} Wenn es bleibt, kopiere das Protokoll für einen Fehlerbericht.`,
  },
  held_back: {
    title: 'Mit Absicht nicht geschrieben',
    sentence: 'Eine Einstellung oder fehlende Metadaten in Stash halten diese Szene zurück.',
    action: 'Ergänze in Stash, was die Meldung nennt, oder ändere die Einstellung. Versuche es dann noch einmal.',
  },
  invalid_input: {
    title: 'Ungültige Eingabe',
    sentence: 'Ein Wert fehlt oder liegt außerhalb des Bereichs.',
    action: 'Berichtige, was die Meldung nennt.',
  },
  unknown_name: {
    title: 'Das gibt es nicht',
    sentence: 'Unter dem angegebenen Namen oder der Nummer gibt es nichts.',
    action: 'Prüfe die Schreibweise.',
  },
  not_configured: {
    title: 'Noch nicht eingerichtet',
    sentence: 'Eine Adresse, ein Token oder ein Schlüssel fehlt.',
    action: 'Schließe die Einrichtung ab, oder setze es mit: plexsync config set NAME WERT',
  },
  already_running: {
    title: 'Läuft schon',
    sentence: 'Ein anderes PlexSync arbeitet auf diesem Datenordner.',
    action: 'Benutze das laufende, beende es, oder wähle mit --data-dir einen anderen Ordner.',
  },
  port_in_use: {
    title: 'Der Port ist belegt',
    sentence: 'Ein anderes Programm hört schon auf dieser Adresse und diesem Port.',
    action: 'Beende jenes Programm, oder wähle einen anderen webhook_port oder ui_port.',
  },
  cannot_store: {
    title: 'Kann nicht speichern',
    sentence:
      'In die Datenbank kann nicht geschrieben werden: der Datenträger ist voll, schreibgeschützt oder gesperrt.',
    action: 'Schaffe Platz auf dem Datenträger des Datenordners, oder gib PlexSync das Recht, dort zu schreiben.',
  },
  database_damaged: {
    title: 'Die Datenbank ist beschädigt',
    sentence: 'Die Datenbankdatei ist nicht lesbar. Sie wurde beiseitegelegt, gelöscht wurde nichts.',
    action: 'Spiele eine Sicherung zurück mit: plexsync restore DATEI',
  },
  cancelled: {
    title: 'Abgebrochen',
    sentence: 'Die Arbeit wurde angehalten, bevor sie fertig war.',
    action: 'Starte sie erneut, wenn du sie willst.',
  },
}
