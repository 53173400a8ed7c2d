import type { App } from '../state/app.ts'
import { railViews } from './views.ts'

const sequenceMs = 1_500
let pressedG = 0

/** The user types into something, or a dialog or menu has the keys. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"]')) return true
  return (
    target instanceof Element &&
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null
  )
}

/** Keys of the whole window: `g` and a letter for a view, `/` for the search field, `?` for help, letters for actions. */
export function pressKey(app: App, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return
  const follows = event.timeStamp - pressedG < sequenceMs && pressedG > 0
  pressedG = event.key === 'g' && !follows ? event.timeStamp : 0
  const view = follows ? railViews.find(({ key }) => key === event.key)?.view : undefined
  if (view) app.router.comeBack(view)
  else if (event.key === '/') document.querySelector<HTMLElement>('[data-search]')?.focus()
  else if (event.key === '?') app.help.show()
  else if (pressedG > 0 || !app.shortcuts.press(event.key)) return
  event.preventDefault()
}
