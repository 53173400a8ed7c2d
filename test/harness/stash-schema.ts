/** The GraphQL schema of each simulated version. One text, because it is one document; hence past 300 lines. */
import { buildSchema, type GraphQLSchema } from 'graphql'

/** `0.24` to `0.30`; what changed in between is marked in the text by the number of the version that brought it. */
export type StashVersion = '0.24' | '0.25' | '0.26' | '0.27' | '0.28' | '0.29' | '0.30'

/** The part after the dot, as a number. */
export function minorVersion(version: StashVersion): number {
  return Number(version.slice(2))
}

/** Builds the schema of a version. Lines that begin with `@27` exist since 0.27. */
export function stashSchema(version: StashVersion): GraphQLSchema {
  const minor = minorVersion(version)
  const lines = schemaText.split('\n').flatMap((line) => {
    const mark = /^\s*@(\d+) (.*)$/.exec(line)
    if (!mark) return [line]
    return Number(mark[1]) <= minor ? [mark[2] ?? ''] : []
  })
  return buildSchema(lines.join('\n'))
}

const schemaText = `
scalar Time
scalar Timestamp
scalar Map
scalar BoolMap
scalar PluginConfigMap
scalar Any
scalar Int64

type Query {
  findScene(id: ID, checksum: String): Scene
  findScenes(scene_filter: SceneFilterType, scene_ids: [Int!], ids: [ID!], filter: FindFilterType): FindScenesResultType!
  findScenesByPathRegex(filter: FindFilterType): FindScenesResultType!
  @29 findFiles(file_filter: FileFilterType, filter: FindFilterType, ids: [ID!]): FindFilesResultType!
  findPerformer(id: ID!): Performer
  findPerformers(performer_filter: PerformerFilterType, filter: FindFilterType, performer_ids: [Int!], ids: [ID!]): FindPerformersResultType!
  findStudio(id: ID!): Studio
  findStudios(studio_filter: StudioFilterType, filter: FindFilterType, ids: [ID!]): FindStudiosResultType!
  findTag(id: ID!): Tag
  findTags(tag_filter: TagFilterType, filter: FindFilterType, ids: [ID!]): FindTagsResultType!
  findMovie(id: ID!): Movie
  findMovies(movie_filter: MovieFilterType, filter: FindFilterType, ids: [ID!]): FindMoviesResultType!
  @27 findGroup(id: ID!): Group
  @27 findGroups(group_filter: GroupFilterType, filter: FindFilterType, ids: [ID!]): FindGroupsResultType!
  stats: StatsResultType!
  plugins: [Plugin!]
  pluginTasks: [PluginTask!]
  installedPackages(type: PackageType!): [Package!]!
  availablePackages(type: PackageType!, source: String!): [Package!]!
  configuration: ConfigResult!
  validateStashBoxCredentials(input: StashBoxInput!): StashBoxValidationResult!
  systemStatus: SystemStatus!
  jobQueue: [Job!]
  findJob(input: FindJobInput!): Job
  logs: [LogEntry!]!
  version: Version!
}

type Mutation {
  sceneUpdate(input: SceneUpdateInput!): Scene
  sceneDestroy(input: SceneDestroyInput!): Boolean!
  @25 sceneAddPlay(id: ID!, times: [Timestamp!]): HistoryMutationResult!
  @25 sceneDeletePlay(id: ID!, times: [Timestamp!]): HistoryMutationResult!
  @25 sceneAddO(id: ID!, times: [Timestamp!]): HistoryMutationResult!
  @25 sceneDeleteO(id: ID!, times: [Timestamp!]): HistoryMutationResult!
  sceneIncrementPlayCount(id: ID!): Int!
  sceneIncrementO(id: ID!): Int!
  @25 sceneResetPlayCount(id: ID!): Int!
  sceneSaveActivity(id: ID!, resume_time: Float, playDuration: Float): Boolean!
  @27 sceneResetActivity(id: ID!, reset_resume: Boolean, reset_duration: Boolean): Boolean!
  metadataScan(input: ScanMetadataInput!): ID!
  configureGeneral(input: ConfigGeneralInput!): ConfigGeneralResult!
  "overwrites the entire plugin configuration for the given plugin"
  configurePlugin(plugin_id: ID!, input: Map!): Map!
  setPluginsEnabled(enabledMap: BoolMap!): Boolean!
  runPluginTask(plugin_id: ID!, task_name: String, description: String, args_map: Map): ID!
  @25 runPluginOperation(plugin_id: ID!, args: Map): Any
  reloadPlugins: Boolean!
  installPackages(type: PackageType!, packages: [PackageSpecInput!]!): ID!
  updatePackages(type: PackageType!, packages: [PackageSpecInput!]): ID!
  uninstallPackages(type: PackageType!, packages: [PackageSpecInput!]!): ID!
  stopJob(job_id: ID!): Boolean!
}

@25 type HistoryMutationResult {
@25   count: Int!
@25   history: [Time!]!
@25 }

type Subscription {
  jobsSubscribe: JobStatusUpdate!
  loggingSubscribe: [LogEntry!]!
  scanCompleteSubscribe: Boolean!
}

type Scene {
  id: ID!
  title: String
  code: String
  details: String
  director: String
  url: String @deprecated(reason: "Use urls")
  urls: [String!]!
  date: String
  rating100: Int
  organized: Boolean!
  o_counter: Int
  interactive: Boolean!
  interactive_speed: Int
  captions: [VideoCaption!]
  created_at: Time!
  updated_at: Time!
  last_played_at: Time
  resume_time: Float
  play_duration: Float
  play_count: Int
  @25 play_history: [Time!]!
  @25 o_history: [Time!]!
  files: [VideoFile!]!
  paths: ScenePathsType!
  scene_markers: [SceneMarker!]!
  galleries: [Gallery!]!
  studio: Studio
  @27 groups: [SceneGroup!]!
  movies: [SceneMovie!]! @deprecated(reason: "Use groups")
  tags: [Tag!]!
  performers: [Performer!]!
  stash_ids: [StashID!]!
  sceneStreams: [SceneStreamEndpoint!]!
}

type VideoCaption {
  language_code: String!
  caption_type: String!
}

type ScenePathsType {
  screenshot: String
  preview: String
  stream: String
  webp: String
  vtt: String
  sprite: String
  funscript: String
  interactive_heatmap: String
  caption: String
}

type SceneStreamEndpoint {
  url: String!
  mime_type: String
  label: String
}

type SceneMarker {
  id: ID!
  title: String!
  seconds: Float!
}

type Gallery {
  id: ID!
  title: String
}

@27 type SceneGroup {
@27   group: Group!
@27   scene_index: Int
@27 }

type SceneMovie {
  movie: Movie!
  scene_index: Int
}

type Folder {
  id: ID!
  path: String!
}

interface BaseFile {
  id: ID!
  path: String!
  basename: String!
  parent_folder: Folder!
  mod_time: Time!
  size: Int64!
  @29 fingerprint(type: String!): String
  @29 fingerprints: [Fingerprint!]!
  created_at: Time!
  updated_at: Time!
}

type VideoFile implements BaseFile {
  id: ID!
  path: String!
  basename: String!
  parent_folder: Folder!
  mod_time: Time!
  size: Int64!
  fingerprint(type: String!): String
  fingerprints: [Fingerprint!]!
  format: String!
  width: Int!
  height: Int!
  duration: Float!
  video_codec: String!
  audio_codec: String!
  frame_rate: Float!
  bit_rate: Int!
  created_at: Time!
  updated_at: Time!
}

type Fingerprint {
  type: String!
  value: String!
}

type StashID {
  endpoint: String!
  stash_id: String!
  updated_at: Time!
}

type Performer {
  id: ID!
  name: String!
  disambiguation: String
  url: String @deprecated(reason: "Use urls")
  @27 urls: [String!]
  gender: String
  alias_list: [String!]!
  favorite: Boolean!
  details: String
  tags: [Tag!]!
  image_path: String
  scene_count: Int!
  scenes: [Scene!]!
  stash_ids: [StashID!]!
  created_at: Time!
  updated_at: Time!
  @28 custom_fields: Map!
}

type Studio {
  id: ID!
  name: String!
  url: String
  @30 urls: [String!]!
  parent_studio: Studio
  child_studios: [Studio!]!
  aliases: [String!]!
  image_path: String
  scene_count(depth: Int): Int!
  stash_ids: [StashID!]!
  details: String
  created_at: Time!
  updated_at: Time!
}

type Tag {
  id: ID!
  name: String!
  @28 sort_name: String
  description: String
  aliases: [String!]!
  image_path: String
  parents: [Tag!]!
  scene_count(depth: Int): Int!
  @30 stash_ids: [StashID!]!
  created_at: Time!
  updated_at: Time!
}

type Movie {
  id: ID!
  name: String!
  date: String
  synopsis: String
  front_image_path: String
  scene_count(depth: Int): Int!
  created_at: Time!
  updated_at: Time!
}

@27 type Group {
@27   id: ID!
@27   name: String!
@27   date: String
@27   synopsis: String
@27   urls: [String!]!
@27   front_image_path: String
@27   scene_count(depth: Int): Int!
@27   created_at: Time!
@27   updated_at: Time!
@27 }

type FindScenesResultType {
  count: Int!
  "Total duration in seconds"
  duration: Float!
  "Total file size in bytes"
  filesize: Float!
  scenes: [Scene!]!
}

@29 type FindFilesResultType {
@29   count: Int!
@29   size: Int!
@29   files: [BaseFile!]!
@29 }
type FindPerformersResultType {
  count: Int!
  performers: [Performer!]!
}

type FindStudiosResultType {
  count: Int!
  studios: [Studio!]!
}

type FindTagsResultType {
  count: Int!
  tags: [Tag!]!
}

type FindMoviesResultType {
  count: Int!
  movies: [Movie!]!
}

@27 type FindGroupsResultType {
@27   count: Int!
@27   groups: [Group!]!
@27 }

enum SortDirectionEnum {
  ASC
  DESC
}

input FindFilterType {
  q: String
  page: Int
  per_page: Int
  sort: String
  direction: SortDirectionEnum
}

enum CriterionModifier {
  EQUALS
  NOT_EQUALS
  GREATER_THAN
  LESS_THAN
  IS_NULL
  NOT_NULL
  INCLUDES_ALL
  INCLUDES
  EXCLUDES
  MATCHES_REGEX
  NOT_MATCHES_REGEX
  BETWEEN
  NOT_BETWEEN
}

input StringCriterionInput {
  value: String!
  modifier: CriterionModifier!
}

input IntCriterionInput {
  value: Int!
  value2: Int
  modifier: CriterionModifier!
}

input MultiCriterionInput {
  value: [ID!]
  modifier: CriterionModifier!
  excludes: [ID!]
}

input HierarchicalMultiCriterionInput {
  value: [ID!]
  modifier: CriterionModifier!
  depth: Int
  excludes: [ID!]
}

input DateCriterionInput {
  value: String!
  value2: String
  modifier: CriterionModifier!
}

input TimestampCriterionInput {
  value: String!
  value2: String
  modifier: CriterionModifier!
}

input SceneFilterType {
  AND: SceneFilterType
  OR: SceneFilterType
  NOT: SceneFilterType
  id: IntCriterionInput
  title: StringCriterionInput
  code: StringCriterionInput
  details: StringCriterionInput
  director: StringCriterionInput
  oshash: StringCriterionInput
  checksum: StringCriterionInput
  path: StringCriterionInput
  file_count: IntCriterionInput
  rating100: IntCriterionInput
  organized: Boolean
  o_counter: IntCriterionInput
  duration: IntCriterionInput
  is_missing: String
  studios: HierarchicalMultiCriterionInput
  movies: MultiCriterionInput
  @27 groups: HierarchicalMultiCriterionInput
  tags: HierarchicalMultiCriterionInput
  tag_count: IntCriterionInput
  performers: MultiCriterionInput
  performer_tags: HierarchicalMultiCriterionInput
  performer_count: IntCriterionInput
  url: StringCriterionInput
  play_count: IntCriterionInput
  last_played_at: TimestampCriterionInput
  date: DateCriterionInput
  created_at: TimestampCriterionInput
  updated_at: TimestampCriterionInput
  @30 files_filter: FileFilterType
}

@29 input FileFilterType {
@29   AND: FileFilterType
@29   OR: FileFilterType
@29   NOT: FileFilterType
@29   path: StringCriterionInput
@29   basename: StringCriterionInput
@29   dir: StringCriterionInput
@29   mod_time: TimestampCriterionInput
@29   created_at: TimestampCriterionInput
@29   updated_at: TimestampCriterionInput
@29 }

input PerformerFilterType {
  name: StringCriterionInput
  disambiguation: StringCriterionInput
  created_at: TimestampCriterionInput
  updated_at: TimestampCriterionInput
}

input StudioFilterType {
  name: StringCriterionInput
  created_at: TimestampCriterionInput
  updated_at: TimestampCriterionInput
}

input TagFilterType {
  name: StringCriterionInput
  created_at: TimestampCriterionInput
  updated_at: TimestampCriterionInput
}

input MovieFilterType {
  name: StringCriterionInput
  created_at: TimestampCriterionInput
  updated_at: TimestampCriterionInput
}

@27 input GroupFilterType {
@27   name: StringCriterionInput
@27   created_at: TimestampCriterionInput
@27   updated_at: TimestampCriterionInput
@27 }

input SceneUpdateInput {
  clientMutationId: String
  id: ID!
  title: String
  code: String
  details: String
  director: String
  urls: [String!]
  date: String
  rating100: Int
  organized: Boolean
  studio_id: ID
  performer_ids: [ID!]
  tag_ids: [ID!]
  cover_image: String
  resume_time: Float
  play_duration: Float
  play_count: Int
}

input SceneDestroyInput {
  id: ID!
  delete_file: Boolean
  delete_generated: Boolean
}

input ScanMetadataInput {
  paths: [String!]
  rescan: Boolean
  scanGenerateCovers: Boolean
  scanGeneratePhashes: Boolean
}

type StatsResultType {
  scene_count: Int!
  scenes_size: Float!
  scenes_duration: Float!
  performer_count: Int!
  studio_count: Int!
  tag_count: Int!
}

type Plugin {
  id: ID!
  name: String!
  description: String
  url: String
  version: String
  enabled: Boolean!
  tasks: [PluginTask!]
  hooks: [PluginHook!]
  settings: [PluginSetting!]
  requires: [ID!]
}

type PluginTask {
  name: String!
  description: String
  plugin: Plugin!
}

type PluginHook {
  name: String!
  description: String
  hooks: [String!]
  plugin: Plugin!
}

enum PluginSettingTypeEnum {
  STRING
  NUMBER
  BOOLEAN
}

type PluginSetting {
  name: String!
  display_name: String
  description: String
  type: PluginSettingTypeEnum!
}

enum PackageType {
  Scraper
  Plugin
}

type Package {
  package_id: String!
  name: String!
  version: String
  date: Timestamp
  requires: [Package!]!
  sourceURL: String!
  source_package: Package
  metadata: Map!
}

input PackageSpecInput {
  id: String!
  sourceURL: String!
}

type PackageSource {
  name: String
  url: String!
  local_path: String
}

input PackageSourceInput {
  name: String
  url: String!
  local_path: String
}

input StashBoxInput {
  endpoint: String!
  api_key: String!
  name: String!
  @29 max_requests_per_minute: Int
}

type StashBoxValidationResult {
  valid: Boolean!
  status: String!
}

type StashConfig {
  path: String!
  excludeVideo: Boolean!
  excludeImage: Boolean!
}

input ConfigGeneralInput {
  pluginsPath: String
  pythonPath: String
  pluginPackageSources: [PackageSourceInput!]
  scraperPackageSources: [PackageSourceInput!]
}

type ConfigGeneralResult {
  stashes: [StashConfig!]!
  databasePath: String!
  generatedPath: String!
  configFilePath: String!
  pluginsPath: String!
  scrapersPath: String!
  pythonPath: String!
  apiKey: String!
  username: String!
  password: String!
  logLevel: String!
  parallelTasks: Int!
  videoExtensions: [String!]!
  pluginPackageSources: [PackageSource!]!
  scraperPackageSources: [PackageSource!]!
}

type ConfigInterfaceResult {
  language: String
}

type ConfigResult {
  general: ConfigGeneralResult!
  interface: ConfigInterfaceResult!
  ui: Map!
  plugins(include: [ID!]): PluginConfigMap!
}

enum SystemStatusEnum {
  SETUP
  NEEDS_MIGRATION
  OK
}

type SystemStatus {
  databaseSchema: Int
  databasePath: String
  configPath: String
  appSchema: Int!
  status: SystemStatusEnum!
  os: String!
  workingDir: String!
  homeDir: String!
  @27 ffmpegPath: String
  @27 ffprobePath: String
}

type Version {
  version: String
  hash: String!
  build_time: String!
}

enum JobStatus {
  READY
  RUNNING
  FINISHED
  STOPPING
  CANCELLED
  FAILED
}

type Job {
  id: ID!
  status: JobStatus!
  subTasks: [String!]
  description: String!
  progress: Float
  startTime: Time
  endTime: Time
  addTime: Time!
  error: String
}

input FindJobInput {
  id: ID!
}

enum JobStatusUpdateType {
  ADD
  REMOVE
  UPDATE
}

type JobStatusUpdate {
  type: JobStatusUpdateType!
  job: Job!
}

enum LogLevel {
  Trace
  Debug
  Info
  Progress
  Warning
  Error
}

type LogEntry {
  time: Time!
  level: LogLevel!
  message: String!
}
`
