/** Child process: says that it begins, and opens a database whose migrations take a while. */
import { writeSync } from 'node:fs'
import { openDatabase } from '../../main/engine/database/open.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { slowMigrations } from './slow-migrations.ts'

const [file = ''] = process.argv.slice(2)
writeSync(1, 'begins\n')
const opened = openDatabase(file, { clock: systemClock, migrations: slowMigrations })
if (!opened.ok) throw new Error(opened.fault.message)
opened.value.close()
