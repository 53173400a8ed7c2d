/** Lets everything else that waits run first: between the steps of long work, so that the event loop is never held for long. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resume) => setImmediate(resume))
}
