/** Words and menu of the tray, as values. Pure; `tray.ts` hands them to the system. */
import type { ActivityState, Status } from '../../shared/contract.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { Summary, SummaryPart } from '../../shared/summary.ts'
import { summarySentence } from '../../shared/summary-texts.ts'
import type { DesktopTexts } from './texts.ts'

export type MenuAction =
  | 'cause'
  | 'open'
  | 'pause'
  | 'resume'
  | 'sync_recent'
  | 'reconcile'
  | 'needs_you'
  | 'update'
  | 'quit'
  | 'quit_now'

export type MenuEntry =
  | { readonly action: MenuAction; readonly label: string; readonly enabled: boolean }
  /** Opens a view of the window. */
  | { readonly action: 'view'; readonly view: string; readonly label: string }
  | { readonly action: null }

/** What the menu shows beside the status: the last changes, and what the dead letters are there for. */
export interface TrayDetails {
  readonly changes: readonly { readonly sceneId: string; readonly title: string; readonly at: string }[]
  readonly causes: readonly { readonly code: ErrorCode; readonly count: number }[]
}

export const noDetails: TrayDetails = { changes: [], causes: [] }
const mostChanges = 3
/** Panels show no tooltips for entries, and a menu as wide as a title is long hides the others. */
const longestTitle = 48

/** What an update is doing; null if there is none. */
export type UpdateState = { readonly version: string; readonly percent: number | null } | null

export interface TrayModel {
  readonly shown: ActivityState
  /** What the sentence says; null while there is no status. */
  readonly summary: Summary | null
  /** Null before the engine runs, and where it could not start. */
  readonly status: Status | null
  /** The engine could not start. */
  readonly failed: boolean
  /** How many changes are still being written while the app ends; null while it does not end. */
  readonly closing: number | null
  readonly update: UpdateState
  readonly details: TrayDetails
}

const line: MenuEntry = { action: null }

/** The state in one sentence: tooltip, and first line of the menu where a desktop shows no tooltips. */
export function traySentence({ summary, failed, closing }: TrayModel, texts: DesktopTexts): string {
  const { sentence, language, times } = texts
  if (closing !== null) return sentence.closing(closing)
  if (summary === null) return failed ? sentence.stopped : sentence.starting
  return summarySentence(summary.parts.flatMap(steady), language, times).replace(/\.$/, '')
}

/** Without what changes by the minute: each change makes a desktop lay out the menu again. */
function steady(part: SummaryPart): SummaryPart[] {
  if (part.code === 'last_change') return []
  return [part.code === 'working' ? { ...part, perMinute: 0 } : part]
}

/** The menu from top to bottom. */
export function trayMenu(model: TrayModel, texts: DesktopTexts): MenuEntry[] {
  const { status, closing, update } = model
  const { menu } = texts
  const head: MenuEntry[] = [{ action: 'cause', label: traySentence(model, texts), enabled: status !== null }, line]
  if (closing !== null) return [...head, { action: 'quit_now', label: menu.quitNow, enabled: true }]
  const canWork = status?.running === true && status.setup_finished
  const dead = status?.dead_letters ?? 0
  return [
    ...head,
    { action: 'open', label: menu.open, enabled: true },
    status?.paused === true
      ? { action: 'resume', label: menu.resume, enabled: canWork }
      : { action: 'pause', label: menu.pause, enabled: canWork },
    { action: 'sync_recent', label: menu.syncRecent, enabled: canWork },
    { action: 'reconcile', label: menu.reconcile, enabled: canWork },
    line,
    { action: 'needs_you', label: menu.needsYou(dead), enabled: dead > 0 },
    ...causeEntries(model, texts),
    ...changeEntries(model, texts),
    ...(update === null ? [] : [line, updateEntry(update, texts)]),
    line,
    { action: 'quit', label: menu.quit, enabled: true },
  ]
}

/** Each cause leads to its list; none while nothing needs attention. */
function causeEntries({ status, details }: TrayModel, { menu, errors }: DesktopTexts): MenuEntry[] {
  if (status === null || status.dead_letters === 0) return []
  return details.causes.map(({ code, count }) => ({
    action: 'view',
    view: `/needs-you?cause=${code}`,
    label: `    ${menu.cause(errors[code].title, count)}`,
  }))
}

function changeEntries({ details }: TrayModel, { menu, times }: DesktopTexts): MenuEntry[] {
  const entries = details.changes.slice(0, mostChanges).map(({ sceneId, title, at }): MenuEntry => {
    const name = title === '' ? menu.noTitle(sceneId) : shortened(title)
    return { action: 'view', view: `/activity?open=${sceneId}`, label: menu.change(name, times.at(at)) }
  })
  return entries.length === 0 ? [] : [line, ...entries]
}

function shortened(title: string): string {
  return title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1).trimEnd()}…`
}

function updateEntry(update: NonNullable<UpdateState>, { menu }: DesktopTexts): MenuEntry {
  return update.percent === null
    ? { action: 'update', label: menu.update(update.version), enabled: true }
    : { action: 'update', label: menu.updateLoading(update.percent), enabled: false }
}
