/** German sentences for files, folders and the database that cannot be used; English ones are in storage-problems.ts. */
import type { StorageProblemTexts, StorageState } from './storage-problems.ts'

const states: Readonly<Record<StorageState, string>> = {
  damaged: 'ist beschädigt',
  disk_full: 'kann nicht wachsen: Der Datenträger ist voll',
  read_only: 'ist schreibgeschützt',
  not_writable: 'lässt sich nicht zum Schreiben öffnen',
  locked: 'ist durch ein anderes Programm gesperrt',
  forbidden: 'darf nicht geöffnet werden',
  not_accessible: 'lässt sich nicht lesen oder schreiben',
  not_stored: 'lässt sich nicht speichern',
}

export const germanStorage: StorageProblemTexts = {
  no_file: ({ file }) => `${file} gibt es nicht.`,
  not_backup: ({ file }) => `${file} ist keine Sicherung von PlexSync.`,
  backup_exists: ({ file }) => `${file} gibt es schon und ist keine Sicherung; die Datei blieb unberührt.`,
  backup_is_database: ({ file }) => `${file} ist die Datenbank selbst; wähl für die Sicherung eine andere Datei.`,
  no_backup_folder: ({ file }) => `${file} lässt sich nicht schreiben: Den Ordner gibt es nicht.`,
  foreign_database: ({ file }) => `${file} ist die Datenbank eines anderen Programms.`,
  file_damaged: ({ file, found }) => `${file} ist beschädigt. Im Wortlaut: ${found}`,
  damaged_left: ({ file, found }) => `${file} ist beschädigt; die Datei blieb, wie sie ist. Im Wortlaut: ${found}`,
  damaged_kept: ({ file, found, kept }) =>
    `${file} ist beschädigt und liegt jetzt unter ${kept}. Im Wortlaut: ${found}`,
  newer_database: ({ file, format, known }) =>
    `${file} stammt von einem neueren PlexSync (Format ${format}, dieses kennt ${known}). Nimm wieder jene Version, oder spiel die Kopie zurück, die sie angelegt hat: ${file}.before-v${format}`,
  no_shared_memory: ({ file }) =>
    `${file} liegt auf einem Dateisystem ohne gemeinsamen Speicher; nimm einen Ordner auf einer lokalen Platte.`,
  storage_failed: ({ file, state, found, owner }) =>
    `${file ?? 'Die Datenbank'} ${states[state]}.${owner === null ? '' : ` ${owner.place} gehört Benutzer ${owner.user}; PlexSync läuft als Benutzer ${owner.own}.`} Im Wortlaut: ${found}`,
  file_unreadable: ({ file, found }) => `${file} lässt sich nicht lesen. Im Wortlaut: ${found}`,
  folder_unusable: ({ folder, found }) => `Der Ordner ${folder} lässt sich nicht verwenden. Im Wortlaut: ${found}`,
  log_unreadable: ({ found }) => `Das Protokoll lässt sich nicht lesen. Im Wortlaut: ${found}`,
  plugin_not_written: ({ folder, found }) =>
    `Das Plugin lässt sich nicht nach ${folder} schreiben. Im Wortlaut: ${found}`,
  plugin_not_removed: ({ folder, found }) =>
    `Das Plugin lässt sich nicht aus ${folder} entfernen. Im Wortlaut: ${found}`,
  already_running: ({ folder, pid }) => `PlexSync läuft schon mit ${folder}${pid === null ? '' : ` (Prozess ${pid})`}.`,

  secrets_damaged: ({ file, places, kept }) =>
    `${file} ist beschädigt: ${places.length === 0 ? 'Die Datei ist kein JSON' : `falsch ist ${places.map((place) => place || 'die ganze Datei').join(', ')}`}.${kept === null ? '' : ` Sie liegt jetzt unter ${kept}; berichtige sie, oder gib Tokens und Schlüssel neu ein.`}`,
  secrets_differ: ({ file }) =>
    `Der Schlüsselbund gab nicht zurück, was er bekommen hatte; deshalb bleibt ${file} bestehen. Entsperre ihn und starte PlexSync neu.`,
  secret_not_stored: ({ name, found }) => `${name} lässt sich nicht speichern. Im Wortlaut: ${found}`,
}
