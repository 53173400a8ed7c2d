/**
 * `npm run bench`: all measures one after the other, never two at the same time, as a table on stdout. `--json FILE` also writes
 * them to a file; names after it choose some (`npm run bench -- queue sync`). Exit code 1 where a goal is not reached.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { parseArgs } from 'node:util'
import type { BenchRow } from './bench-row.ts'

type Bench = () => Promise<readonly BenchRow[]>

/** In the order of the table of goals. Loaded one by one: what one leaves in memory must not weigh on the next. */
const benches: Readonly<Record<string, () => Promise<{ run: Bench }>>> = {
  sync: () => import('./sync.ts'),
  intake: () => import('./intake.ts'),
  queue: () => import('./queue.ts'),
  library: () => import('./library.ts'),
  reconcile: () => import('./reconcile.ts'),
  rewrite: () => import('./rewrite.ts'),
  plays: () => import('./plays.ts'),
  startup: () => import('./startup.ts'),
  window: () => import('./window.ts'),
  disk: () => import('./disk.ts'),
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
  const unknown = positionals.filter((name) => !(name in benches))
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: choose from ${Object.keys(benches).join(', ')}`)
  const rows: BenchRow[] = []
  const startedAt = performance.now()
  for (const [name, load] of Object.entries(benches)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    console.error(`${name} …`)
    rows.push(...(await (await load()).run()))
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(
    `\n${machine()}\n\n${table(rows)}\n\n${rows.filter(({ ok }) => ok).length} of ${rows.length} rows are as they should be; ${seconds} s.`,
  )
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine: machine(), at: new Date().toISOString(), seconds, rows }, null, 2)}\n`,
    )
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
}

function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${gib} GiB, ${type()} ${release()}, Node ${process.version}`
}

function table(rows: readonly BenchRow[]): string {
  const cells = [
    ['#', 'measure', 'measured', 'floor', 'goal', ''],
    ...rows.map((row) => [
      String(row.id),
      row.name,
      figure(row.value, row.unit) + (row.spread === undefined ? '' : ` (${range(row.spread)})`),
      row.floor === undefined ? '' : figure(row.floor, row.unit),
      row.goal,
      row.ok ? 'ok' : 'SHORT',
    ]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? []
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 2 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function figure(value: number, unit: string): string {
  return `${number(value)} ${unit}`.trimEnd()
}

function range({ min, max }: NonNullable<BenchRow['spread']>): string {
  return `${number(min)} to ${number(max)}`
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}

await main()
