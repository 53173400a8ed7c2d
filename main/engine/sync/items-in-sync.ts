/**
 * Remembers for each Plex item the state in which it needed nothing: what Stash wanted, and Plex's stamp of the item. As
 * long as neither has changed, a comparison of the libraries need not read the item. Owns the table item_in_step.
 */
import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey } from '../../../shared/domain.ts'
import type { Target } from '../match/decision.ts'
import { pathKey } from '../match/path-key.ts'
import type { Desired } from '../merge/desired.ts'
import type { PlanSettings } from '../merge/item-plan.ts'
import { takenBack } from '../merge/taken-back.ts'

export interface InSync {
  /** Of `desiredKey`. */
  readonly wanted: string
  /** Plex's updatedAt, epoch seconds; null from a write until it is verified. */
  readonly plexUpdatedAt: number | null
  /** Of `RulesHistory`: the settings that were in force; null if a release before them wrote the row. */
  readonly rules: string | null
}

const row = z
  .object({
    file: z.string().nullable(),
    wanted: z.string(),
    plex_updated_at: z.number().nullable(),
    rules: z.string().nullable(),
  })
  .transform(({ file, wanted, plex_updated_at, rules }) => ({ file, wanted, plexUpdatedAt: plex_updated_at, rules }))

const countSchema = z.number()

export class ItemsInSync {
  readonly #get
  readonly #note
  readonly #adopt
  readonly #underRules
  readonly #pending
  readonly #verified
  readonly #drop
  readonly #dropAll

  constructor(db: Database) {
    this.#get = db.prepare<[number]>(
      'SELECT file, wanted, plex_updated_at, rules FROM item_in_step WHERE rating_key = ?',
    )
    this.#note = db.prepare<[number, string, string, number | null, string]>(
      `INSERT INTO item_in_step (rating_key, file, wanted, plex_updated_at, rules) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (rating_key) DO UPDATE SET file = excluded.file, wanted = excluded.wanted,
         plex_updated_at = excluded.plex_updated_at, rules = excluded.rules`,
    )
    this.#adopt = db.prepare<[string]>('UPDATE item_in_step SET rules = ? WHERE rules IS NULL')
    this.#underRules = db.prepare<[string, number]>('UPDATE item_in_step SET rules = ? WHERE rating_key = ?')
    this.#pending = db
      .prepare<[string]>('SELECT count(*) FROM item_in_step WHERE rules NOT IN (SELECT value FROM json_each(?))')
      .pluck()
    this.#verified = db.prepare<[number, number]>('UPDATE item_in_step SET plex_updated_at = ? WHERE rating_key = ?')
    this.#drop = db.prepare<[number]>('DELETE FROM item_in_step WHERE rating_key = ?')
    this.#dropAll = db.prepare<[]>('DELETE FROM item_in_step')
  }

  /** What is known of the item with this file in it; rows of 1.0.0 name none and count for any. */
  get(ratingKey: RatingKey, file: string): InSync | null {
    const stored = this.#get.get(Number(ratingKey))
    if (stored === undefined) return null
    const known = row.parse(stored)
    return known.file === null || pathKey(known.file) === pathKey(file) ? known : null
  }

  /** Plex's stamp when the item last needed nothing, whatever file it had; null if that is not known. */
  plexUpdatedAt(ratingKey: RatingKey): number | null {
    const stored = this.#get.get(Number(ratingKey))
    return stored === undefined ? null : row.parse(stored).plexUpdatedAt
  }

  /** The item needs nothing as it is now; `plexUpdatedAt` null right after a write, when Plex's stamp is not known. */
  note(
    { ratingKey, file }: Pick<Target, 'ratingKey' | 'file'>,
    wanted: string,
    plexUpdatedAt: number | null,
    rules: string,
  ): void {
    this.#note.run(Number(ratingKey), file, wanted, plexUpdatedAt, rules)
  }

  /** Other rules make no difference to the item. */
  underRules(ratingKey: RatingKey, rules: string): void {
    this.#underRules.run(rules, Number(ratingKey))
  }

  /** An upgrade changes no rules: what the release before wrote is as the present settings have it. */
  adoptRules(rules: string): void {
    this.#adopt.run(rules)
  }

  /** Items that were last in sync under none of these rules. */
  pendingRewrite(rules: readonly string[]): number {
    return countSchema.parse(this.#pending.get(JSON.stringify(rules)))
  }

  /** A later read showed what was written. */
  verified(ratingKey: RatingKey, plexUpdatedAt: number): void {
    this.#verified.run(plexUpdatedAt, Number(ratingKey))
  }

  drop(ratingKey: RatingKey): void {
    this.#drop.run(Number(ratingKey))
  }

  /** Rating keys mean nothing on another server. */
  forgetServer(): void {
    this.#dropAll.run()
  }
}

/**
 * Equal for equal wanted values under equal rules; a change of any setting that matters makes another one. Under default
 * settings it is what release 1.0.0 made of them, so that an upgrade reads nothing again.
 */
export function desiredKey(wanted: Desired, settings: PlanSettings): string {
  const emptied = optionallyWritten.filter((field) => takenBack(settings).has(field))
  const content = [wanted, settings.preserve_plex_edits, ...(emptied.length === 0 ? [] : [emptied])]
  return hash('sha1', JSON.stringify(content), 'base64')
}

/** Fields that are written by default: an option that takes them back must not look like a switch that leaves them. */
const optionallyWritten = ['tags', 'collection'] as const
