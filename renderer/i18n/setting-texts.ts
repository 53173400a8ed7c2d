import { definitionOf, type SettingName, settingNames } from '../../shared/settings.ts'

/** What users read about a setting. */
export interface SettingText {
  readonly label: string
  readonly help: string
  readonly when: string
}
export type SettingTexts = Readonly<Record<SettingName, SettingText>>

const labels: Readonly<Record<SettingName, string>> = {
  plex_url: 'Address of Plex',
  plex_token: 'Plex token',
  plex_library: 'Libraries',
  stash_url: 'Address of Stash',
  stash_api_key: 'API key of Stash',
  hook_token: 'Token of the Stash plugin',
  enabled: 'Sync',
  sync_master: 'Write fields',
  title_format: 'Title',
  title_sort_format: 'Sort title',
  sync_studio: 'Studio',
  sync_summary: 'Summary',
  sync_date: 'Date',
  sync_performers: 'Performers',
  sync_tags: 'Tags',
  sync_poster: 'Poster',
  poster_style: 'Poster style',
  poster_anchor: 'Part that crop keeps',
  poster_from_group: 'Poster from the group',
  sync_background: 'Background art',
  sync_collection: 'Collections',
  collections: 'Which collections',
  collection_min_scenes: 'Smallest collection',
  collection_art: 'Art and summaries of collections',
  sync_rating: 'Rating',
  performer_photos: 'Photos of performers',
  content_rating: 'Content rating',
  tags_as: 'Tags become',
  label_tags: 'Tags that become labels',
  genre_parents: 'Genres only below these tags',
  tag_rename: 'Tags under another name',
  sync_director: 'Directors',
  code_as: 'Studio code',
  performer_disambiguation: 'Disambiguation of performers',
  performer_genders: 'Only these genders',
  performer_tags: 'Tags of performers',
  only_organized: 'Only organised scenes',
  tag_allow: 'Only these tags',
  tag_deny: 'Never these tags',
  max_tags: 'Tags per scene',
  only_with_stash_id: 'Only scenes with a Stash ID',
  only_with_url: 'Only scenes with a URL',
  only_tagged: 'Only scenes with these tags',
  not_tagged: 'No scenes with these tags',
  preserve_plex_edits: 'Keep edits made in Plex',
  strict_mode: 'Reject invalid metadata',
  strict_matching: 'Strict matching',
  path_map: 'Path rules',
  trigger_plex_scan: 'Let Plex scan for new files',
  skip_not_found: 'Skip what is not in Plex',
  max_retries: 'Attempts',
  stash_poll_seconds: 'Look for changes every',
  poll_interval: 'Poll interval',
  quiet_time: 'Quiet time',
  concurrency: 'Writes at the same time',
  connect_timeout: 'Time to connect',
  read_timeout: 'Time to answer',
  dlq_retention_days: 'Keep dead letters',
  reconcile_interval: 'Comparison',
  reconcile_scope: 'Scope of the comparison',
  reconcile_missing: 'Sync missing scenes too',
  activity_plays: 'Plays',
  activity_accounts: 'Accounts',
  activity_from: 'Start date',
  activity_hand_marks: 'Marks by hand',
  activity_ratings: 'Ratings',
  activity_resume: 'Resume points',
  webhook_host: 'Hook address',
  webhook_port: 'Hook port',
  webhook_hosts: 'Further hook host names',
  ui_host: 'Window address',
  ui_port: 'Window port',
  ui_hosts: 'Further window host names',
  debug_logging: 'Debug lines in the log',
  obfuscate_paths: 'Hide paths in the log',
  notifications: 'Desktop notifications',
  start_at_login: 'Start at login',
  theme: 'Theme',
  pictures: 'Pictures',
  language: 'Language',
}

function englishText(name: SettingName): SettingText {
  const { help, when } = definitionOf(name)
  return { label: labels[name], help, when }
}

/** English: labels from here, help from the settings table itself. */
export function englishSettingTexts(): ReadonlyMap<SettingName, SettingText> {
  return new Map(settingNames.map((name) => [name, englishText(name)]))
}
