import type { RequestOf } from '../../../shared/contract.ts'
import type { App } from '../../state/app.ts'

const rowsPerPage = 1000

/** All dead letters as the parts of one JSON array; null after a fault, which is shown. Each part is handed to the browser, so that they need not all be held as text. */
export async function exportedLetters(app: App): Promise<Blob[] | null> {
  const parts: Blob[] = []
  let near: RequestOf<'listDeadLetters'>['near']
  for (let offset = 0; ; ) {
    const page = await app.attempt('listDeadLetters', { offset, limit: rowsPerPage, ...(near && { near }) })
    if (!page) return null
    const rows = page.rows.map((row) => JSON.stringify(row, null, 2))
    if (rows.length > 0) parts.push(new Blob([offset === 0 ? '[\n' : ',\n', rows.join(',\n')]))
    offset += rows.length
    if (page.ends === null || rows.length < rowsPerPage) break
    near = { index: offset - 1, ...page.ends.last, total: page.total }
  }
  return [...parts, new Blob([parts.length === 0 ? '[]\n' : '\n]\n'])]
}
