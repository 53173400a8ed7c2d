/** A file that the hook listener hands to Stash. */
export interface ServedFile {
  readonly bytes: Buffer
  /** Content type. */
  readonly type: string
}
