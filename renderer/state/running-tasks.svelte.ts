import type { Task, TaskKind } from '../../shared/tasks.ts'
import type { Backend } from '../backend/backend.ts'

/** Work that ends within this time is not shown: it would only flash. */
const shownAfterMs = 1_000

/** Long work that runs at the moment, wherever it was begun: this window, another one, the command line or a schedule. */
export class RunningTasks {
  #running = $state.raw<readonly Task[]>([])
  #young = $state.raw<ReadonlySet<number>>(new Set())
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  /** Those that have run for a moment. */
  get all(): readonly Task[] {
    return this.#running.filter(({ id }) => !this.#young.has(id))
  }

  /** The oldest one of these kinds; null if none runs. */
  of(...kinds: readonly TaskKind[]): Task | null {
    return this.#running.find(({ kind }) => kinds.includes(kind)) ?? null
  }

  run(): () => void {
    void this.#read()
    return this.#backend.subscribe((event) => {
      if (event.name === 'task') this.#take(event.data)
      else if (event.name === 'overflow') void this.#read()
    })
  }

  async #read(): Promise<void> {
    const answer = await this.#backend.invoke('listTasks', {})
    if (answer.ok) this.#running = answer.value.tasks.filter(({ state }) => state === 'running').reverse()
  }

  #take(task: Task): void {
    const at = this.#running.findIndex(({ id }) => id === task.id)
    if (task.state !== 'running') this.#running = this.#running.filter(({ id }) => id !== task.id)
    else if (at < 0) this.#add(task)
    else this.#running = this.#running.with(at, task)
  }

  #add(task: Task): void {
    this.#young = new Set([...this.#young, task.id])
    this.#running = [...this.#running, task]
    setTimeout(() => {
      this.#young = new Set([...this.#young].filter((id) => id !== task.id))
    }, shownAfterMs)
  }
}
