/** The words of a summary, in both languages: tray, window, notifications and command line say the same sentences. */
import { numbersOf } from './numbers.ts'
import { serverTitles } from './server-names.ts'
import { partOf, type SummaryPart } from './summary.ts'
import type { WaitingCause } from './waiting.ts'

export type SummaryLanguage = 'en' | 'de'

/** How times are shown beside the sentence; both take ISO 8601. */
export interface SummaryTimes {
  /** A moment: "14:02". */
  at(moment: string): string
  /** How long ago: "2 minutes ago". */
  ago(moment: string): string
}

interface SummaryTexts {
  readonly of: (part: SummaryPart, times: SummaryTimes) => string
}

function english(): SummaryTexts {
  const numbers = numbersOf('en')
  const many = numbers.count
  const changes = (kept: number): string => `${many(kept, 'change is', 'changes are')} kept`
  return {
    of(part, { at, ago }) {
      switch (part.code) {
        case 'stopped':
          return 'PlexSync is not running. Changes in Stash are caught up when it starts.'
        case 'setup':
          return part.kept === 0 ? 'Setup not finished.' : `Setup not finished: ${changes(part.kept)}.`
        case 'disabled':
          return part.kept === 0
            ? 'Switched off in the settings.'
            : `Switched off in the settings. ${changes(part.kept)}.`
        case 'paused':
          return part.kept === 0
            ? 'Paused. Nothing is written until you resume.'
            : `Paused. ${changes(part.kept)} until you resume.`
        case 'keyring':
          return part.kept === 0
            ? 'Waiting for you to unlock the keyring.'
            : `Waiting for you to unlock the keyring. ${changes(part.kept)}.`
        case 'token_refused': {
          const what = part.server === 'plex' ? 'token' : 'API key'
          const refusal = `${serverTitles[part.server]} refuses the ${what}.`
          return part.kept === 0 ? refusal : `${refusal} ${changes(part.kept)}.`
        }
        case 'stash_setup': {
          const waiting = 'Stash is not set up yet: open Stash and finish its setup.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} and will follow.`
        }
        case 'stash_migration': {
          const waiting = 'Stash waits for its database migration: open Stash and confirm it.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} and will follow.`
        }
        case 'stash_schema': {
          const waiting = 'Stash does not understand the query: update PlexSync or Stash.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} and will follow.`
        }
        case 'stash_database': {
          const waiting = 'Stash cannot use its database: look at its log.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} and will follow.`
        }
        case 'edits_refused':
        case 'edits_failing':
        case 'no_library':
        case 'server_redirects': {
          const waiting = {
            edits_refused: 'Plex refuses edits: sign in as the owner of the server.',
            edits_failing: 'Plex fails to carry out edits: look at its log and its disk.',
            no_library: 'Plex has no library to write to: correct plex_library.',
            server_redirects: `${serverTitles[part.server]} redirects to another address: correct it in the settings.`,
          }[part.code]
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} and will follow.`
        }
        case 'server_down': {
          const waiting = `Waiting for ${serverTitles[part.server]} since ${at(part.since)}.`
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} and will follow.`
        }
        case 'needs_attention':
          return `${many(part.count, 'scene needs', 'scenes need')} attention.`
        case 'working': {
          const rate = part.perMinute > 0 ? `, ${numbers.format(part.perMinute)} per minute` : ''
          return `Writing ${many(part.left, 'change', 'changes')} to Plex${rate}.`
        }
        case 'scheduled':
          return `${many(part.count, 'change', 'changes')} scheduled.`
        case 'in_sync':
          return `Up to date. ${many(part.scenes, 'scene', 'scenes')} in sync with Plex.`
        case 'ready':
          return 'Up to date. Changes in Stash follow automatically.'
        case 'last_change':
          return `Last change ${ago(part.at)}.`
      }
    },
  }
}

function german(): SummaryTexts {
  const numbers = numbersOf('de')
  const many = numbers.count
  const changes = (kept: number): string => `${many(kept, 'Änderung ist', 'Änderungen sind')} vorgemerkt`
  return {
    of(part, { at, ago }) {
      switch (part.code) {
        case 'stopped':
          return 'PlexSync läuft nicht. Änderungen in Stash werden beim nächsten Start nachgeholt.'
        case 'setup':
          return part.kept === 0
            ? 'Einrichtung nicht abgeschlossen.'
            : `Einrichtung nicht abgeschlossen: ${changes(part.kept)}.`
        case 'disabled':
          return part.kept === 0
            ? 'In den Einstellungen ausgeschaltet.'
            : `In den Einstellungen ausgeschaltet. ${changes(part.kept)}.`
        case 'paused':
          return part.kept === 0
            ? 'Pausiert. Es wird nichts geschrieben, bis du fortsetzt.'
            : `Pausiert. ${changes(part.kept)}, bis du fortsetzt.`
        case 'keyring':
          return part.kept === 0
            ? 'Wartet darauf, dass du den Schlüsselbund entsperrst.'
            : `Wartet darauf, dass du den Schlüsselbund entsperrst. ${changes(part.kept)}.`
        case 'token_refused': {
          const what = part.server === 'plex' ? 'das Token' : 'den API-Schlüssel'
          const refusal = `${serverTitles[part.server]} lehnt ${what} ab.`
          return part.kept === 0 ? refusal : `${refusal} ${changes(part.kept)}.`
        }
        case 'stash_setup': {
          const waiting = 'Stash ist noch nicht eingerichtet: öffne Stash und schließ die Einrichtung ab.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)}.`
        }
        case 'stash_migration': {
          const waiting = 'Stash wartet auf die Migration seiner Datenbank: öffne Stash und bestätige sie.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)}.`
        }
        case 'stash_schema': {
          const waiting = 'Stash versteht die Abfrage nicht: aktualisiere PlexSync oder Stash.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)}.`
        }
        case 'stash_database': {
          const waiting = 'Stash kann seine Datenbank nicht nutzen: prüfe sein Protokoll.'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)}.`
        }
        case 'edits_refused':
        case 'edits_failing':
        case 'no_library':
        case 'server_redirects': {
          const waiting = {
            edits_refused: 'Plex lehnt Änderungen ab: melde dich als Besitzer des Servers an.',
            edits_failing: 'Plex kann keine Änderungen ausführen: prüfe sein Protokoll und seinen Datenträger.',
            no_library: 'Plex hat keine Bibliothek zum Schreiben: korrigiere plex_library.',
            server_redirects: `${serverTitles[part.server]} leitet auf eine andere Adresse um: korrigiere sie in den Einstellungen.`,
          }[part.code]
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)}.`
        }
        case 'server_down': {
          const waiting = `Wartet seit ${at(part.since)} auf ${serverTitles[part.server]}.`
          const follow = part.kept === 1 ? 'folgt' : 'folgen'
          return part.kept === 0 ? waiting : `${waiting} ${changes(part.kept)} und ${follow}.`
        }
        case 'needs_attention':
          return `${many(part.count, 'Szene braucht', 'Szenen brauchen')} deine Aufmerksamkeit.`
        case 'working': {
          const rate = part.perMinute > 0 ? `, ${numbers.format(part.perMinute)} pro Minute` : ''
          return `Schreibt ${many(part.left, 'Änderung', 'Änderungen')} nach Plex${rate}.`
        }
        case 'scheduled':
          return `${many(part.count, 'Änderung', 'Änderungen')} geplant.`
        case 'in_sync':
          return `Auf dem neuesten Stand. ${many(part.scenes, 'Szene ist', 'Szenen sind')} mit Plex synchron.`
        case 'ready':
          return 'Auf dem neuesten Stand. Änderungen in Stash folgen automatisch.'
        case 'last_change':
          return `Letzte Änderung ${ago(part.at)}.`
      }
    },
  }
}

const texts: Readonly<Record<SummaryLanguage, SummaryTexts>> = { en: english(), de: german() }

/** One part as a sentence with its full stop. */
export function summaryText(part: SummaryPart, language: SummaryLanguage, times: SummaryTimes): string {
  return texts[language].of(part, times)
}

/** All parts, one after the other. */
export function summarySentence(parts: readonly SummaryPart[], language: SummaryLanguage, times: SummaryTimes): string {
  return parts.map((part) => summaryText(part, language, times)).join(' ')
}

/** For scripts and terminals: moments in ISO 8601. */
export const plainTimes: SummaryTimes = { at: (moment) => moment, ago: (moment) => `at ${moment}` }

/** `waiting_for.text`: one English sentence, without its full stop. */
export function waitingText(cause: WaitingCause): string {
  // The number of waiting changes has a separate key; only the setup, which has no other number, says it.
  const part = partOf(cause, cause.code === 'setup' ? cause.values.kept : 0)
  return summaryText(part, 'en', plainTimes).replace(/\.$/, '')
}
