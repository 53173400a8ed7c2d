/** What the settings ask for. Pure. */
import type { Settings } from '../../../shared/settings.ts'

export interface WantedActivity {
  readonly plays: boolean
  readonly handMarks: boolean
  readonly resume: boolean
  readonly ratings: boolean
  /** Ratings are asked for in both directions, which would let them chase each other: coming back stays off. */
  readonly ratingsBothWays: boolean
}

/** `writesRatings`: ratings go from Stash to Plex in some library. */
export function wantedActivity(settings: Settings, writesRatings: boolean): WantedActivity {
  const plays = settings.activity_plays === 'plex_to_stash'
  const ratings = settings.activity_ratings === 'plex_to_stash'
  return {
    plays,
    handMarks: plays && settings.activity_hand_marks,
    resume: settings.activity_resume,
    ratings: ratings && !writesRatings,
    ratingsBothWays: ratings && writesRatings,
  }
}

export function isAnyWanted({ plays, resume, ratings }: WantedActivity): boolean {
  return plays || resume || ratings
}
