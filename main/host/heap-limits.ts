/** How much memory V8 takes beyond what lives. Both hosts call it once, after their modules are loaded. */
import { setFlagsFromString } from 'node:v8'

export function limitHeapGrowth(): void {
  // From here on the space for young objects keeps the size it has: while a large library is listed it would grow to
  // 100 MB, never shrink again, and hold up the event loop for 20 ms whenever it is cleared.
  setFlagsFromString('--semi-space-growth-factor=1')
  // Old objects are collected once a fifth has come to what lives. V8 would wait for up to three times as much: 100 MB of
  // a comparison's pages that nobody needs any more. It costs a few percent of processor time while pages are read.
  setFlagsFromString('--heap-growing-percent=20')
}
