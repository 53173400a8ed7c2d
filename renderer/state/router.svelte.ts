/** The address after `#`: `/activity?state=dead&text=…`. A view and its filters can be linked and restored. */
export const viewNames = [
  'overview',
  'activity',
  'needs-you',
  'reconcile',
  'plays',
  'paths',
  'logs',
  'health',
  'settings',
  'setup',
] as const
export type ViewName = (typeof viewNames)[number]

export interface Route {
  readonly view: ViewName
  readonly filters: URLSearchParams
}

export type FilterValues = Readonly<Record<string, string | readonly string[] | null>>

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const view = viewNames.find((name) => name === path) ?? 'overview'
  return { view, filters: new URLSearchParams(query) }
}

export function formatRoute(view: ViewName, filters?: URLSearchParams): string {
  const query = filters?.toString() ?? ''
  return `#/${view}${query === '' ? '' : `?${query}`}`
}

/** Null and empty values drop out, so that an unfiltered view has a bare address. */
export function withFilters(present: URLSearchParams, changes: FilterValues): URLSearchParams {
  const next = new URLSearchParams(present)
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name)
    for (const single of value === null ? [] : typeof value === 'string' ? [value] : value)
      if (single !== '') next.append(name, single)
  }
  return next
}

export class Router {
  #route = $state.raw<Route>(parseRoute(''))
  /** The filters with which each view was left, so that coming back finds them. */
  readonly #left = new Map<ViewName, URLSearchParams>()
  readonly #window: Window

  constructor(window: Window) {
    this.#window = window
    this.#route = parseRoute(window.location.hash)
  }

  get view(): ViewName {
    return this.#route.view
  }

  get filters(): URLSearchParams {
    return this.#route.filters
  }

  get(name: string): string {
    return this.#route.filters.get(name) ?? ''
  }

  getAll(name: string): string[] {
    return this.#route.filters.getAll(name)
  }

  go(view: ViewName, filters: FilterValues = {}): void {
    this.#window.location.hash = formatRoute(view, withFilters(new URLSearchParams(), filters))
  }

  /** Goes to a view as it was left. */
  comeBack(view: ViewName): void {
    this.#window.location.hash = this.backTo(view)
  }

  /** The address that comes back to a view as it was left; for the present view the one without filters. */
  backTo(view: ViewName): string {
    const left = view === this.view ? undefined : this.#left.get(view)
    return formatRoute(view, left)
  }

  /** Changes filters of the present view without a new entry in the history: typing must not fill it. */
  filter(changes: FilterValues): void {
    const hash = formatRoute(this.view, withFilters(this.filters, changes))
    this.#window.history.replaceState(null, '', hash)
    this.#route = parseRoute(hash)
  }

  /** Follows the address; the returned function ends it. */
  follow(): () => void {
    const read = () => {
      const next = parseRoute(this.#window.location.hash)
      // What was open is not kept: a panel shows a moment, filters show an intention.
      if (next.view !== this.view) this.#left.set(this.view, withFilters(this.filters, { open: null }))
      this.#route = next
    }
    this.#window.addEventListener('hashchange', read)
    return () => this.#window.removeEventListener('hashchange', read)
  }
}

/** An address for a link. */
export function linkTo(view: ViewName, filters: FilterValues = {}): string {
  return formatRoute(view, withFilters(new URLSearchParams(), filters))
}
