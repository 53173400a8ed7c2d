/** Pages that must be shown when the window itself cannot be: plain HTML without script, made of escaped text. Pure. */
import { createHash } from 'node:crypto'

export interface NoticePage {
  readonly language: string
  readonly title: string
  readonly sections: readonly { readonly head: string | null; readonly text: string }[]
  /** Links to `plexsync://notice/do/<action>`, which the shell catches. */
  readonly actions: readonly { readonly action: string; readonly label: string }[]
  /** Seconds until the reload; null for never. */
  readonly refreshSeconds: number | null
}

const style = `
:root { color-scheme: light dark; --ground: light-dark(#f3f4f4, #14181a); --text: light-dark(#1a2023, #e6eaeb);
  --muted: light-dark(#525c61, #a5afb3); --accent: light-dark(#0b5c6e, #69c3d6); --on: light-dark(#fff, #0c1a1d) }
body { font: 14px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; background: var(--ground); color: var(--text);
  margin: 0; padding: 28px 32px; overflow-wrap: anywhere }
h1 { font-size: 19px; margin: 0 0 16px } h2 { font-size: 12px; color: var(--muted); margin: 14px 0 2px } p { margin: 0 }
nav { margin-top: 24px; display: flex; flex-wrap: wrap; gap: 10px }
a { color: var(--accent); padding: 6px 12px; border: 1px solid currentcolor; border-radius: 5px; text-decoration: none }
a:first-child { background: var(--accent); color: var(--on); border-color: var(--accent) }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`

/** Nothing is allowed but this very style sheet. */
export const noticePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The address of a notice's action. */
export function actionUrl(action: string): string {
  return `plexsync://notice/do/${action}`
}

export function renderNotice(page: NoticePage): string {
  const refresh = page.refreshSeconds === null ? '' : `<meta http-equiv="refresh" content="${page.refreshSeconds}">`
  const sections = page.sections
    .map(({ head, text }) => `${head === null ? '' : `<h2>${escaped(head)}</h2>`}<p>${escaped(text)}</p>`)
    .join('')
  const actions = page.actions
    .map(({ action, label }) => `<a href="${escaped(actionUrl(action))}">${escaped(label)}</a>`)
    .join('')
  return `<!doctype html><html lang="${escaped(page.language)}"><head><meta charset="utf-8">${refresh}<title>${escaped(page.title)}</title><style>${style}</style></head><body><main><h1>${escaped(page.title)}</h1>${sections}${actions === '' ? '' : `<nav>${actions}</nav>`}</main></body></html>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
