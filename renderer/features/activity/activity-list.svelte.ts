import type { ActivityRow } from '../../../shared/contract.ts'
import { type JobState, jobStates } from '../../../shared/domain.ts'
import type { Backend } from '../../backend/backend.ts'
import { PagedRows } from '../../state/paged-rows.svelte.ts'
import { throttled } from '../../state/throttled.ts'

export interface ActivityFilters {
  readonly state: readonly JobState[]
  readonly text: string
  readonly sceneId: string
}

const catchUpMs = 500

/** The filters as in the address; what is unknown there is ignored. */
export function filtersOf(address: URLSearchParams): ActivityFilters {
  const asked = address.getAll('state')
  const sceneId = address.get('scene') ?? ''
  return {
    state: jobStates.filter((state) => asked.includes(state)),
    text: address.get('text') ?? '',
    sceneId: /^[1-9]\d{0,15}$/.test(sceneId) ? sceneId : '',
  }
}

/** The engine's own filter, for rows that come as events. Pure. */
function fits(row: ActivityRow, { state, text, sceneId }: ActivityFilters): boolean {
  return (
    (state.length === 0 || state.includes(row.state)) &&
    (sceneId === '' || row.scene_id === sceneId) &&
    (text === '' || `${row.title} ${row.detail}`.toLowerCase().includes(text.toLowerCase()))
  )
}

/** Jobs as they come and change. Rows that are shown change in place; new ones wait until the list is at its top. */
export class ActivityList {
  readonly rows = new PagedRows<ActivityRow>()
  #newRows = $state(0)
  #shown = ''
  #filters: ActivityFilters = { state: [], text: '', sceneId: '' }
  readonly #backend: Backend
  readonly #refresh = throttled(catchUpMs, () => {
    this.#newRows = 0
    void this.rows.refresh()
  })

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** Rows that came in since the list was read. */
  get newRows(): number {
    return this.#newRows
  }

  show(filters: ActivityFilters): void {
    // The address also changes when a panel opens; that must not read the list again.
    const key = JSON.stringify(filters)
    if (key === this.#shown) return
    this.#shown = key
    this.#filters = filters
    this.#newRows = 0
    const { state, text, sceneId } = filters
    void this.rows.query((page, signal) =>
      this.#backend.invoke(
        'listActivity',
        {
          ...page,
          ...(state.length > 0 ? { state: [...state] } : {}),
          ...(text === '' ? {} : { text }),
          ...(sceneId === '' ? {} : { scene_id: sceneId }),
        },
        signal,
      ),
    )
  }

  /** Reads the top again, soon. */
  catchUp(): void {
    this.#refresh.call()
  }

  follow(): () => void {
    const end = this.#backend.subscribe((event) => {
      if (event.name === 'overflow') this.catchUp()
      else if (event.name === 'activity') this.#take(event.data)
    })
    return () => {
      end()
      this.#refresh.end()
      this.rows.stop()
    }
  }

  #take(row: ActivityRow): void {
    if (this.rows.replace((shown) => shown.job_id === row.job_id, row)) return
    // Older jobs change too, further down than was read; only a higher number is a new row.
    if (row.job_id > (this.rows.at(0)?.job_id ?? 0) && fits(row, this.#filters)) this.#newRows++
  }
}
