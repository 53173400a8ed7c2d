/** How much memory V8 takes beyond what lives. Both hosts call it once, as early as they can. */
import { setFlagsFromString } from 'node:v8'

export function limitHeapGrowth(): void {
  // From here on the space for young objects keeps the size it has. Loading the modules alone lets it grow to 32 MB, and
  // listing a large library to 100 MB; it never shrinks again, and holds up the event loop for 20 ms whenever it is cleared.
  setFlagsFromString('--semi-space-growth-factor=1')
  // Old objects are collected once two fifths have come to what lives. V8 would wait for up to three times as much: 100 MB of
  // a comparison's pages that nobody needs any more. It costs a few percent of processor time while pages are read.
  setFlagsFromString('--heap-growing-percent=40')
}
