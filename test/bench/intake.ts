/**
 * How many signed hooks a second the intake stores (synchronous=FULL before the 202) with 50 senders. The floor is a
 * bare node:http server that checks the HMAC and stores the body in group commits: no duplicates found, no filter, no
 * job, no hosts, no log. Both take the same requests, in turn, in one run.
 */
import { execFile } from 'node:child_process'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import BetterSqlite3 from 'better-sqlite3'
import { openDatabase } from '../../main/engine/database/open.ts'
import { Authenticator } from '../../main/engine/intake/authentication.ts'
import { HookLog } from '../../main/engine/intake/hook-log.ts'
import { HookStorage } from '../../main/engine/intake/hook-storage.ts'
import { createIntakeListener } from '../../main/engine/intake/listener.ts'
import { WebhookIds } from '../../main/engine/intake/webhook-ids.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { JobStore } from '../../main/engine/queue/job-store.ts'
import { defaultSettings } from '../../shared/settings.ts'
import { makeTempFolder, type TempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { type SenderOrder, type SenderReport, senderReportSchema } from './hook-sender.ts'
import { spreadOf } from './spread.ts'

const token = 'bench-token-0123456789'
const connections = 50
const requestsPerRound = 20_000
const rounds = 5

interface Contestant {
  readonly port: number
  readonly commits: () => number
  close(): Promise<void>
}

interface Measured extends SenderReport {
  /** Processor time of this process for one hook, in µs. */
  readonly cpuUs: number
  readonly commits: number
}

interface Round {
  readonly bare: Measured
  readonly intake: Measured
}

export async function run(): Promise<BenchRow[]> {
  await using folder = await makeTempFolder('plexsync-bench-')
  const bare = await startBare(folder)
  const intake = await startIntake(folder)
  try {
    for (const contestant of [bare, intake]) await measure(contestant, 'warm', requestsPerRound / 4, 'ascending')
    const ascending: Round[] = []
    for (let n = 0; n < rounds; n++) {
      const round = `round${n}`
      ascending.push({
        bare: await measure(bare, round, requestsPerRound, 'ascending'),
        intake: await measure(intake, round, requestsPerRound, 'ascending'),
      })
    }
    return rowsOf(ascending, await measure(intake, 'scattered', requestsPerRound, 'scattered'))
  } finally {
    await bare.close()
    await intake.close()
  }
}

function rowsOf(pairs: readonly Round[], scattered: Measured): BenchRow[] {
  const of = (measure: (round: Round) => number) => spreadOf(pairs.map(measure))
  const perSecond = of(({ intake }) => intake.perSecond)
  const bare = of((round) => round.bare.perSecond)
  const ratio = of(({ bare, intake }) => intake.perSecond / bare.perSecond)
  const p99 = of(({ intake }) => intake.p99)
  const cpu = of(({ intake }) => intake.cpuUs)
  const perCommit = of(({ intake }) => requestsPerRound / intake.commits)
  const failed = pairs.reduce((sum, { intake }) => sum + intake.failed, scattered.failed)
  const name = 'signed hooks, stored before the 202'
  // A machine whose bare server is slower than this cannot reach the absolute figures.
  const isFast = bare.median >= 16_000
  return [
    {
      id: 5,
      name,
      value: perSecond.median,
      spread: perSecond,
      unit: '/s',
      floor: bare.median,
      goal: '≥ 10,000/s where the floor is ≥ 16,000/s',
      ok: !isFast || perSecond.median >= 10_000,
    },
    {
      id: 5,
      name: `${name}: 99th percentile`,
      value: p99.median,
      spread: p99,
      unit: 'ms',
      floor: of((round) => round.bare.p99).median,
      goal: '≤ 25 ms where the floor is ≥ 16,000/s',
      ok: !isFast || p99.median <= 25,
    },
    {
      id: 5,
      name: `${name}: share of bare node:http with group commit`,
      value: ratio.median,
      spread: ratio,
      unit: '×',
      goal: `≥ 0.65 × bare node:http in each of ${rounds} rounds`,
      ok: ratio.min >= 0.65,
    },
    {
      id: 5,
      name: `${name}: processor time of a hook`,
      value: cpu.median,
      spread: cpu,
      unit: 'µs',
      floor: of((round) => round.bare.cpuUs).median,
      goal: 'for information',
      ok: true,
    },
    {
      id: 5,
      name: `${name}: scenes all over the library`,
      value: scattered.perSecond,
      unit: '/s',
      goal: 'for information',
      ok: true,
    },
    {
      id: 5,
      name: `${name}: hooks per commit`,
      value: perCommit.median,
      unit: '',
      goal: '≥ 5',
      ok: perCommit.median >= 5,
    },
    { id: 5, name: `${name}: answers other than 202`, value: failed, unit: '', goal: '0', ok: failed === 0 },
  ]
}

async function measure(
  contestant: Contestant,
  round: string,
  requests: number,
  scenes: SenderOrder['scenes'],
): Promise<Measured> {
  const order: SenderOrder = { port: contestant.port, token, requests, connections, round, scenes }
  const script = fileURLToPath(new URL('./hook-sender.ts', import.meta.url))
  const before = contestant.commits()
  const cpu = process.cpuUsage()
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(order)], { timeout: 60_000 })
  const { user, system } = process.cpuUsage(cpu)
  return {
    cpuUs: (user + system) / requests,
    ...senderReportSchema.parse(JSON.parse(stdout)),
    commits: contestant.commits() - before,
  }
}

/** The floor: checks each body's signature, stores it with those that came at the same time, answers. */
async function startBare(folder: TempFolder): Promise<Contestant> {
  const db = new BetterSqlite3(folder.file('bare.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE hook (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT')
  const insert = db.prepare<[string]>('INSERT INTO hook (body) VALUES (?)')
  const store = db.transaction((bodies: readonly string[]) => {
    for (const body of bodies) insert.run(body)
  })
  const answer = '{"status":"queued","scene_id":"123"}'
  let waiting: { body: string; response: ServerResponse }[] = []
  let commits = 0

  function commit(): void {
    const group = waiting
    waiting = []
    store(group.map(({ body }) => body))
    commits++
    for (const { response } of group) {
      response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': answer.length })
      response.end(answer)
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = request.headers
      const expected = `v1,${createHmac('sha256', token).update(`${id}.${timestamp}.${body}`).digest('base64')}`
      if (!timingSafeEqual(Buffer.from(String(given)), Buffer.from(expected))) {
        response.writeHead(401).end()
        return
      }
      if (waiting.length === 0) setImmediate(commit)
      waiting.push({ body, response })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the bare server has no port')
  return {
    port: address.port,
    commits: () => commits,
    async close() {
      await new Promise((resolve) => server.close(resolve))
      db.close()
    },
  }
}

async function startIntake(folder: TempFolder): Promise<Contestant> {
  const opened = openDatabase(folder.file('plexsync.db'), { clock: systemClock })
  if (!opened.ok) throw new Error(opened.fault.message)
  const db = opened.value
  const settings = defaultSettings()
  const jobs = new JobStore(db, systemClock, () => crypto.randomUUID().replaceAll('-', ''))
  let commits = 0
  const log = await openLog({ folder: folder.file('log'), clock: systemClock, print: () => {}, printAll: false })
  const listener = createIntakeListener({
    settings: { settings: () => settings, ofLibraries: () => [] },
    authenticator: new Authenticator({ hookToken: () => token }, systemClock),
    storage: new HookStorage({
      jobs: {
        enqueueMany: (newJobs, quietMs) => jobs.enqueueMany(newJobs, quietMs),
        dropWaiting: (kind, id) => jobs.dropWaiting(kind, id),
        inTransaction(work) {
          jobs.inTransaction(work)
          commits++
        },
      },
      webhookIds: new WebhookIds(db, systemClock),
      sceneDestroyed: () => {},
    }),
    log: new HookLog(log, systemClock),
    clock: systemClock,
  })
  const listening = await listener.listen('127.0.0.1', 0)
  if (!listening.ok) throw new Error(listening.fault.message)
  return {
    port: listening.value.port,
    commits: () => commits,
    async close() {
      await listener.close()
      db.close()
      log.close()
    },
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)
