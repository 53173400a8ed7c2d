/**
 * How much memory a process takes, so that two runs of the same program give the same figure. Its resident set does not: how many
 * pages of Node's program file count to it depends on how the kernel happens to hold that file in its cache (54 MiB in small
 * pages, 93 MiB in large ones, for the same program). So the process's own memory is measured, and what is mapped from
 * files counts with the same figure everywhere.
 */
import { readFileSync } from 'node:fs'
import type { BenchRow } from './bench-row.ts'

/** What Node's program file took when the goals were set. */
const mappedFilesMib = 58
const sampleMs = 20

export interface ProcessMemory {
  /** Its own memory and `mappedFilesMib`. */
  readonly countedMib: number
  /** The resident set, with the files as they are mapped. For information. */
  readonly residentMib: number
}

/** The most that was seen of each. Ends with `using`. */
export interface MemoryWatch extends Disposable {
  most(): ProcessMemory
}

/** Looks at the process every 20 ms: Linux keeps a peak of the resident set only. */
export function watchMemory(pid: number): MemoryWatch {
  let most = memoryOf(pid)
  const timer = setInterval(() => {
    most = greater(most, memoryOf(pid))
  }, sampleMs)
  return {
    most: () => {
      most = greater(most, memoryOf(pid))
      return most
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** Nothing of a process that has ended. From /proc, so on Linux only. */
export function memoryOf(pid: number): ProcessMemory {
  const status = statusOf(pid)
  const mib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  const own = mib('RssAnon') + mib('RssShmem')
  return { countedMib: own === 0 ? 0 : own + mappedFilesMib, residentMib: mib('VmRSS') }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

function greater(one: ProcessMemory, other: ProcessMemory): ProcessMemory {
  return {
    countedMib: Math.max(one.countedMib, other.countedMib),
    residentMib: Math.max(one.residentMib, other.residentMib),
  }
}

/** A row for it; the resident set is in its name. */
export function memoryRow(id: BenchRow['id'], name: string, memory: ProcessMemory, mostMib: number): BenchRow {
  return {
    id,
    name: `${name}, files counted as ${mappedFilesMib} MiB (RSS ${Math.round(memory.residentMib)} MiB)`,
    value: memory.countedMib,
    unit: 'MiB',
    goal: `≤ ${Math.round(mostMib)} MiB`,
    ok: memory.countedMib <= mostMib,
  }
}
