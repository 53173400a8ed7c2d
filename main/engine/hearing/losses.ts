/** Whether what Stash no longer shows is really gone. Pure. */

/** Up to this number, or half of all, may vanish: more of them mean another or an empty Stash. */
const believedLosses = 50

export function isBelievable(lost: number, known: number): boolean {
  return lost <= believedLosses || lost <= known / 2
}
