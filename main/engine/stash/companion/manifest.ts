/** The companion's manifest, and what can be read of it again through Stash's list of plugins. Pure. */
import { yamlLiteral } from './literals.ts'
import { fingerprintOf } from './token-fingerprint.ts'

export type CompanionVariant = 'js' | 'python'

export interface CompanionSpec {
  /** The plugin's id in Stash. */
  readonly id: string
  readonly variant: CompanionVariant
  /** Where Stash reaches the hook listener: scheme, host and port, such as `http://127.0.0.1:9797`. */
  readonly base: string
  /** The hook token. It goes into the script, never into the manifest: every user of Stash can read that. */
  readonly token: string
  /** PlexSync's own version. */
  readonly version: string
  /** Eight hexadecimal digits, new for each installation: by them an installation is distinguished from an earlier one. */
  readonly build: string
}

/** Stash takes the id from the manifest's file name, and tells ids apart without regard to case. */
export const companionId = 'plexsync'
export const manifestName = (id: string): string => `${id}.yml`
export const scriptName = (id: string, variant: CompanionVariant): string => `${id}.${variant === 'js' ? 'js' : 'py'}`

/**
 * Stash: misspelt and unknown names are silently dead, so the Group hooks, which exist since 0.27, do no harm before. A
 * name that is here twice would run twice, and so would Movie beside its twin Group.
 */
export const companionHooks: readonly string[] = [
  ...['Scene.Create.Post', 'Scene.Update.Post', 'Scene.Destroy.Post'],
  ...['Performer', 'Studio', 'Tag', 'Group'].flatMap((kind) => [`${kind}.Update.Post`, `${kind}.Destroy.Post`]),
  'Tag.Merge.Post',
]

/**
 * Stash reads it strictly: an unknown key, or a `{pluginDir}` without quotes, and the plugin is not loaded. Hooks have no
 * `defaultArgs`: where they have some, Stash writes into a map that is not there.
 */
export function manifestOf(spec: CompanionSpec): string {
  const run =
    spec.variant === 'js'
      ? ['interface: js', 'exec:', `  - ${yamlLiteral(scriptName(spec.id, 'js'))}`]
      : [
          'interface: raw',
          'exec:',
          '  - "python3"',
          `  - ${yamlLiteral(`{pluginDir}/${scriptName(spec.id, 'python')}`)}`,
        ]
  return [
    'name: PlexSync',
    `description: ${yamlLiteral(descriptionOf(spec))}`,
    `version: ${yamlLiteral(spec.version)}`,
    ...run,
    'hooks:',
    '  - name: Tell PlexSync',
    '    description: Hands on type, id and names of the changed fields',
    '    triggeredBy:',
    ...companionHooks.map((hook) => `      - ${hook}`),
    'tasks:',
    '  - name: Test the connection',
    '    description: Asks PlexSync whether it listens; the answer is in the log',
    '    defaultArgs:',
    '      mode: ping',
    '',
  ].join('\n')
}

function descriptionOf({ base, variant, build, token }: CompanionSpec): string {
  return `Tells PlexSync at ${base} what changes in Stash. (${variant}, build ${build}, token ${fingerprintOf(token)})`
}

export interface Described {
  readonly base: string
  readonly variant: CompanionVariant
  readonly build: string
  /** Of the token in the script; null in a plugin of 1.0.0. */
  readonly fingerprint: string | null
}

/** What the description says; null if it is not one of ours. */
export function readDescription(description: string | null): Described | null {
  const found =
    /^Tells PlexSync at (\S+) what changes in Stash\. \((js|python), build ([0-9a-f]{8})(?:, token ([0-9a-f]{8}))?\)$/.exec(
      description ?? '',
    )
  const [, base = '', variant = '', build = '', fingerprint = null] = found ?? []
  return variant === 'js' || variant === 'python' ? { base, variant, build, fingerprint } : null
}
