/** docs/config.md, made from the settings table. Pure; `settings-doc.test.ts` holds the file equal to it. */
import {
  definitionOf,
  envNameOf,
  type SettingDefinition,
  type SettingGroup,
  type SettingName,
  settingGroups,
  settingNames,
} from '../../../shared/settings.ts'
import { otherVariables } from './environment.ts'

const groupTitles: Readonly<Record<SettingGroup, string>> = {
  plex: 'Plex',
  stash: 'Stash',
  sync: 'What is written',
  matching: 'Matching',
  queue: 'Queue and retries',
  reconcile: 'Reconcile',
  plays: 'Plays',
  listening: 'Addresses and ports',
  app: 'Application',
}

const introduction = `# Configuration

<!-- Made from shared/settings.ts. Do not edit: run UPDATE_DOCS=1 npm test, which writes it again. -->

Every setting of PlexSync: what it does, what it may be, and when to change it. Only the addresses of Plex and Stash and
the Plex token have no usable default; the setup in the window asks for them. Everything else can stay as it is.

## Where a value comes from

A setting has the value of the last of these that gives one:

1. its default, as listed below;
2. the value that was saved: in the window, by \`plexsync config set\`, or by an import;
3. the value that was saved for one Plex library, for items of that library;
4. its environment variable;
5. an argument of the command line, for this run only: \`--set NAME=VALUE\` (also \`--plex-url\`, \`--plex-token\`,
   \`--plex-library\`).

The settings view and \`plexsync config list\` show the value that counts. A value from the environment or the command line
cannot be changed in the window; what is saved there counts again once the variable or argument is gone. A variable that
is set but empty counts as not set.

## How to set it

\`\`\`sh
plexsync config list                         # all settings with their values
plexsync config get max_retries
plexsync config set max_retries 10           # saved; a running PlexSync applies it immediately
plexsync --set max_retries=10 process        # for this run only
PLEXSYNC_MAX_RETRIES=10 plexsync serve       # for as long as the variable is set
\`\`\`

Switches are \`true\` or \`false\` (also \`yes\`, \`no\`, \`on\`, \`off\`, \`1\`, \`0\`). Lists are names separated by commas; a name
that contains a comma goes into double quotes: \`Plain, "Big, Bold"\`. A quote inside a quoted name is doubled, one inside a
bare name (\`12" Vinyl\`) stays as it is. Wrong
input is refused with one message that names the setting, the problem and the allowed range; either everything is saved
or nothing:

    plex_url: must start with http:// or https://
    max_retries: must be a whole number from 1 to 20

A wrong environment variable or argument ends the start with such a message. A saved value that became wrong (edited by
hand, or by another version) is reported in the log, and the default is used.

Settings made of lines take a line break or \`;\` between the lines; double quotes protect both.

## One Plex library

Settings of what is written may have another value for one library:

\`\`\`sh
plexsync config set title_format "[{studio} - ]{title}" --library Clips
plexsync config list --library Clips         # the values in force there
plexsync config unset title_format --library Clips
\`\`\`

The value belongs to the library itself and stays when the library is renamed. The environment has no form for one library.

## Preview and rewrite

![What two changed settings would write for one scene, and how many items they would change, before they are saved](images/written-light.png)

\`\`\`sh
plexsync config set content_rating XXX --dry-run     # how many items would change, and 20 examples
plexsync config set content_rating XXX --rewrite     # saves it, and writes every item that differs
plexsync config preset stash-plex-agent --dry-run    # what StashPlexAgent writes: see from-stash-plex-agent.md
\`\`\`

In the window a changed setting of what is written is a draft: the preview shows one scene as it will be while you type, and saving
counts first what it would change. Then you choose: rewrite now, or as scenes change.

Without \`--rewrite\` each item is written when its scene changes; until then it counts as pending in \`plexsync status\` and
\`plexsync reconcile\`. What an option wrote is taken back when the option goes off: only what is still as PlexSync wrote it.
The switches that begin with \`sync_\`, \`enabled\` and \`sync_master\` only stop the writing.

Two settings of release 1.0.0 were replaced and stay accepted under their old names: the switch for sort titles by
\`title_sort_format\`, the one for collections by parent studio by \`collections\`.

## Tokens and keys

The secrets among the settings (\`plex_token\`, \`stash_api_key\`, \`hook_token\`) are not kept with the others. The desktop
application hands them to the keychain of the system; \`plexsync serve\` keeps them in \`secrets.json\` in the data folder,
which only its owner may read. They are shown as \`set\` or \`set, ends in abcd\`, and are never written to a log.

## Export and import

\`plexsync config export FILE\` writes all saved settings and the remembered picks as one JSON file;
\`plexsync config import FILE\` reads it back, all or nothing. Settings that the file does not name stay as they are.
Tokens and keys are in the file only if you give a passphrase, and then encrypted. Picks name items of one Plex server
and are not taken over by another one.

The settings of Stash2Plex can be read out of Stash in the setup. Switch that plugin off then: both would write the same
items.`

const pathRules = `### Path rules in short

A rule says how Plex sees a folder of Stash: \`/data => /media\`. Several are separated by \`;\`. The longest prefix that fits is
used, and only whole folder names fit: \`/data\` does not touch \`/data2\`. Windows (\`D:\\media\`), UNC (\`\\\\nas\\media\`) and POSIX
paths can be on either side. \`plexsync paths suggest\` proposes rules from both libraries, \`plexsync paths test\` shows how
many samples are found with the present ones. Docker examples are in [troubleshoot.md](troubleshoot.md).`

/** The whole file. */
export function settingsMarkdown(): string {
  const parts = [introduction, contents(), ...settingGroups.map(groupSection), variables(), related]
  return `${parts.join('\n\n')}\n`
}

function contents(): string {
  const rows = settingGroups.map((group) => {
    const names = namesIn(group).map((name) => `[\`${name}\`](#${name})`)
    return `- **${groupTitles[group]}**: ${names.join(', ')}`
  })
  return `## All settings\n\n${rows.join('\n')}`
}

function groupSection(group: SettingGroup): string {
  const sections = namesIn(group).map(settingSection)
  if (group === 'matching') sections.push(pathRules)
  return [`## ${groupTitles[group]}`, ...sections].join('\n\n')
}

function settingSection(name: SettingName): string {
  const definition = definitionOf(name)
  return [
    `### ${name}`,
    definition.help,
    `When to change: ${definition.when}`,
    [
      '| Default | Allowed | Environment variable |',
      '|---|---|---|',
      `| ${defaultText(definition)} | ${allowedText(definition)} | \`${envNameOf(name)}\` |`,
    ].join('\n'),
  ].join('\n\n')
}

function defaultText({ default: value }: SettingDefinition): string {
  return value === '' ? '(empty)' : `\`${value}\``
}

function allowedText(definition: SettingDefinition): string {
  switch (definition.kind) {
    case 'switch':
      return '`true` or `false`'
    case 'integer':
    case 'number': {
      const unit = definition.unit === undefined ? '' : ` ${definition.unit === 's' ? 'seconds' : definition.unit}`
      const what = definition.kind === 'integer' ? 'whole number' : 'number'
      return `${what} from ${definition.min} to ${definition.max}${unit}${definition.zeroIsOff ? ', or 0 (off)' : ''}`
    }
    case 'choice':
      return definition.choices.map((choice) => `\`${choice}\``).join(', ')
    case 'secret':
      return definition.minLength > 1 ? `at least ${definition.minLength} characters, no blanks` : 'no blanks'
    case 'url':
      return '`http://` or `https://` address; a slash at the end is removed'
    case 'host':
      return 'address or host name, without port'
    case 'names':
      return 'names separated by commas, quoted if they contain one'
    case 'hosts':
      return 'host names or addresses separated by commas, each with a port or without'
    case 'genders':
      return 'genders of Stash, separated by commas'
    case 'template':
      return 'text with placeholders in {braces} and optional parts in [brackets]'
    case 'collections':
      return 'lines `SOURCE` or `SOURCE => NAME`, separated by `;` or line breaks'
    case 'content_rating':
      return 'lines `RATING` or `tag: NAMES => RATING`, separated by `;` or line breaks'
    case 'tag_rename':
      return 'lines `NAME => NAME`, separated by `;` or line breaks'
    case 'start':
      return '`now`, or a day as `YYYY-MM-DD`'
    case 'path_rules':
      return '`stash prefix => plex prefix`, separated by `;`'
  }
}

function variables(): string {
  const rows = otherVariables.map(({ name, about }) => `| \`${name}\` | ${about} |`)
  return [
    '## Other environment variables',
    'Each setting above names its own variable. These are no settings:',
    ['| Variable | Meaning |', '|---|---|', ...rows].join('\n'),
    'A variable that begins with `PLEXSYNC_` and is neither is reported in the log with the name that was probably meant.',
  ].join('\n\n')
}

const related = `## Related documentation

- [install.md](install.md): desktop, headless, Docker, the Stash plugin, how to get a token
- [from-stash-plex-agent.md](from-stash-plex-agent.md): the preferences of StashPlexAgent, and what they are here
- [troubleshoot.md](troubleshoot.md): reading the log, common issues, Docker paths`

function namesIn(group: SettingGroup): SettingName[] {
  return settingNames.filter((name) => definitionOf(name).group === group)
}
