/** Child process: opens a database whose migrations take a while. */
import { openDatabase } from '../../main/engine/database/open.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { slowMigrations } from './slow-migrations.ts'

const [file = ''] = process.argv.slice(2)
const opened = openDatabase(file, { clock: systemClock, migrations: slowMigrations })
if (!opened.ok) throw new Error(opened.fault.message)
opened.value.close()
