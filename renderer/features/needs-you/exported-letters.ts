import { type PageAsked, pageAfter } from '../../../shared/pages.ts'
import type { App } from '../../state/app.ts'

const rowsPerPage = 1000

/** All dead letters as the parts of one JSON array; null after a fault, which is shown. Each part is handed to the browser, so that they need not all be held as text. */
export async function exportedLetters(app: App): Promise<Blob[] | null> {
  const parts: Blob[] = []
  for (let asked: PageAsked | null = { offset: 0, limit: rowsPerPage }; asked !== null; ) {
    const page = await app.attempt('listDeadLetters', asked)
    if (!page) return null
    const rows = page.rows.map((row) => JSON.stringify(row, null, 2))
    if (rows.length > 0) parts.push(new Blob([asked.offset === 0 ? '[\n' : ',\n', rows.join(',\n')]))
    asked = pageAfter(asked, page)
  }
  return [...parts, new Blob([parts.length === 0 ? '[]\n' : '\n]\n'])]
}
