/** The options of `sync`, with and without `--verify` and `--undo`. */
export interface SyncOptions {
  readonly all?: boolean
  readonly recent?: boolean
  readonly scene?: readonly string[]
  readonly dryRun?: boolean
  readonly wait?: boolean
  readonly detach?: boolean
  readonly verify?: boolean
  readonly undo?: boolean
}
