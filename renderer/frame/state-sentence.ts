import type { Status } from '../../shared/contract.ts'
import { summarise } from '../../shared/summary.ts'
import { type SummaryLanguage, type SummaryTimes, summarySentence } from '../../shared/summary-texts.ts'
import type { Format } from '../i18n/format.ts'

/** How PlexSync is doing in a sentence or two, the same in every view and in the tray. Pure: `now` is epoch ms. */
export function stateSentence(status: Status, language: SummaryLanguage, format: Format, now: number): string {
  return summarySentence(summarise(status).parts, language, summaryTimes(format, now))
}

/** Times as the window shows them. */
export function summaryTimes(format: Format, now: number): SummaryTimes {
  return {
    at: (moment) => format.since(Date.parse(moment), now),
    ago: (moment) => format.ago(Date.parse(moment), now),
  }
}
