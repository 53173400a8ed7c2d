/** How much memory V8 takes beyond what lives. Both hosts call it once, as early as they can. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** V8 grows the space once this has survived in it several times; more rounds than ever needed end the loop. */
const roundBytes = 64 * 1024
const mostRounds = 400

/**
 * Of each half of the space for young objects. In the 1 MiB that V8 begins with, it is full after four scenes, and what is
 * under way is copied each time; 4 MiB cost a desktop and a comparison more memory than they save time.
 */
const youngMiB = 2

export function limitHeapGrowth(): void {
  // In one step.
  setFlagsFromString(`--semi-space-growth-factor=${youngMiB}`)
  growYoungSpace(2 * youngMiB * 1024 * 1024)
  // From here on it keeps the size it has. Loading the modules alone would let it grow to 32 MB, and listing a large library
  // to 100 MB; it would never shrink again, and would hold up the event loop for 20 ms whenever it is cleared.
  setFlagsFromString('--semi-space-growth-factor=1')
  // Old objects are collected once two fifths have come to what lives. V8 would wait for up to three times as much: 100 MB of
  // a comparison's pages that are no longer needed. It costs a few percent of processor time while pages are read.
  setFlagsFromString('--heap-growing-percent=40')
}

/** Nothing but objects that survive makes V8 enlarge the space: its size can only be set on Node's command line. */
function growYoungSpace(bytes: number): void {
  const kept: unknown[] = []
  for (let round = 0; round < mostRounds && youngSize(bytes) < bytes; round++)
    kept.push(new Array(roundBytes / 8).fill(round))
}

function youngSize(otherwise: number): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? otherwise
}
