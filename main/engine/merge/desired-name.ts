/** A name that a list in Plex should have. */
export interface DesiredName {
  readonly name: string
  /** Address of a performer's photo; empty if none is to be sent. */
  readonly photo: string
}
