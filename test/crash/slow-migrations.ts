import type { Migration } from '../../main/engine/database/migrate.ts'

const rows = 20_000

/** Ten steps, each of which writes as many rows with its number as it takes for a kill to fall into it. */
export const slowMigrations: readonly Migration[] = Array.from({ length: 10 }, (_, at) => ({
  version: at + 1,
  name: `${String(at + 1).padStart(4, '0')}_slow.sql`,
  sql: `${at === 0 ? 'CREATE TABLE written (step INTEGER NOT NULL) STRICT;' : ''}
    INSERT INTO written WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT ${at + 1} FROM n;`,
}))

export const rowsPerStep = rows
