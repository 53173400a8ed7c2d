/** The settings of what is written, read once for many scenes: their texts are parsed here and nowhere else. Pure. */
import { splitNames } from '../../../shared/names.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type CollectionLine, parseCollections } from '../../../shared/written/collections.ts'
import { type ContentRatings, parseContentRatings } from '../../../shared/written/content-rating.ts'
import { parseTagRenames } from '../../../shared/written/tag-rename.ts'
import { parseTitleTemplate, type Template } from '../../../shared/written/template.ts'
import { nameKey } from './text-equality.ts'

/** Names as `nameKey` makes them. */
type NameKeys = ReadonlySet<string>

export interface WrittenRules {
  readonly title: Template
  /** `{title}` alone, the default. */
  readonly isPlainTitle: boolean
  /** Null if no sort title is written. */
  readonly titleSort: Template | null
  readonly collections: readonly CollectionLine[]
  readonly contentRatings: ContentRatings
  /** By the name key of the tag in Stash. */
  readonly renames: ReadonlyMap<string, string>
  readonly allowed: NameKeys
  readonly denied: NameKeys
  readonly labelTags: NameKeys
  readonly genreParents: NameKeys
  readonly onlyTagged: NameKeys
  readonly notTagged: NameKeys
  readonly genders: ReadonlySet<string>
}

const known = new WeakMap<Settings, WrittenRules>()

/** The same object for the same settings object. */
export function rulesOf(settings: Settings): WrittenRules {
  const before = known.get(settings)
  if (before !== undefined) return before
  const rules = readRules(settings)
  known.set(settings, rules)
  return rules
}

/** Settings are parsed before they are stored or taken over, so a text that cannot be read never comes here. */
function readRules(settings: Settings): WrittenRules {
  const collections = parseCollections(settings.collections)
  const contentRatings = parseContentRatings(settings.content_rating)
  const renames = parseTagRenames(settings.tag_rename)
  return {
    title: templateOf(settings.title_format) ?? plainTitle,
    isPlainTitle: settings.title_format === '{title}',
    titleSort: settings.title_sort_format === '' ? null : templateOf(settings.title_sort_format),
    collections: collections.problem === null ? collections.value : [],
    contentRatings: contentRatings.problem === null ? contentRatings.value : { byTag: [], otherwise: '' },
    renames: new Map((renames.problem === null ? renames.value : []).map(({ from, to }) => [nameKey(from), to])),
    allowed: keysOf(settings.tag_allow),
    denied: keysOf(settings.tag_deny),
    labelTags: keysOf(settings.label_tags),
    genreParents: keysOf(settings.genre_parents),
    onlyTagged: keysOf(settings.only_tagged),
    notTagged: keysOf(settings.not_tagged),
    genders: new Set(splitNames(settings.performer_genders)),
  }
}

const plainTitle: Template = { parts: [{ placeholder: 'title' }], placeholders: new Set(['title']) }

function templateOf(text: string): Template | null {
  const parsed = parseTitleTemplate(text)
  return parsed.problem === null ? parsed.value : null
}

function keysOf(list: string): NameKeys {
  return new Set(splitNames(list).map(nameKey))
}
