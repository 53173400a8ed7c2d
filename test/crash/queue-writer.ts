/** Child process: commits changes as fast as it can, with a checkpoint every few commits, and prints what was committed. */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openDatabase } from '../../main/engine/database/open.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { JobStore } from '../../main/engine/queue/job-store.ts'

const [file = '', first = '1'] = process.argv.slice(2)
const opened = openDatabase(file, { clock: systemClock })
if (!opened.ok) throw new Error(opened.fault.message)
opened.value.pragma('wal_autocheckpoint = 4')
const jobs = new JobStore(opened.value, systemClock, () => randomBytes(16).toString('hex'))
for (let id = Number(first); ; id++) {
  jobs.enqueue({ kind: 'scene', subjectId: String(id), fields: [`field ${id}`], origin: 'hook' }, 0)
  // Printed after the commit, immediately: the reader may rely on it.
  writeSync(1, `${id}\n`)
}
