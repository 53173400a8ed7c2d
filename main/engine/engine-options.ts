/** What a host says of itself and its start. */
export interface EngineOptions {
  /** Folder of database, log and (headless) secrets. */
  readonly dataFolder: string
  readonly version: string
  readonly host: 'headless' | 'desktop'
  /** Settings given on the command line, for this run only. */
  readonly arguments: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The warning to show if secrets cannot be encrypted; null otherwise. */
  readonly secretsWarning: string | null
  /** Where a damaged database goes: left in place and reported, or kept aside so that the next start begins again. */
  readonly onDamage: 'leave' | 'keep_aside'
}
