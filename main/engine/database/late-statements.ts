/** Statements that SQLite compiles when they are first used. */
import type BetterSqlite3 from 'better-sqlite3'

type Statement = BetterSqlite3.Statement<unknown[], unknown>

/**
 * Makes a database compile no statement before it is used: the engine keeps some three hundred, a start needs a tenth of
 * them, and compiling all takes ten milliseconds. A statement that is wrong throws where it is used.
 */
export function compileWhenUsed(db: BetterSqlite3.Database): void {
  const compile = db.prepare.bind(db)
  Object.assign(db, { prepare: (sql: string): Statement => new LateStatement(db, sql, () => compile(sql)) })
}

class LateStatement implements Statement {
  readonly database: BetterSqlite3.Database
  readonly source: string
  readonly #compile: () => Statement
  /** How its rows are given, from before it was compiled. */
  readonly #modes: ((statement: Statement) => void)[] = []
  #compiled: Statement | null = null

  constructor(database: BetterSqlite3.Database, source: string, compile: () => Statement) {
    this.database = database
    this.source = source
    this.#compile = compile
  }

  run(...bound: unknown[]): BetterSqlite3.RunResult {
    return this.#statement.run(...bound)
  }

  get(...bound: unknown[]): unknown {
    return this.#statement.get(...bound)
  }

  all(...bound: unknown[]): unknown[] {
    return this.#statement.all(...bound)
  }

  iterate(...bound: unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...bound)
  }

  columns(): BetterSqlite3.ColumnDefinition[] {
    return this.#statement.columns()
  }

  get reader(): boolean {
    return this.#statement.reader
  }

  get readonly(): boolean {
    return this.#statement.readonly
  }

  get busy(): boolean {
    return this.#statement.busy
  }

  pluck(on = true): this {
    return this.#set((statement) => statement.pluck(on))
  }

  raw(on = true): this {
    return this.#set((statement) => statement.raw(on))
  }

  expand(on = true): this {
    return this.#set((statement) => statement.expand(on))
  }

  safeIntegers(on = true): this {
    return this.#set((statement) => statement.safeIntegers(on))
  }

  bind(...bound: unknown[]): this {
    return this.#set((statement) => statement.bind(...bound))
  }

  get #statement(): Statement {
    if (this.#compiled === null) {
      this.#compiled = this.#compile()
      for (const set of this.#modes) set(this.#compiled)
    }
    return this.#compiled
  }

  #set(mode: (statement: Statement) => void): this {
    if (this.#compiled === null) this.#modes.push(mode)
    else mode(this.#compiled)
    return this
  }
}
