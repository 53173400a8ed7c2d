/** Every string that the desktop shell itself shows, in English and German. The window has its own catalogue. */
import type { ErrorTexts } from '../../shared/error-texts.ts'
import { germanErrors } from '../../shared/errors.de.ts'
import { errors } from '../../shared/errors.ts'
import { numbersOf } from '../../shared/numbers.ts'
import { serverTitles } from '../../shared/server-names.ts'
import type { SummaryPart } from '../../shared/summary.ts'
import { type SummaryTimes, summaryText } from '../../shared/summary-texts.ts'
import type { NoticeContent } from '../engine/ports.ts'

export type Language = 'en' | 'de'

interface NoticeText {
  readonly title: string
  readonly body: string
}

/** A statement of the summary as a title: what a notice and the tray's menu say of one thing are the same words. */
function titleOf(part: SummaryPart, language: Language): string {
  return summaryText(part, language, timesOf(language)).replace(/\.$/, '')
}

/** The language wished for in the settings, else the first of the system's that there is, else English. */
export function desktopLanguage(wish: string, system: readonly string[]): Language {
  const tags = wish === 'system' ? system : [wish]
  for (const tag of tags) {
    const language = tag.slice(0, 2).toLowerCase()
    if (language === 'en' || language === 'de') return language
  }
  return 'en'
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Makes a format when it is first used: they take longer to make than the tray has for its start. */
function formatOf(language: Language, isToday: boolean): Intl.DateTimeFormat {
  const key = `${language} ${isToday}`
  const options: Intl.DateTimeFormatOptions = isToday
    ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    : { dateStyle: 'medium', timeStyle: 'short' }
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, options)
  formats.set(key, format)
  return format
}

function timesOf(language: Language): SummaryTimes {
  const at = (moment: string): string => {
    const date = new Date(moment)
    const isToday = date.toDateString() === new Date().toDateString()
    return formatOf(language, isToday).format(date)
  }
  return { at, ago: at }
}

function english() {
  const numbers = numbersOf('en')
  const many = numbers.count
  return {
    language: 'en' as Language,
    errors: errors as ErrorTexts,
    times: timesOf('en'),
    sentence: {
      stopped: 'Stopped',
      starting: 'Starting',
      closing: (left: number) =>
        left === 0 ? 'Closing' : `Closing: ${many(left, 'change is', 'changes are')} still being written`,
    },
    menu: {
      open: 'Open PlexSync',
      pause: 'Pause',
      resume: 'Resume',
      syncRecent: 'Sync recent changes',
      reconcile: 'Reconcile now',
      needsYou: (count: number) =>
        count === 0 ? 'Nothing needs attention' : `Needs attention (${numbers.format(count)})`,
      cause: (title: string, count: number) => `${title} (${numbers.format(count)})`,
      change: (title: string, at: string) => `${title}, ${at}`,
      noTitle: (scene: string) => `Scene ${scene}`,

      update: (version: string) => `Install version ${version}`,
      updateLoading: (percent: number) => `Loading the update: ${percent} %`,
      quit: 'Quit PlexSync',
      quitNow: 'Quit without waiting',
    },
    notice: {
      stillHere: {
        title: 'PlexSync keeps running',
        body: 'It continues in the tray. Quit it from the menu of its icon.',
      },
      noTray: {
        title: 'PlexSync keeps running',
        body: 'This desktop shows no tray icons, so the window stays in the task list.',
      },
      update: (version: string) => ({
        title: `PlexSync ${version} is available`,
        body: 'Install it from the menu of the tray icon.',
      }),
      updateFailed: {
        title: 'The update could not be installed',
        body: 'This version keeps running. The log says why.',
      },
      syncRecent: (enqueued: number) => ({
        title: enqueued === 0 ? 'Nothing changed in the last 24 hours' : `${many(enqueued, 'scene', 'scenes')} queued`,
        body: enqueued === 0 ? 'There is nothing to sync.' : 'They are written to Plex one after the other.',
      }),
      actionFailed: 'That did not work',
      ofEngine(notice: NoticeContent): NoticeText {
        switch (notice.kind) {
          case 'dead_letters':
            return {
              title: titleOf({ code: 'needs_attention', count: notice.count }, 'en'),
              body: 'Some changes could not be written to Plex.',
            }
          case 'auth':
            return {
              title: titleOf({ code: 'token_refused', server: notice.server, kept: 0, since: '' }, 'en'),
              body: 'Changes are kept until you correct it.',
            }
          case 'unknown_libraries':
            return {
              title: `Plex has no library named ${notice.names.join(', ')}`,
              body: 'The other libraries are written. Correct plex_library in the settings.',
            }
          case 'waiting':
            return { title: errors[notice.code].title, body: errors[notice.code].action }
          case 'outage_started':
            return {
              title: `${serverTitles[notice.server]} has not answered for ${many(notice.minutes, 'minute', 'minutes')}`,
              body: 'Changes are kept and will follow.',
            }
          case 'outage_ended':
            return { title: `${serverTitles[notice.server]} answers again`, body: 'What was kept is being written.' }
        }
      },
    },
    page: {
      failureTitle: 'PlexSync could not start',
      why: 'Why',
      what: 'What to do',
      detail: 'In detail',
      retry: 'Try again',
      settings: 'Open the settings',
      folder: 'Show the log',
      quit: 'Quit',
      crashedTitle: 'The window crashed several times',
      crashedWhy: 'The part that draws the window ended unexpectedly. Syncing continues without it.',
      crashedWhat: 'Open it again. If it crashes again, the log shows when and why.',
      closingTitle: 'Finishing what is being written',
      closingWhat: 'PlexSync ends within 30 seconds. What is left then is written after the next start.',
    },
    secrets: {
      noKeyring:
        'This desktop offers no keyring, so tokens and keys are kept in a file that only this user can read, but it is not encrypted.',
      keyringLocked: 'The keyring that holds the tokens and keys is locked. Unlock it to continue.',
      keyringGone:
        'The keyring that holds the tokens and keys cannot be opened now. They are kept; unlock it and start PlexSync again, or enter them again.',
    },
  }
}

export type DesktopTexts = ReturnType<typeof english>

function german(): DesktopTexts {
  const numbers = numbersOf('de')
  const many = numbers.count
  return {
    language: 'de',
    errors: germanErrors,
    times: timesOf('de'),
    sentence: {
      stopped: 'Angehalten',
      starting: 'Startet',
      closing: (left) =>
        left === 0
          ? 'Beendet sich'
          : `Beendet sich: ${many(left, 'Änderung wird', 'Änderungen werden')} noch geschrieben`,
    },
    menu: {
      open: 'PlexSync öffnen',
      pause: 'Pausieren',
      resume: 'Fortsetzen',
      syncRecent: 'Letzte Änderungen synchronisieren',
      reconcile: 'Jetzt abgleichen',
      needsYou: (count) =>
        // As the view is called in the window.
        count === 0 ? 'Nichts zu klären' : `Zu klären (${numbers.format(count)})`,
      cause: (title, count) => `${title} (${numbers.format(count)})`,
      change: (title, at) => `${title}, ${at}`,
      noTitle: (scene) => `Szene ${scene}`,

      update: (version) => `Version ${version} installieren`,
      updateLoading: (percent) => `Lädt das Update: ${percent} %`,
      quit: 'PlexSync beenden',
      quitNow: 'Beenden, ohne zu warten',
    },
    notice: {
      stillHere: {
        title: 'PlexSync läuft weiter',
        body: 'Es läuft im Infobereich weiter. Beenden kannst du es im Menü seines Symbols.',
      },
      noTray: {
        title: 'PlexSync läuft weiter',
        body: 'Diese Oberfläche zeigt keine Symbole im Infobereich, darum bleibt das Fenster in der Fensterliste.',
      },
      update: (version) => ({
        title: `PlexSync ${version} ist verfügbar`,
        body: 'Du kannst es im Menü des Symbols installieren.',
      }),
      updateFailed: {
        title: 'Das Update konnte nicht installiert werden',
        body: 'Diese Version läuft weiter. Der Grund ist im Protokoll.',
      },
      syncRecent: (enqueued) => ({
        title:
          enqueued === 0
            ? 'In den letzten 24 Stunden hat sich nichts geändert'
            : `${many(enqueued, 'Szene', 'Szenen')} eingereiht`,
        body: enqueued === 0 ? 'Es gibt nichts zu synchronisieren.' : 'Sie werden nacheinander nach Plex geschrieben.',
      }),
      actionFailed: 'Das hat nicht geklappt',
      ofEngine(notice) {
        switch (notice.kind) {
          case 'dead_letters':
            return {
              title: titleOf({ code: 'needs_attention', count: notice.count }, 'de'),
              body: 'Einige Änderungen konnten nicht nach Plex geschrieben werden.',
            }
          case 'auth':
            return {
              title: titleOf({ code: 'token_refused', server: notice.server, kept: 0, since: '' }, 'de'),
              body: 'Änderungen bleiben vorgemerkt, bis du das behoben hast.',
            }
          case 'unknown_libraries':
            return {
              title: `Plex hat keine Bibliothek namens ${notice.names.join(', ')}`,
              body: 'Die anderen Bibliotheken werden geschrieben. Korrigiere plex_library in den Einstellungen.',
            }
          case 'waiting':
            return { title: germanErrors[notice.code].title, body: germanErrors[notice.code].action }
          case 'outage_started':
            return {
              title: `${serverTitles[notice.server]} antwortet seit ${many(notice.minutes, 'Minute', 'Minuten')} nicht`,
              body: 'Änderungen bleiben vorgemerkt und folgen.',
            }
          case 'outage_ended':
            return {
              title: `${serverTitles[notice.server]} antwortet wieder`,
              body: 'Was vorgemerkt war, wird jetzt geschrieben.',
            }
        }
      },
    },
    page: {
      failureTitle: 'PlexSync konnte nicht starten',
      why: 'Warum',
      what: 'Was zu tun ist',
      detail: 'Im Einzelnen',
      retry: 'Noch einmal versuchen',
      settings: 'Einstellungen öffnen',
      folder: 'Protokoll zeigen',
      quit: 'Beenden',
      crashedTitle: 'Das Fenster ist mehrmals abgestürzt',
      crashedWhy:
        'Der Teil, der das Fenster zeichnet, wurde unerwartet beendet. Das Synchronisieren läuft ohne ihn weiter.',
      crashedWhat: 'Öffne es noch einmal. Stürzt es wieder ab, zeigt das Protokoll, wann und warum.',
      closingTitle: 'Was gerade geschrieben wird, wird noch fertig',
      closingWhat:
        'PlexSync beendet sich innerhalb von 30 Sekunden. Was dann noch übrig ist, wird nach dem nächsten Start geschrieben.',
    },
    secrets: {
      noKeyring:
        'Diese Oberfläche bietet keinen Schlüsselbund. Token und Schlüssel liegen in einer Datei, die nur dieser Benutzer lesen kann, aber sie ist nicht verschlüsselt.',
      keyringLocked: 'Der Schlüsselbund mit Token und Schlüsseln ist gesperrt. Entsperre ihn, damit es weitergeht.',
      keyringGone:
        'Der Schlüsselbund mit Token und Schlüsseln lässt sich gerade nicht öffnen. Sie bleiben erhalten; entsperre ihn und starte PlexSync neu, oder gib sie neu ein.',
    },
  }
}

/** The catalogue of a language. */
export function textsOf(language: Language): DesktopTexts {
  return language === 'de' ? german() : english()
}
