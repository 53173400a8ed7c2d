/** Preloaded into processes that run the engine without the command line: its limits of memory, before anything is loaded. */
import { limitHeapGrowth } from '../../main/host/heap-limits.ts'

limitHeapGrowth()
