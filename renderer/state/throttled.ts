/** A function that runs at most once per `ms`, and certainly once after the last call. `end` stops what is still to come. */
export function throttled(ms: number, work: () => void): { call: () => void; end: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    call() {
      timer ??= setTimeout(() => {
        timer = undefined
        work()
      }, ms)
    },
    end() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
