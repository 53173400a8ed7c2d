import type { StashTime } from './stash-time.ts'

export interface StashJob {
  id: number
  status: 'READY' | 'RUNNING' | 'FINISHED' | 'CANCELLED' | 'FAILED'
  description: string
  subTasks: string[]
  progress: number | null
  addTime: string
  startTime: string | null
  endTime: string | null
  error: string | null
}

export interface JobUpdate {
  type: 'ADD' | 'REMOVE' | 'UPDATE'
  job: StashJob
}

export interface StashLogEntry {
  time: string
  level: 'Trace' | 'Debug' | 'Info' | 'Progress' | 'Warning' | 'Error'
  message: string
}

/** The job queue, the log, and who listens to them. Jobs start immediately; a finished one leaves the queue. */
export class StashJobs {
  readonly log: StashLogEntry[] = []
  readonly #time: StashTime
  readonly #jobs = new Map<number, StashJob>()
  readonly #running = new Set<Promise<void>>()
  readonly #listeners = {
    job: new Set<(update: JobUpdate) => void>(),
    log: new Set<(entries: StashLogEntry[]) => void>(),
  }
  readonly #scans = new Set<() => void>()
  #nextId = 1

  constructor(time: StashTime) {
    this.#time = time
  }

  /** What waits or runs, as `jobQueue` shows it. */
  get queue(): StashJob[] {
    return [...this.#jobs.values()].filter((job) => job.status === 'READY' || job.status === 'RUNNING')
  }

  find(id: number): StashJob | null {
    return this.#jobs.get(id) ?? null
  }

  /** Starts a job. Whatever its work throws goes to the log only: the job still ends FINISHED, as on the real server. */
  start(description: string, work: () => Promise<void> | void): number {
    const job: StashJob = {
      id: this.#nextId++,
      status: 'RUNNING',
      description,
      subTasks: [],
      progress: null,
      addTime: this.#time.now(),
      startTime: this.#time.now(),
      endTime: null,
      error: null,
    }
    this.#jobs.set(job.id, job)
    this.#publish('ADD', job)
    const run = async () => {
      // After the response that names the job: its id cannot be known before.
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (job.status === 'CANCELLED') return
      try {
        await work()
      } catch (error) {
        this.write('Error', error instanceof Error ? error.message : String(error))
      }
      job.status = 'FINISHED'
      job.endTime = this.#time.now()
      this.#publish('REMOVE', job)
    }
    const running = run().finally(() => this.#running.delete(running))
    this.#running.add(running)
    return job.id
  }

  stop(id: number): boolean {
    const job = this.#jobs.get(id)
    if (job?.status !== 'RUNNING') return false
    job.status = 'CANCELLED'
    this.#publish('REMOVE', job)
    return true
  }

  /** Resolves when no job runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  write(level: StashLogEntry['level'], message: string): void {
    const entry: StashLogEntry = { time: this.#time.now(), level, message }
    this.log.push(entry)
    for (const listener of this.#listeners.log) listener([entry])
  }

  /** A scan has ended. */
  scanCompleted(): void {
    for (const listener of this.#scans) listener()
  }

  onJob(listener: (update: JobUpdate) => void): () => void {
    this.#listeners.job.add(listener)
    return () => this.#listeners.job.delete(listener)
  }

  onLog(listener: (entries: StashLogEntry[]) => void): () => void {
    this.#listeners.log.add(listener)
    return () => this.#listeners.log.delete(listener)
  }

  onScanComplete(listener: () => void): () => void {
    this.#scans.add(listener)
    return () => this.#scans.delete(listener)
  }

  #publish(type: JobUpdate['type'], job: StashJob): void {
    for (const listener of this.#listeners.job) listener({ type, job: { ...job } })
  }
}
