/** Closes the app in order: shows how many writes are left, drains the engine, and shows a page where that takes long. */

/** A short end needs no window that says so. */
const showPageAfterMs = 700
const showEveryMs = 500

export const drainMs = 30_000
/** The system gives little time when it goes down; what is left is taken up by crash recovery. */
export const shutdownMs = 3_000

export interface ClosingDeps {
  readonly limitMs: number
  /** How many jobs are being written. */
  readonly inFlight: () => Promise<number>
  /** Ends what would begin something new. */
  readonly begin: () => void
  readonly show: (inFlight: number) => void
  readonly showPage: () => void
  readonly drain: (limitMs: number) => Promise<unknown>
}

export async function closeInOrder({ limitMs, inFlight, begin, show, showPage, drain }: ClosingDeps): Promise<void> {
  const update = async (): Promise<void> => show(await inFlight())
  await update()
  begin()
  const progress = setInterval(() => void update(), showEveryMs)
  const page = setTimeout(showPage, showPageAfterMs)
  try {
    await drain(limitMs)
  } finally {
    clearInterval(progress)
    clearTimeout(page)
  }
}
