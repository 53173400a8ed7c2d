/**
 * The settings table: the only place that defines a setting's name, kind, default, range and help. The store, the
 * command line, the environment, docs/config.md and the settings view are all derived from it.
 *
 * Past 300 lines because it is one table; what parses a value is below it.
 */
import { joinNames, parseNames } from './names.ts'
import { fail, ok, type Result } from './result.ts'
import { englishProblem, type ValueProblem } from './value-problems.ts'
import { parseCollections } from './written/collections.ts'
import { parseContentRatings } from './written/content-rating.ts'
import { genderOf, genders } from './written/genders.ts'
import { joinLines, lineProblem, splitLines } from './written/lines.ts'
import { parseTagRenames } from './written/tag-rename.ts'
import { parseTitleTemplate } from './written/template.ts'

interface Common {
  readonly group: SettingGroup
  /** What it does, one or two sentences. */
  readonly help: string
  /** When to change it. */
  readonly when: string
  /** The environment variable where it is not PLEXSYNC_<NAME>. */
  readonly env?: string
  /** It may be overridden for one Plex library. */
  readonly perLibrary?: true
}

interface Switch extends Common {
  readonly kind: 'switch'
  readonly default: boolean
}
interface NumberSetting extends Common {
  readonly kind: 'integer' | 'number'
  readonly default: number
  readonly min: number
  readonly max: number
  readonly unit?: string
  /** 0 is outside the range and switches it off. */
  readonly zeroIsOff?: true
}
interface Choice<C extends string = string> extends Common {
  readonly kind: 'choice'
  readonly default: C
  readonly choices: readonly C[]
}
interface Text extends Common {
  /**
   * url: http(s), trailing slash removed. names: see names.ts. hosts: names that are hosts, with a port or without.
   * path_rules: `stash => plex` pairs separated by `;`. genders: names that Stash has for genders. template, collections,
   * content_rating, tag_rename: see written/. start: `now` or a day as YYYY-MM-DD.
   */
  readonly kind:
    | 'url'
    | 'host'
    | 'names'
    | 'hosts'
    | 'path_rules'
    | 'genders'
    | 'template'
    | 'collections'
    | 'content_rating'
    | 'tag_rename'
    | 'start'
  readonly default: string
}
interface Secret extends Common {
  readonly kind: 'secret'
  readonly default: ''
  readonly minLength: number
}

export type SettingDefinition = Switch | NumberSetting | Choice | Text | Secret

export const settingGroups = [
  'plex',
  'stash',
  'sync',
  'matching',
  'queue',
  'reconcile',
  'plays',
  'listening',
  'app',
] as const
export type SettingGroup = (typeof settingGroups)[number]

export const settingsTable = {
  plex_url: {
    kind: 'url',
    default: '',
    group: 'plex',
    env: 'PLEX_URL',
    help: 'Address of the Plex Media Server, such as http://192.168.1.10:32400.',
    when: 'Set it once; change it when the server moves.',
  },
  plex_token: {
    kind: 'secret',
    default: '',
    minLength: 10,
    group: 'plex',
    env: 'PLEX_TOKEN',
    help: 'Token of the Plex server’s owner. Sent as a header to plex_url only.',
    when: 'Set by signing in, or pasted. Change it when Plex refuses it.',
  },
  plex_library: {
    kind: 'names',
    default: '',
    group: 'plex',
    env: 'PLEX_LIBRARY',
    help: 'Names of the Plex libraries to write to, comma separated. Empty means all movie-type libraries.',
    when: 'Set it to leave other libraries alone, and to make the first index faster.',
  },
  stash_url: {
    kind: 'url',
    default: '',
    group: 'stash',
    env: 'STASH_URL',
    help: 'Address of Stash, such as http://localhost:9999, with the prefix of a reverse proxy if there is one.',
    when: 'Set it once; change it when Stash moves.',
  },
  stash_api_key: {
    kind: 'secret',
    default: '',
    minLength: 1,
    group: 'stash',
    env: 'STASH_API_KEY',
    help: 'API key from Stash: Settings, Security. Leave it empty if Stash has no password.',
    when: 'Set it when Stash has a password, and again after a new key was generated there.',
  },
  stash_poll_seconds: {
    kind: 'integer',
    default: 10,
    min: 5,
    max: 3600,
    zeroIsOff: true,
    unit: 's',
    group: 'stash',
    help: 'How often PlexSync asks Stash whether anything changed. It asks less often if a request costs Stash much time. With 0 it asks only at the start, when Stash is back and after its jobs.',
    when: 'Raise it on a very slow machine. Lower it if changes should arrive sooner without the plugin.',
  },
  hook_token: {
    kind: 'secret',
    default: '',
    minLength: 1,
    group: 'stash',
    env: 'PLEXSYNC_HOOK_TOKEN',
    help: 'Token that the Stash companion plugin sends with each change. Generated at the first start.',
    when: 'Change it if it became known to others; install the plugin again afterwards.',
  },
  enabled: {
    kind: 'switch',
    default: true,
    group: 'sync',
    help: 'The main switch. Off: hooks are accepted and filtered, but nothing is written. Changes are caught up when it is on again.',
    when: 'Switch it off while you reorganise Plex by hand.',
  },
  sync_master: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Master switch of the fields below. Off: no field is written, regardless of the others.',
    when: 'Switch it off to keep the choice of fields while nothing should be written.',
  },
  title_format: {
    kind: 'template',
    default: '{title}',
    group: 'sync',
    perLibrary: true,
    help: 'Template of the title. Placeholders: {title} {studio} {parent_studio} {date} {year} {performers} {performer} {code} {group} {file}. A part in [square brackets] is left out if a placeholder in it is empty, as in [{studio} - ]{title}[ ({year})]. [[ and {{ write the character itself.',
    when: 'Set it to show more than the title in Plex.',
  },
  title_sort_format: {
    kind: 'template',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Template of the sort title, with the placeholders of title_format. Empty: the sort title is not written.',
    when: 'Set it to {title} when items sort under an old title, or to [{studio} ]{date} to sort by date within a studio.',
  },
  sync_studio: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Write the studio.',
    when: 'Switch it off to keep the studio as Plex has it.',
  },
  sync_summary: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Write the details of the scene as summary.',
    when: 'Switch it off to keep summaries as Plex has them.',
  },
  sync_date: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Write the date. A date that is only a year or a month is written only if Plex has none in that period.',
    when: 'Switch it off to keep the dates as Plex has them.',
  },
  sync_performers: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Add and remove performers as actors. Actors that you added in Plex stay.',
    when: 'Switch it off to keep the actors as Plex has them.',
  },
  sync_tags: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Add and remove tags as genres and labels. Those that you added in Plex stay.',
    when: 'Switch it off to keep the genres as Plex has them.',
  },
  sync_poster: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Upload the cover as poster when its content changed.',
    when: 'Switch it off to save space on the Plex disk: Plex never deletes an uploaded poster.',
  },
  poster_style: {
    kind: 'choice',
    default: 'cover',
    choices: ['cover', 'fill', 'bars', 'crop'],
    group: 'sync',
    perLibrary: true,
    help: 'How the poster is made from the cover: the cover as it is, fill (the complete cover over a blurred enlargement of itself), bars (over black), or crop. A cover that is already upright is uploaded unchanged.',
    when: 'Set it to fill in libraries that show upright posters.',
  },
  poster_anchor: {
    kind: 'choice',
    default: 'centre',
    choices: ['left', 'centre', 'right'],
    group: 'sync',
    perLibrary: true,
    help: 'Which part of the cover the style crop keeps.',
    when: 'Set it if the interesting part of your covers is on one side.',
  },
  poster_from_group: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'A scene in a group gets the front image of its first group as poster.',
    when: 'Switch it on if your groups have upright covers.',
  },
  sync_background: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Upload the cover as background art if Plex has none.',
    when: 'Switch it on if you like the cover behind the details.',
  },
  sync_collection: {
    kind: 'switch',
    default: true,
    group: 'sync',
    perLibrary: true,
    help: 'Put items into collections; the setting collections determines which ones.',
    when: 'Switch it off if you maintain collections by hand.',
  },
  collections: {
    kind: 'collections',
    default: 'studio',
    group: 'sync',
    perLibrary: true,
    help: 'Collections of an item, one line per source (or separated by ";"): studio, parent_studio, "parent_studio or studio", group, performer, "tag: A, B" (or "tag: *"), organized, rating. Each may name its collection: studio => Site: {name}.',
    when: 'Change it to choose which collections PlexSync maintains. What a removed line wrote is undone.',
  },
  collection_min_scenes: {
    kind: 'integer',
    default: 1,
    min: 1,
    max: 100,
    group: 'sync',
    perLibrary: true,
    help: 'Collections of performers and tags are created only for those with at least this many scenes in Stash.',
    when: 'Raise it if there are too many small collections.',
  },
  collection_art: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Collections that PlexSync created get the text of their studio, group, performer or tag as summary and its image as poster, by `poster_style`. Collections that you created or changed are left alone. When it is switched off, the summaries are removed; posters stay, because Plex cannot delete them.',
    when: 'Switch it on if you do not want four-cover mosaics.',
  },
  sync_rating: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Write the rating of Stash (0 to 100) as the user rating of Plex (0 to 10).',
    when: 'Switch it on if you rate in Stash and want to see it in Plex.',
  },
  performer_photos: {
    kind: 'switch',
    default: false,
    group: 'sync',
    help: 'Give Plex the address of the performer’s photo in Stash. Works only if Stash has no key, since addresses that contain a key are never passed on.',
    when: 'Switch it on if Plex and its clients can reach Stash and Stash has no password.',
  },
  content_rating: {
    kind: 'content_rating',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Content rating: one rating for all scenes, such as XXX, and exceptions by tag: "tag: Soft => R". The first matching line wins.',
    when: 'Set it to restrict these items for managed users of Plex.',
  },
  tags_as: {
    kind: 'choice',
    default: 'genres',
    choices: ['genres', 'labels', 'both', 'none'],
    group: 'sync',
    perLibrary: true,
    help: 'What tags become in Plex: genres, labels, both or none.',
    when: 'Set it to labels to use tags in filters and sharing restrictions without filling the genre list.',
  },
  label_tags: {
    kind: 'names',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'These tags become labels as well, comma separated. Labels that you or other programs set are never touched.',
    when: 'Set it to share or restrict by a few chosen tags.',
  },
  genre_parents: {
    kind: 'names',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Only these tags and the tags below them become genres, comma separated. Empty means all.',
    when: 'Set it if Stash keeps the genres below one parent tag.',
  },
  tag_rename: {
    kind: 'tag_rename',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Tags under another name in Plex, one per line (or separated by ";"): Sci-Fi => Science Fiction. The new name counts for tag_allow, tag_deny and label_tags.',
    when: 'Set it to match the names of your other libraries.',
  },
  sync_director: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Write the directors of a scene; several are separated by commas in Stash.',
    when: 'Switch it on if you enter directors in Stash.',
  },
  code_as: {
    kind: 'choice',
    default: 'none',
    choices: ['none', 'tagline', 'original_title', 'label'],
    group: 'sync',
    perLibrary: true,
    help: 'Where the studio code of a scene is written: tagline, original title or label.',
    when: 'Set it to find scenes by their code in Plex.',
  },
  performer_disambiguation: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Write performers as "Name (Disambiguation)".',
    when: 'Switch it on if performers share a name: Plex treats equal names as one person.',
  },
  performer_genders: {
    kind: 'genders',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Only performers of these genders are written: FEMALE, MALE, TRANSGENDER_FEMALE, TRANSGENDER_MALE, INTERSEX, NON_BINARY. Empty means all; otherwise performers without a gender are left out.',
    when: 'Set it to shorten the cast.',
  },
  performer_tags: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Tags of the performers become genres too.',
    when: 'Switch it on if you describe performers with tags.',
  },
  only_organized: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Write only scenes that are marked as organised in Stash.',
    when: 'Switch it on if you finish scenes in Stash before they should appear in Plex.',
  },
  tag_allow: {
    kind: 'names',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Only these tags are written, comma separated. Empty means all.',
    when: 'Set it to show a chosen few tags as genres.',
  },
  tag_deny: {
    kind: 'names',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'These tags are never written, comma separated.',
    when: 'Set it to keep working tags out of Plex.',
  },
  max_tags: {
    kind: 'integer',
    default: 100,
    min: 10,
    max: 500,
    group: 'sync',
    perLibrary: true,
    help: 'The maximum number of tags written per scene.',
    when: 'Lower it if the genre list in Plex becomes too long.',
  },
  only_with_stash_id: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Write only scenes that have a Stash ID. A scene that loses it stays as it is.',
    when: 'Switch it on to write identified scenes only.',
  },
  only_with_url: {
    kind: 'switch',
    default: false,
    group: 'sync',
    perLibrary: true,
    help: 'Write only scenes that have a URL. A scene that loses it stays as it is.',
    when: 'Switch it on to write only scenes that were scraped.',
  },
  only_tagged: {
    kind: 'names',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Write only scenes with one of these tags, comma separated. Empty means all.',
    when: 'Set it to decide in Stash, by a tag, what appears in Plex.',
  },
  not_tagged: {
    kind: 'names',
    default: '',
    group: 'sync',
    perLibrary: true,
    help: 'Do not write scenes with one of these tags, comma separated. What was written stays.',
    when: 'Set it to keep unfinished scenes out of Plex.',
  },
  preserve_plex_edits: {
    kind: 'switch',
    default: false,
    group: 'sync',
    help: 'Keep what you changed or locked in Plex. Off: Stash wins if both have a value.',
    when: 'Switch it on if you edit in Plex too.',
  },
  strict_mode: {
    kind: 'switch',
    default: false,
    group: 'sync',
    help: 'Reject invalid metadata (control characters, values past their limit, impossible dates) instead of correcting it.',
    when: 'Switch it on to find bad data in Stash.',
  },
  strict_matching: {
    kind: 'switch',
    default: true,
    group: 'matching',
    help: 'Write only to an item that is certainly the same file; ask otherwise. Off: use the candidate with the best evidence.',
    when: 'Leave it on. Path rules are the better way to more matches.',
  },
  path_map: {
    kind: 'path_rules',
    default: '',
    group: 'matching',
    help: 'Path rules: "stash prefix => plex prefix", separated by ";". Longest prefix first, only at folder boundaries. A rule between slashes is a regular expression with named groups.',
    when: 'Set it when Stash and Plex see the same file under different paths, as in Docker.',
  },
  trigger_plex_scan: {
    kind: 'switch',
    default: false,
    group: 'matching',
    help: 'Ask Plex to scan the folder of a file that it does not have yet.',
    when: 'Switch it on if Plex does not detect new files automatically.',
  },
  skip_not_found: {
    kind: 'switch',
    default: false,
    group: 'matching',
    help: 'Do not retry a scene that is not in Plex; the comparison finds it later.',
    when: 'Switch it on if only a part of your Stash library is in Plex.',
  },
  max_retries: {
    kind: 'integer',
    default: 5,
    min: 1,
    max: 20,
    group: 'queue',
    help: 'Attempts before a job that fails for transient reasons becomes a dead letter. Attempts during an outage do not count.',
    when: 'Raise it on an unreliable network.',
  },
  poll_interval: {
    kind: 'number',
    default: 30,
    min: 0.1,
    max: 60,
    unit: 's',
    group: 'queue',
    help: 'How often the worker checks the queue. New jobs wake it anyway.',
    when: 'There is rarely a reason to change it.',
  },
  quiet_time: {
    kind: 'number',
    default: 2,
    min: 0,
    max: 60,
    unit: 's',
    group: 'queue',
    help: 'How long a scene must be unchanged before it is written, so that a burst of edits becomes one write.',
    when: 'Raise it if you save a scene many times in a row; 0 writes immediately.',
  },
  concurrency: {
    kind: 'integer',
    default: 4,
    min: 1,
    max: 16,
    group: 'queue',
    help: 'How many items are written to Plex at the same time.',
    when: 'Lower it if Plex becomes slow for viewers during a sync.',
  },
  connect_timeout: {
    kind: 'number',
    default: 5,
    min: 1,
    max: 30,
    unit: 's',
    group: 'queue',
    help: 'How long to wait for a connection to Stash or Plex.',
    when: 'Raise it if a server’s disk has to wake up first.',
  },
  read_timeout: {
    kind: 'number',
    default: 30,
    min: 5,
    max: 120,
    unit: 's',
    group: 'queue',
    help: 'How long to wait for a response from Stash or Plex.',
    when: 'Raise it for a large library on slow disks.',
  },
  dlq_retention_days: {
    kind: 'integer',
    default: 30,
    min: 1,
    max: 365,
    unit: 'days',
    group: 'queue',
    help: 'Dead letters older than this are removed.',
    when: 'Raise it if you check the app rarely.',
  },
  reconcile_interval: {
    kind: 'choice',
    default: 'daily',
    choices: ['never', 'hourly', 'daily', 'weekly'],
    group: 'reconcile',
    help: 'How often the libraries are compared for gaps.',
    when: 'Set it to never if you prefer to run it by hand.',
  },
  reconcile_scope: {
    kind: 'choice',
    default: 'all',
    choices: ['all', '24h', '7days'],
    group: 'reconcile',
    help: 'Which scenes the scheduled comparison covers: all, or those changed in the last 24 hours or 7 days.',
    when: 'Keep all: it stays cheap, and finds what changed in Plex or in old scenes.',
  },
  reconcile_missing: {
    kind: 'switch',
    default: true,
    group: 'reconcile',
    help: 'The comparison also queues scenes that have no Plex item yet.',
    when: 'Switch it off if only a part of your Stash library is in Plex.',
  },
  activity_plays: {
    kind: 'choice',
    default: 'off',
    choices: ['off', 'plex_to_stash'],
    group: 'plays',
    help: 'Bring plays from Plex to Stash: each item watched to the end in Plex is added to the play history of its scene. Needs Stash 0.25 or later.',
    when: 'Switch it on if you watch in Plex and want Stash to count it. Stash then counts plays of both; each run can be undone.',
  },
  activity_accounts: {
    kind: 'names',
    default: '',
    group: 'plays',
    help: 'Names of the Plex accounts whose plays are brought back, comma separated. Empty means the owner of the server.',
    when: 'Set it if other members of your household watch too and their plays should count.',
  },
  activity_from: {
    kind: 'start',
    default: 'now',
    group: 'plays',
    help: 'Start date of the plays that are brought back: now (what was watched before the first pull is skipped) or a day as YYYY-MM-DD.',
    when: 'Set a day before you switch activity_plays on to bring older plays back as well.',
  },
  activity_hand_marks: {
    kind: 'switch',
    default: false,
    group: 'plays',
    help: 'Count it as a play when you mark an item as watched in Plex. Marks made before it was switched on do not count.',
    when: 'Switch it on if you mark items as watched instead of playing them to the end.',
  },
  activity_ratings: {
    kind: 'choice',
    default: 'off',
    choices: ['off', 'plex_to_stash'],
    group: 'plays',
    help: 'Bring the owner’s ratings from Plex (0 to 10) to Stash (0 to 100). Cannot be on together with sync_rating.',
    when: 'Switch it on if you rate in Plex. Ratings that are there at the first pull stay as they are.',
  },
  activity_resume: {
    kind: 'switch',
    default: false,
    group: 'plays',
    help: 'Bring the owner’s resume points from Plex to Stash, if the item was watched in Plex later than in Stash.',
    when: 'Switch it on if you begin in Plex and continue in Stash.',
  },
  webhook_host: {
    kind: 'host',
    default: '127.0.0.1',
    group: 'listening',
    help: 'Address on which hooks from Stash are received.',
    when: 'Set it to 0.0.0.0 or a LAN address when Stash runs in a container or on another machine.',
  },
  webhook_port: {
    kind: 'integer',
    default: 9797,
    min: 0,
    max: 65535,
    group: 'listening',
    help: 'Port on which hooks from Stash are received. 0 means any free one.',
    when: 'Change it when another program uses the port; install the plugin again afterwards.',
  },
  webhook_hosts: {
    kind: 'hosts',
    default: '',
    group: 'listening',
    help: 'Further host names under which the hook listener may be called, comma separated, such as the service name in Docker compose.',
    when: 'Set it if Stash reaches PlexSync under another name.',
  },
  ui_host: {
    kind: 'host',
    default: '127.0.0.1',
    group: 'listening',
    help: 'Address on which the window is served in headless mode.',
    when: 'Set it to a LAN address to open the window from another machine; prefer an SSH tunnel or a proxy with TLS.',
  },
  ui_port: {
    kind: 'integer',
    default: 9798,
    min: 0,
    max: 65535,
    group: 'listening',
    help: 'Port on which the window is served in headless mode. 0 means any free one.',
    when: 'Change it when another program uses the port.',
  },
  ui_hosts: {
    kind: 'hosts',
    default: '',
    group: 'listening',
    help: 'Further host names (with port if it is not ui_port) under which the window may be opened, comma separated.',
    when: 'Set it when a reverse proxy or a container’s port mapping changes the address.',
  },
  debug_logging: {
    kind: 'switch',
    default: false,
    group: 'app',
    help: 'Write debug lines to the log.',
    when: 'Switch it on while you look for a problem.',
  },
  obfuscate_paths: {
    kind: 'switch',
    default: false,
    group: 'app',
    help: 'Replace folder and file names in the log by short fingerprints.',
    when: 'Switch it on before you share a log.',
  },
  notifications: {
    kind: 'switch',
    default: true,
    group: 'app',
    help: 'Show desktop notifications when something needs your attention.',
    when: 'Switch it off if you prefer to watch the tray icon.',
  },
  start_at_login: {
    kind: 'switch',
    default: false,
    group: 'app',
    help: 'Start the tray application when you log in.',
    when: 'Switch it on so that PlexSync always receives hooks.',
  },
  theme: {
    kind: 'choice',
    default: 'system',
    choices: ['system', 'light', 'dark'],
    group: 'app',
    help: 'Colours of the window.',
    when: 'Personal preference.',
  },
  pictures: {
    kind: 'choice',
    default: 'shown',
    choices: ['shown', 'blurred', 'hidden'],
    group: 'app',
    help: 'Whether the window shows covers and posters.',
    when: 'Blurred or hidden if other people can see your screen. While hidden, no picture is requested from Stash or Plex.',
  },
  language: {
    kind: 'choice',
    default: 'system',
    choices: ['system', 'en', 'de'],
    group: 'app',
    help: 'Language of the window.',
    when: 'Personal preference.',
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>

type Table = typeof settingsTable
export type SettingName = keyof Table

type ValueOf<D> = D extends { kind: 'switch' }
  ? boolean
  : D extends { kind: 'integer' | 'number' }
    ? number
    : D extends { kind: 'choice'; choices: readonly (infer C)[] }
      ? C
      : string

/** All settings with their values. Lists (`names`, `path_rules`) stay the text that the user typed, tidied. */
export type Settings = { readonly [N in SettingName]: ValueOf<Table[N]> }

export type SettingValue = string | number | boolean

export const settingNames = Object.keys(settingsTable) as readonly SettingName[]

/** Settings that may be overridden for one Plex library. */
export const librarySettingNames = settingNames.filter((name) => definitionOf(name).perLibrary === true)

/** Settings that decide what is written to an item. */
export const ruleNames = settingNames.filter(
  (name) => definitionOf(name).group === 'sync' && !['enabled', 'strict_mode', 'collection_art'].includes(name),
)

export const secretNames = settingNames.filter((name) => settingsTable[name].kind === 'secret')

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingsTable, name)
}

export function definitionOf(name: SettingName): SettingDefinition {
  return settingsTable[name]
}

/** The environment variable that overrides a setting. */
export function envNameOf(name: SettingName): string {
  return definitionOf(name).env ?? `PLEXSYNC_${name.toUpperCase()}`
}

/**
 * Settings that another one replaced. They stay accepted wherever a setting is given; where the successor is given in the
 * same place it wins.
 */
export const settingAliases = {
  sync_title_sort: { successor: 'title_sort_format', on: '{title}', off: '' },
  collection_parent_studio: { successor: 'collections', on: 'parent_studio or studio', off: 'studio' },
} as const satisfies Readonly<Record<string, { successor: SettingName; on: string; off: string }>>
export type SettingAlias = keyof typeof settingAliases

export function isSettingAlias(name: string): name is SettingAlias {
  return Object.hasOwn(settingAliases, name)
}

/** The value of the successor that a value of an alias stands for. */
export function parseAlias(name: SettingAlias, raw: unknown): Result<SettingValue> {
  const word = switchOf(unwrapped(raw))
  if (word === undefined) return badValue(name, { code: 'not_switch', values: {} })
  return ok(word ? settingAliases[name].on : settingAliases[name].off)
}

export function defaultSettings(): Settings {
  return Object.fromEntries(settingNames.map((name) => [name, settingsTable[name].default])) as unknown as Settings
}

const switchWords: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

function switchOf(raw: unknown): boolean | undefined {
  return typeof raw === 'boolean' ? raw : switchWords[String(raw).trim().toLowerCase()]
}

type Bad = (problem: ValueProblem) => Result<SettingValue>

function badValue(name: string, problem: ValueProblem): Result<SettingValue> {
  return fail('invalid_input', `${name}: ${englishProblem(problem)}`, { problem })
}

/**
 * Parses one value as typed by the user, found in the environment or read from a file.
 * Errors are `invalid_input` with a message `name: problem and allowed range`.
 */
export function parseSetting(name: SettingName, given: unknown): Result<SettingValue> {
  const definition = definitionOf(name)
  const raw = isList(definition) ? given : unwrapped(given)
  const bad: Bad = (problem) => badValue(name, problem)
  switch (definition.kind) {
    case 'switch': {
      const word = switchOf(raw)
      return word === undefined ? bad({ code: 'not_switch', values: {} }) : ok(word)
    }
    case 'integer':
    case 'number': {
      const text = typeof raw === 'string' ? raw.trim() : raw
      const number =
        typeof text === 'number' ? text : typeof text === 'string' && text !== '' ? Number(text) : Number.NaN
      const whole = definition.kind === 'integer'
      if (
        !Number.isFinite(number) ||
        (whole && !Number.isInteger(number)) ||
        (number < definition.min && !(number === 0 && definition.zeroIsOff)) ||
        number > definition.max
      )
        return bad({
          code: 'not_number',
          values: { whole, min: definition.min, max: definition.max, orZero: definition.zeroIsOff === true },
        })
      return ok(number)
    }
    case 'choice': {
      const text = String(raw).trim().toLowerCase()
      return definition.choices.includes(text)
        ? ok(text)
        : bad({ code: 'not_choice', values: { choices: [...definition.choices] } })
    }
    case 'secret': {
      if (typeof raw !== 'string') return bad({ code: 'not_text', values: {} })
      // From an address or a header that was copied whole.
      const text = raw.trim().replace(/^.*X-Plex-Token[=:]\s*([^&\s]+).*$/is, '$1')
      if (text === '') return ok('')
      if (/[^\x21-\x7e]/.test(text)) return bad({ code: 'special_characters', values: {} })
      return text.length < definition.minLength
        ? bad({ code: 'too_short', values: { length: definition.minLength } })
        : ok(text)
    }
    case 'url':
      return typeof raw === 'string' ? parseUrl(raw.trim(), bad) : bad({ code: 'not_text', values: {} })
    case 'host': {
      const text = typeof raw === 'string' ? raw.trim().replace(/^\[([0-9a-f:.]+)\]$/i, '$1') : ''
      return /^[A-Za-z0-9.:_-]+$/.test(text) ? ok(text) : bad({ code: 'not_host', values: {} })
    }
    case 'names':
      return parseNameList(raw, bad)
    case 'hosts':
      return parseHosts(raw, bad)
    case 'genders':
      return parseGenders(raw, bad)
    case 'template':
    case 'collections':
    case 'content_rating':
    case 'tag_rename':
      return parseWritten(definition.kind, raw, bad)
    case 'start': {
      const text = typeof raw === 'string' ? raw.trim().toLowerCase() : ''
      return text === 'now' || isDay(text) ? ok(text) : bad({ code: 'not_start', values: {} })
    }
    case 'path_rules':
      return typeof raw === 'string' ? ok(raw.trim()) : bad({ code: 'not_rules', values: {} })
  }
}

/** Quotes in them belong to an entry and not to the whole value. */
function isList({ kind }: SettingDefinition): boolean {
  return !['switch', 'integer', 'number', 'choice', 'secret', 'url', 'host', 'template'].includes(kind)
}

/** A day of the calendar as YYYY-MM-DD. */
function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function parseUrl(text: string, bad: Bad): Result<SettingValue> {
  if (text === '') return ok('')
  if (!/^https?:\/\//i.test(text)) return bad({ code: 'no_scheme', values: {} })
  if (!URL.canParse(text)) return bad({ code: 'no_address', values: {} })
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return bad({ code: 'with_user', values: {} })
  const offered = addressOf(url)
  if (offered === 'nobody') return bad({ code: 'plex_on_the_web', values: {} })
  if (offered !== null) return bad({ code: 'page_address', values: offered })
  if (url.search !== '' || url.hash !== '') return bad({ code: 'with_query', values: {} })
  return ok(text.replace(/\/+$/, ''))
}

/** Where the pages of Plex Web and Stash begin; what precedes them is the prefix of a reverse proxy. */
const pagePath =
  /\/(?:web(?:\/index\.html)?|graphql|playground|identity|library\/sections|scenes|images|galleries|groups|performers|studios|tags|settings|stats|setup|migrate)(?:\/.*)?$/

/** The server's address where a page of it was pasted; null if it is an address already. */
function addressOf(url: URL): { address: string; withToken: boolean } | 'nobody' | null {
  if (/^(?:app\.plex\.tv|watch\.plex\.tv|plex\.tv|www\.plex\.tv)$/.test(url.hostname)) return 'nobody'
  const path = url.pathname.replace(/\/+$/, '')
  const isTokenOnly = /^\?X-Plex-Token=/i.test(url.search)
  if (!pagePath.test(path)) return isTokenOnly ? { address: `${url.origin}${path}`, withToken: true } : null
  return { address: `${url.origin}${path.replace(pagePath, '')}`, withToken: false }
}

/** As text, or as a list whose entries are names as they are. */
function parseNameList(raw: unknown, bad: Bad): Result<SettingValue> {
  if (Array.isArray(raw)) return ok(joinNames(raw.map(String)))
  if (typeof raw !== 'string') return bad({ code: 'not_names', values: {} })
  const { names, problem } = parseNames(raw)
  return problem === null ? ok(joinNames(names)) : bad(problem)
}

const hostPattern = /^(?:\[[0-9a-f:.]+\](?::\d{1,5})?|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*|[a-z0-9._-]+(?::\d{1,5})?)$/i

/** A host name or an address, with a port or without. */
function isHost(name: string): boolean {
  const isBareIpv6 = name.split(':').length > 2 && !name.startsWith('[')
  if (!hostPattern.test(name) || !URL.canParse(`http://${isBareIpv6 ? `[${name}]` : name}/`)) return false
  return isBareIpv6 || !/:0*$/.test(name)
}

function parseHosts(raw: unknown, bad: Bad): Result<SettingValue> {
  const list = parseNameList(raw, bad)
  if (!list.ok) return list
  const wrong = parseNames(String(list.value)).names.find((name) => !isHost(name))
  return wrong === undefined ? list : bad({ code: 'not_host_name', values: { name: wrong } })
}

function parseGenders(raw: unknown, bad: Bad): Result<SettingValue> {
  const list = parseNameList(raw, bad)
  if (!list.ok) return list
  const names = parseNames(String(list.value)).names
  const wrong = names.find((name) => genderOf(name) === null)
  return wrong === undefined
    ? ok(joinNames([...new Set(names.map((name) => genderOf(name) ?? name))]))
    : bad({ code: 'not_gender', values: { name: wrong, known: [...genders] } })
}

const writtenParsers = {
  template: parseTitleTemplate,
  collections: parseCollections,
  content_rating: parseContentRatings,
  tag_rename: parseTagRenames,
} as const

/** Settings of lines are stored with one line under the other; a template is kept as typed. */
function parseWritten(kind: keyof typeof writtenParsers, raw: unknown, bad: Bad): Result<SettingValue> {
  const text = Array.isArray(raw) ? raw.map(String).join('\n') : raw
  if (typeof text !== 'string') return bad({ code: 'not_text', values: {} })
  const { problem } = writtenParsers[kind](text)
  if (problem !== null) return bad(lineProblem(problem))
  return ok(kind === 'template' ? text.trim() : joinLines(splitLines(text)))
}

/** Compose files and shells leave blanks and quotes around a value; none of our single values begins with one. */
function unwrapped(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw
  const text = raw.trim()
  const quote = text.charAt(0)
  const isWrapped = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote)
  return isWrapped ? text.slice(1, -1).trim() : text
}
