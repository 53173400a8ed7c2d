import { parseYaml, type Yaml } from './strict-yaml.ts'

export interface PluginManifest {
  name: string
  description: string
  url: string
  version: string
  interface: 'raw' | 'rpc' | 'js'
  exec: string[]
  tasks: { name: string; description: string; defaultArgs: Record<string, string> }[]
  hooks: { name: string; description: string; triggeredBy: string[]; defaultArgs: Record<string, string> }[]
  settings: { name: string; display_name: string; description: string; type: string }[]
  /** Plugin ids named by `ui.requires`. */
  requires: string[]
}

const rootKeys = 'name description url version interface exec errLog tasks hooks ui settings'.split(' ')
const entryKeys = 'name description execArgs defaultArgs'.split(' ')

/** Reads a plugin's manifest as strictly as the real loader: an unknown key or a wrong shape refuses the plugin. */
export function parseManifest(text: string): PluginManifest {
  const root = asMap(parseYaml(text), 'plugin', rootKeys)
  const kind = asText(root.interface) || 'raw'
  if (kind !== 'raw' && kind !== 'rpc' && kind !== 'js') throw new Error(`invalid interface type ${kind}`)
  const level = asText(root.errLog)
  if (!['', 'none', 'trace', 'debug', 'info', 'warning', 'error'].includes(level))
    throw new Error(`invalid errLog ${level}`)
  return {
    name: asText(root.name),
    description: asText(root.description),
    url: asText(root.url),
    version: asText(root.version),
    interface: kind,
    exec: asTexts(root.exec, 'exec'),
    tasks: asList(root.tasks, 'tasks').map((task) => {
      const map = asMap(task, 'tasks', entryKeys)
      return { name: asText(map.name), description: asText(map.description), defaultArgs: asTextMap(map.defaultArgs) }
    }),
    hooks: asList(root.hooks, 'hooks').map((hook) => {
      const map = asMap(hook, 'hooks', [...entryKeys, 'triggeredBy'])
      return {
        name: asText(map.name),
        description: asText(map.description),
        triggeredBy: asTexts(map.triggeredBy, 'triggeredBy'),
        defaultArgs: asTextMap(map.defaultArgs),
      }
    }),
    settings: Object.entries(asMap(root.settings ?? {}, 'settings')).map(([name, value]) => {
      const map = asMap(value, 'settings', ['type', 'displayName', 'description'])
      const type = asText(map.type)
      if (!['STRING', 'NUMBER', 'BOOLEAN'].includes(type)) throw new Error(`invalid setting type ${type}`)
      return { name, display_name: asText(map.displayName), description: asText(map.description), type }
    }),
    requires: asTexts(asMap(root.ui ?? {}, 'ui', 'requires csp javascript css assets'.split(' ')).requires, 'requires'),
  }
}

function asMap(value: Yaml | undefined, where: string, keys?: string[]): Record<string, Yaml> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`cannot unmarshal into ${where}`)
  const unknown = keys && Object.keys(value).find((key) => !keys.includes(key))
  if (unknown) throw new Error(`field ${unknown} not found in type plugin.${where}`)
  return value
}

function asText(value: Yaml | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') throw new Error('cannot unmarshal into string')
  return value
}

function asList(value: Yaml | undefined, where: string): Yaml[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value)) throw new Error(`cannot unmarshal into []${where}`)
  return value
}

function asTexts(value: Yaml | undefined, where: string): string[] {
  return asList(value, where).map(asText)
}

function asTextMap(value: Yaml | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(asMap(value ?? {}, 'defaultArgs')).map(([key, one]) => [key, asText(one)]))
}
