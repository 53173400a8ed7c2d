/** What a server answered, as far as it is HTTP. */
export interface HttpResponse {
  readonly status: number
  /** A response header by its name, '' where absent. */
  readonly header: (name: string) => string
  /** Empty if `accept` was json. */
  readonly body: Buffer
  /** The parsed body where `accept` was json, else undefined. */
  readonly json: unknown
}
