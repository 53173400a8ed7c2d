/** Labels and help of the settings in German. A setting that is missing here does not compile. */
import type { SettingTexts } from './setting-texts.ts'

export const germanSettings: SettingTexts = {
  plex_url: {
    label: 'Adresse von Plex',
    help: 'Adresse des Plex Media Servers, etwa http://192.168.1.10:32400.',
    when: 'Einmal setzen; ändern, wenn der Server umzieht.',
  },
  plex_token: {
    label: 'Plex-Token',
    help: 'Token des Besitzers des Plex-Servers. Geht als Kopfzeile nur an plex_url.',
    when: 'Wird beim Anmelden gesetzt oder von dir eingefügt. Ändern, wenn Plex es ablehnt.',
  },
  plex_library: {
    label: 'Bibliotheken',
    help: 'Namen der Plex-Bibliotheken, in die geschrieben wird, durch Kommas getrennt. Leer heißt alle vom Typ Film.',
    when: 'Setzen, um andere Bibliotheken in Ruhe zu lassen und das erste Einlesen zu beschleunigen.',
  },
  stash_url: {
    label: 'Adresse von Stash',
    help: 'Adresse von Stash, etwa http://localhost:9999, mit dem Präfix eines Reverse Proxys, falls es einen gibt.',
    when: 'Einmal setzen; ändern, wenn Stash umzieht.',
  },
  stash_api_key: {
    label: 'API-Schlüssel von Stash',
    help: 'API-Schlüssel aus Stash: Einstellungen, Sicherheit. Leer lassen, wenn Stash kein Passwort hat.',
    when: 'Setzen, wenn Stash ein Passwort hat, und erneut, nachdem dort ein neuer Schlüssel erzeugt wurde.',
  },
  hook_token: {
    label: 'Token des Stash-Plugins',
    help: 'Token, das das Plugin in Stash mit jeder Änderung sendet. Wird beim ersten Start erzeugt.',
    when: 'Ändern, wenn es anderen bekannt geworden ist; danach das Plugin neu installieren.',
  },
  enabled: {
    label: 'Synchronisieren',
    help: 'Der Hauptschalter. Aus: Hooks werden angenommen und gefiltert, aber nichts wird geschrieben. Änderungen werden nachgeholt, wenn er wieder an ist.',
    when: 'Ausschalten, während du Plex von Hand umräumst.',
  },
  sync_master: {
    label: 'Felder schreiben',
    help: 'Hauptschalter der Felder darunter. Aus: kein Feld wird geschrieben, unabhängig von den anderen.',
    when: 'Ausschalten, um die Auswahl der Felder zu behalten, solange nichts geschrieben werden soll.',
  },
  title_format: {
    label: 'Titel',
    help: 'Vorlage des Titels. Platzhalter: {title} {studio} {parent_studio} {date} {year} {performers} {performer} {code} {group} {file}. Ein Teil in [eckigen Klammern] entfällt, wenn ein Platzhalter darin leer ist, etwa [{studio} - ]{title}[ ({year})]. [[ und {{ schreiben das Zeichen selbst.',
    when: 'Setzen, um in Plex mehr als den Titel zu zeigen.',
  },
  title_sort_format: {
    label: 'Sortiertitel',
    help: 'Vorlage des Sortiertitels mit den Platzhaltern von title_format. Leer heißt, dass kein Sortiertitel geschrieben wird.',
    when: 'Auf {title} setzen, wenn Einträge unter einem alten Titel einsortiert sind, oder auf [{studio} ]{date}, um je Studio nach Datum zu sortieren.',
  },
  sync_studio: {
    label: 'Studio',
    help: 'Das Studio schreiben.',
    when: 'Ausschalten, um das Studio so zu lassen, wie Plex es hat.',
  },
  sync_summary: {
    label: 'Beschreibung',
    help: 'Die Einzelheiten der Szene als Beschreibung schreiben.',
    when: 'Ausschalten, um Beschreibungen so zu lassen, wie Plex sie hat.',
  },
  sync_date: {
    label: 'Datum',
    help: 'Das Datum schreiben. Ein Datum, das nur aus Jahr oder Monat besteht, wird nur geschrieben, wenn Plex keines aus dieser Zeit hat.',
    when: 'Ausschalten, um die Daten so zu lassen, wie Plex sie hat.',
  },
  sync_performers: {
    label: 'Darsteller',
    help: 'Darsteller hinzufügen und entfernen. Was du in Plex hinzugefügt hast, bleibt.',
    when: 'Ausschalten, um die Darsteller so zu lassen, wie Plex sie hat.',
  },
  sync_tags: {
    label: 'Tags',
    help: 'Tags als Genres und Labels hinzufügen und entfernen. Was du in Plex hinzugefügt hast, bleibt.',
    when: 'Ausschalten, um die Genres so zu lassen, wie Plex sie hat.',
  },
  sync_poster: {
    label: 'Poster',
    help: 'Das Cover als Poster hochladen, wenn sich sein Inhalt geändert hat.',
    when: 'Ausschalten, um Platz auf dem Datenträger von Plex zu sparen: Plex löscht nie ein hochgeladenes Poster.',
  },
  poster_style: {
    label: 'Art des Posters',
    help: 'Wie das Poster aus dem Cover entsteht: das Cover unverändert, fill (das ganze Bild vor seiner unscharfen Vergrößerung), bars (über Schwarz) oder crop (Ausschnitt). Ein Cover, das schon im Hochformat ist, wird unverändert hochgeladen.',
    when: 'Auf fill setzen in Bibliotheken, die Poster im Hochformat zeigen.',
  },
  poster_anchor: {
    label: 'Teil, den crop behält',
    help: 'Welchen Teil des Covers die Art crop behält.',
    when: 'Setzen, wenn das Wichtige auf deinen Covers auf einer Seite ist.',
  },
  poster_from_group: {
    label: 'Poster der Gruppe',
    help: 'Eine Szene in einer Gruppe bekommt das Cover ihrer ersten Gruppe als Poster.',
    when: 'Einschalten, wenn deine Gruppen Covers im Hochformat haben.',
  },
  sync_background: {
    label: 'Hintergrundbild',
    help: 'Das Cover als Hintergrund hochladen, wenn Plex keinen hat.',
    when: 'Einschalten, wenn dir das Cover hinter den Einzelheiten gefällt.',
  },
  sync_collection: {
    label: 'Sammlungen',
    help: 'Einträge in Sammlungen aufnehmen; in welche, bestimmt die Einstellung collections.',
    when: 'Ausschalten, wenn du Sammlungen von Hand pflegst.',
  },
  collections: {
    label: 'Welche Sammlungen',
    help: 'Sammlungen eines Eintrags, eine Zeile je Quelle (oder durch „;“ getrennt): studio, parent_studio, „parent_studio or studio“, group, performer, „tag: A, B“ (oder „tag: *“), organized, rating. Jede kann ihre Sammlung benennen: studio => Site: {name}.',
    when: 'Ändern, um zu wählen, welche Sammlungen PlexSync pflegt. Was eine entfernte Zeile schrieb, wird zurückgenommen.',
  },
  collection_min_scenes: {
    label: 'Kleinste Sammlung',
    help: 'Sammlungen für Darsteller und Tags gibt es nur, wenn sie in Stash so viele Szenen haben.',
    when: 'Erhöhen, wenn es zu viele kleine Sammlungen gibt.',
  },
  collection_art: {
    label: 'Bild und Text der Sammlungen',
    help: 'Sammlungen, die PlexSync angelegt hat, bekommen den Text ihres Studios, ihrer Gruppe, ihres Darstellers oder Tags als Zusammenfassung und dessen Bild als Poster, nach `poster_style`. Sammlungen, die du angelegt oder geändert hast, bleiben, wie sie sind. Beim Ausschalten werden die Texte zurückgenommen; Poster bleiben, weil Plex sie nicht löschen kann.',
    when: 'Einschalten, wenn du keine Mosaike aus vier Covers möchtest.',
  },
  sync_rating: {
    label: 'Bewertung',
    help: 'Die Bewertung von Stash (0 bis 100) als Bewertung in Plex (0 bis 10) schreiben.',
    when: 'Einschalten, wenn du in Stash bewertest und es in Plex sehen willst.',
  },
  performer_photos: {
    label: 'Fotos der Darsteller',
    help: 'Plex die Adresse des Fotos in Stash geben. Geht nur, wenn Stash keinen Schlüssel hat, denn Adressen mit Schlüssel werden nie weitergegeben.',
    when: 'Einschalten, wenn Plex und seine Geräte Stash erreichen und Stash kein Passwort hat.',
  },
  content_rating: {
    label: 'Altersfreigabe',
    help: 'Altersfreigabe: eine für alle Szenen, etwa XXX, und Ausnahmen nach Tag: „tag: Soft => R“. Die erste passende Zeile gilt.',
    when: 'Setzen, um diese Einträge für verwaltete Benutzer von Plex zu sperren.',
  },
  tags_as: {
    label: 'Tags werden',
    help: 'Was Tags in Plex werden: Genres, Labels, beides oder nichts.',
    when: 'Auf Labels setzen, um Tags in Filtern und Freigaben zu nutzen, ohne die Genres zu füllen.',
  },
  label_tags: {
    label: 'Tags, die Labels werden',
    help: 'Diese Tags werden auch Labels, durch Kommas getrennt. Labels, die du oder andere Programme gesetzt haben, werden nie angefasst.',
    when: 'Setzen, um nach wenigen ausgewählten Tags freizugeben oder zu sperren.',
  },
  genre_parents: {
    label: 'Genres nur unter diesen Tags',
    help: 'Nur diese Tags und die Tags darunter werden Genres, durch Kommas getrennt. Leer heißt alle.',
    when: 'Setzen, wenn die Genres in Stash einem gemeinsamen Tag untergeordnet sind.',
  },
  tag_rename: {
    label: 'Tags unter anderem Namen',
    help: 'Tags, die in Plex anders heißen, eine Zeile je Tag (oder durch „;“ getrennt): Sci-Fi => Science Fiction. Für tag_allow, tag_deny und label_tags gilt der neue Name.',
    when: 'Setzen, damit die Namen zu deinen anderen Bibliotheken passen.',
  },
  sync_director: {
    label: 'Regie',
    help: 'Die Regie einer Szene schreiben; mehrere Namen sind in Stash durch Kommas getrennt.',
    when: 'Einschalten, wenn du in Stash die Regie einträgst.',
  },
  code_as: {
    label: 'Code des Studios',
    help: 'Wohin der Code einer Szene geschrieben wird: Slogan, Originaltitel oder Label.',
    when: 'Setzen, um Szenen in Plex nach ihrem Code zu finden.',
  },
  performer_disambiguation: {
    label: 'Zusatz der Darsteller',
    help: 'Darsteller als „Name (Zusatz)“ schreiben.',
    when: 'Einschalten, wenn Darsteller gleich heißen: Plex behandelt gleiche Namen als dieselbe Person.',
  },
  performer_genders: {
    label: 'Nur diese Geschlechter',
    help: 'Nur Darsteller dieser Geschlechter werden geschrieben: FEMALE, MALE, TRANSGENDER_FEMALE, TRANSGENDER_MALE, INTERSEX, NON_BINARY. Leer heißt alle; sonst bleiben Darsteller ohne Angabe weg.',
    when: 'Setzen, um die Besetzung zu kürzen.',
  },
  performer_tags: {
    label: 'Tags der Darsteller',
    help: 'Auch Tags der Darsteller werden Genres.',
    when: 'Einschalten, wenn du Darsteller mit Tags beschreibst.',
  },
  only_organized: {
    label: 'Nur organisierte Szenen',
    help: 'Nur Szenen schreiben, die in Stash als organisiert markiert sind.',
    when: 'Einschalten, wenn du Szenen in Stash fertigstellst, bevor sie in Plex erscheinen sollen.',
  },
  tag_allow: {
    label: 'Nur diese Tags',
    help: 'Nur diese Tags werden geschrieben, durch Kommas getrennt. Leer heißt alle.',
    when: 'Setzen, um wenige ausgewählte Tags als Genres zu zeigen.',
  },
  tag_deny: {
    label: 'Diese Tags nie',
    help: 'Diese Tags werden nie geschrieben, durch Kommas getrennt.',
    when: 'Setzen, um Arbeits-Tags aus Plex herauszuhalten.',
  },
  max_tags: {
    label: 'Tags je Szene',
    help: 'So viele Tags werden je Szene höchstens geschrieben.',
    when: 'Senken, wenn die Liste der Genres in Plex zu lang wird.',
  },
  only_with_stash_id: {
    label: 'Nur Szenen mit Stash-ID',
    help: 'Nur Szenen schreiben, die eine Stash-ID haben. Eine Szene, die sie verliert, bleibt, wie sie ist.',
    when: 'Einschalten, um nur erkannte Szenen zu schreiben.',
  },
  only_with_url: {
    label: 'Nur Szenen mit URL',
    help: 'Nur Szenen schreiben, die eine URL haben. Eine Szene, die sie verliert, bleibt, wie sie ist.',
    when: 'Einschalten, um nur Szenen zu schreiben, deren Daten von einer Seite stammen.',
  },
  only_tagged: {
    label: 'Nur Szenen mit diesen Tags',
    help: 'Nur Szenen mit einem dieser Tags schreiben, durch Kommas getrennt. Leer heißt alle.',
    when: 'Setzen, um in Stash mit einem Tag zu bestimmen, was in Plex erscheint.',
  },
  not_tagged: {
    label: 'Keine Szenen mit diesen Tags',
    help: 'Szenen mit einem dieser Tags nicht schreiben, durch Kommas getrennt. Was schon geschrieben ist, bleibt.',
    when: 'Setzen, um unfertige Szenen aus Plex herauszuhalten.',
  },
  preserve_plex_edits: {
    label: 'Änderungen in Plex behalten',
    help: 'Behalten, was du in Plex geändert oder gesperrt hast. Aus: Stash gewinnt, wenn beide einen Wert haben.',
    when: 'Einschalten, wenn du auch in Plex bearbeitest.',
  },
  strict_mode: {
    label: 'Ungültige Metadaten ablehnen',
    help: 'Ungültige Metadaten (Steuerzeichen, zu lange Werte, unmögliche Daten) ablehnen, statt sie zu korrigieren.',
    when: 'Einschalten, um schlechte Daten in Stash zu finden.',
  },
  strict_matching: {
    label: 'Strenge Zuordnung',
    help: 'Nur in einen Eintrag schreiben, der sicher dieselbe Datei ist, sonst fragen. Aus: der beste Kandidat wird genommen.',
    when: 'Eingeschaltet lassen. Pfadregeln sind der bessere Weg zu mehr Treffern.',
  },
  path_map: {
    label: 'Pfadregeln',
    help: 'Pfadregeln: „Stash-Präfix => Plex-Präfix“, durch „;“ getrennt. Das längste Präfix zuerst, nur an Ordnergrenzen. Eine Regel zwischen Schrägstrichen ist ein regulärer Ausdruck mit benannten Gruppen.',
    when: 'Setzen, wenn Stash und Plex dieselbe Datei unter verschiedenen Pfaden sehen, wie bei Docker.',
  },
  trigger_plex_scan: {
    label: 'Plex nach neuen Dateien scannen lassen',
    help: 'Plex auffordern, den Ordner einer Datei zu scannen, die es noch nicht hat.',
    when: 'Einschalten, wenn Plex neue Dateien nicht automatisch erkennt.',
  },
  skip_not_found: {
    label: 'Überspringen, was nicht in Plex ist',
    help: 'Eine Szene, die nicht in Plex ist, nicht erneut versuchen; der Abgleich findet sie später.',
    when: 'Einschalten, wenn nur ein Teil deiner Stash-Bibliothek in Plex ist.',
  },
  max_retries: {
    label: 'Versuche',
    help: 'Versuche, bevor ein Auftrag, der aus vorübergehenden Gründen fehlschlägt, unter „Zu klären“ erscheint. Versuche während eines Ausfalls zählen nicht.',
    when: 'Erhöhen in einem unzuverlässigen Netz.',
  },
  stash_poll_seconds: {
    label: 'Nach Änderungen suchen alle',
    help: 'Wie oft Stash gefragt wird, ob sich etwas geändert hat. Seltener, wenn eine Anfrage Stash viel Zeit kostet. Mit 0 wird nur beim Start, nach einem Ausfall von Stash und nach dessen Aufgaben gesucht.',
    when: 'Erhöhen auf einem sehr langsamen Rechner. Senken, wenn Änderungen ohne das Plugin schneller ankommen sollen.',
  },
  poll_interval: {
    label: 'Prüfintervall',
    help: 'Wie oft PlexSync die Warteschlange prüft. Neue Aufträge wecken es ohnehin.',
    when: 'Es gibt kaum einen Grund, das zu ändern.',
  },
  quiet_time: {
    label: 'Ruhezeit',
    help: 'Wie lange eine Szene unverändert sein muss, bevor sie geschrieben wird, damit viele Änderungen zusammen geschrieben werden.',
    when: 'Erhöhen, wenn du eine Szene oft hintereinander speicherst; 0 schreibt sofort.',
  },
  concurrency: {
    label: 'Gleichzeitiges Schreiben',
    help: 'Wie viele Einträge zugleich nach Plex geschrieben werden.',
    when: 'Senken, wenn Plex beim Synchronisieren für Zuschauer langsam wird.',
  },
  connect_timeout: {
    label: 'Zeit für die Verbindung',
    help: 'Wie lange auf eine Verbindung zu Stash oder Plex gewartet wird.',
    when: 'Erhöhen, wenn der Datenträger eines Servers erst anlaufen muss.',
  },
  read_timeout: {
    label: 'Zeit für die Antwort',
    help: 'Wie lange auf eine Antwort von Stash oder Plex gewartet wird.',
    when: 'Erhöhen bei einer großen Bibliothek auf langsamen Datenträgern.',
  },
  dlq_retention_days: {
    label: 'Einträge aufbewahren',
    help: 'Einträge unter „Zu klären“, die älter sind, werden entfernt.',
    when: 'Erhöhen, wenn du selten nach der App siehst.',
  },
  reconcile_interval: {
    label: 'Abgleich',
    help: 'Wie oft die Bibliotheken auf Lücken abgeglichen werden.',
    when: 'Auf „nie“ setzen, wenn du ihn lieber von Hand startest.',
  },
  reconcile_scope: {
    label: 'Umfang des Abgleichs',
    help: 'Welche Szenen der geplante Abgleich erfasst: alle oder die in den letzten 24 Stunden oder 7 Tagen geänderten.',
    when: 'Auf „alle“ setzen, um auch in alten Szenen Abweichungen zu finden; es bleibt günstig.',
  },
  reconcile_missing: {
    label: 'Auch fehlende Szenen synchronisieren',
    help: 'Der Abgleich reiht auch Szenen ein, die noch keinen Plex-Eintrag haben.',
    when: 'Ausschalten, wenn nur ein Teil deiner Stash-Bibliothek in Plex ist.',
  },
  activity_plays: {
    label: 'Wiedergaben',
    help: 'Wiedergaben aus Plex nach Stash bringen: Jeder in Plex zu Ende gesehene Eintrag kommt in den Wiedergabeverlauf seiner Szene. Braucht Stash 0.25 oder neuer.',
    when: 'Einschalten, wenn du in Plex schaust und Stash es zählen soll. Stash zählt dann die Wiedergaben beider; jede Übernahme lässt sich zurücknehmen.',
  },
  activity_accounts: {
    label: 'Konten',
    help: 'Namen der Plex-Konten, deren Wiedergaben übernommen werden, durch Kommas getrennt. Leer heißt: der Besitzer des Servers.',
    when: 'Setzen, wenn auch andere in deinem Haushalt schauen und ihre Wiedergaben zählen sollen.',
  },
  activity_from: {
    label: 'Startdatum',
    help: 'Startdatum der Übernahme: now (was vor der ersten Übernahme gesehen wurde, wird übersprungen) oder ein Tag als JJJJ-MM-TT.',
    when: 'Vor dem Einschalten von activity_plays auf einen Tag setzen, um auch ältere Wiedergaben zu übernehmen.',
  },
  activity_hand_marks: {
    label: 'Von Hand markiert',
    help: 'Als Wiedergabe zählen, wenn du einen Eintrag in Plex als gesehen markierst. Frühere Markierungen zählen nicht.',
    when: 'Einschalten, wenn du Einträge als gesehen markierst, statt sie zu Ende zu schauen.',
  },
  activity_ratings: {
    label: 'Bewertungen',
    help: 'Bewertungen des Besitzers aus Plex (0 bis 10) nach Stash (0 bis 100) bringen. Nicht zusammen mit sync_rating.',
    when: 'Einschalten, wenn du in Plex bewertest. Bewertungen, die bei der ersten Übernahme schon da sind, bleiben, wie sie sind.',
  },
  activity_resume: {
    label: 'Fortsetzungspunkte',
    help: 'Fortsetzungspunkte des Besitzers aus Plex nach Stash bringen, wenn der Eintrag in Plex später gesehen wurde als in Stash.',
    when: 'Einschalten, wenn du in Plex anfängst und in Stash weiterschaust.',
  },
  webhook_host: {
    label: 'Adresse für Hooks',
    help: 'Adresse, unter der Hooks von Stash empfangen werden.',
    when: 'Auf 0.0.0.0 oder eine Adresse im Netz setzen, wenn Stash in einem Container oder auf einem anderen Rechner läuft.',
  },
  webhook_port: {
    label: 'Port für Hooks',
    help: 'Port, auf dem Hooks von Stash empfangen werden. 0 heißt ein beliebiger freier.',
    when: 'Ändern, wenn ein anderes Programm den Port benutzt; danach das Plugin neu installieren.',
  },
  webhook_hosts: {
    label: 'Weitere Hostnamen für Hooks',
    help: 'Weitere Hostnamen, unter denen Hooks ankommen dürfen, durch Kommas getrennt, etwa der Name des Dienstes in Docker Compose.',
    when: 'Setzen, wenn Stash PlexSync unter einem anderen Namen erreicht.',
  },
  ui_host: {
    label: 'Adresse des Fensters',
    help: 'Adresse, unter der das Fenster ohne Desktop angeboten wird.',
    when: 'Auf eine Adresse im Netz setzen, um das Fenster von einem anderen Rechner zu öffnen; vorzuziehen ist ein SSH-Tunnel oder ein Proxy mit TLS.',
  },
  ui_port: {
    label: 'Port des Fensters',
    help: 'Port, auf dem das Fenster ohne Desktop angeboten wird. 0 heißt ein beliebiger freier.',
    when: 'Ändern, wenn ein anderes Programm den Port benutzt.',
  },
  ui_hosts: {
    label: 'Weitere Hostnamen für das Fenster',
    help: 'Weitere Hostnamen (mit Port, wenn es nicht ui_port ist), unter denen das Fenster geöffnet werden darf, durch Kommas getrennt.',
    when: 'Setzen, wenn ein Reverse Proxy oder die Portzuordnung eines Containers die Adresse ändert.',
  },
  debug_logging: {
    label: 'Debug-Zeilen im Protokoll',
    help: 'Debug-Zeilen in das Protokoll schreiben.',
    when: 'Einschalten, während du ein Problem suchst.',
  },
  obfuscate_paths: {
    label: 'Pfade im Protokoll verbergen',
    help: 'Ordner- und Dateinamen im Protokoll durch kurze Kennzeichen ersetzen.',
    when: 'Einschalten, bevor du ein Protokoll weitergibst.',
  },
  notifications: {
    label: 'Benachrichtigungen',
    help: 'Benachrichtigungen auf dem Desktop zeigen, wenn etwas zu klären ist.',
    when: 'Ausschalten, wenn du lieber auf das Tray-Symbol siehst.',
  },
  start_at_login: {
    label: 'Bei der Anmeldung starten',
    help: 'Die Tray-Anwendung starten, wenn du dich anmeldest.',
    when: 'Einschalten, damit PlexSync immer Hooks empfängt.',
  },
  theme: {
    label: 'Farbschema',
    help: 'Farbschema des Fensters.',
    when: 'Persönliche Vorliebe.',
  },
  pictures: {
    label: 'Bilder',
    help: 'Ob das Fenster Covers und Poster zeigt.',
    when: 'Unscharf oder ausgeblendet, wenn andere deinen Bildschirm sehen. Ausgeblendet wird kein Bild bei Stash oder Plex angefragt.',
  },
  language: {
    label: 'Sprache',
    help: 'Sprache des Fensters.',
    when: 'Persönliche Vorliebe.',
  },
}
