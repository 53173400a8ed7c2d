import type { PathTest } from '../../../shared/contract.ts'
import type { SceneFile } from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Matcher } from '../match/matcher.ts'
import { compilePathRules, type PathRules } from '../match/path-rules.ts'
import { samplesOfPlex } from '../match/path-sample.ts'
import { suggestPathRules } from '../match/path-suggest.ts'
import { testPathRules } from '../match/path-test.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import type { TaskRun } from '../task-run.ts'
import type { LongWork } from '../tasks/long-kinds.ts'

/** How many scenes a suggestion looks at: enough to meet every root of a mixed library. */
const suggestFrom = 2_000
const pageSize = 100

export interface PathWorkDeps {
  readonly matcher: Matcher
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly stash: Pick<StashClient, 'scenePage'>
}

/** What tasks do: rules tested on a sample of the library, and rules derived from it. */
export function pathWork(deps: PathWorkDeps): Pick<LongWork, 'testPaths' | 'suggestPaths'> {
  const { matcher } = deps
  const { library, index } = matcher
  return {
    testPaths: async ({ samples, path_map }, run) => {
      const rules = path_map === undefined ? ok(matcher.rules) : compilePathRules(path_map)
      if (!rules.ok) return rules
      const files = await sampleFiles(samples, deps, run)
      return files.ok ? ok(test(matcher, files.value, rules.value)) : files
    },

    suggestPaths: async ({ samples }, run) => {
      const files = await sampleFiles(Math.max(samples, suggestFrom), deps, run)
      if (!files.ok) return files
      const roots = library.sections.flatMap((section) => section.locations)
      const suggestion = suggestPathRules(files.value, samplesOfPlex(files.value, index), roots)
      const rules = compilePathRules(suggestion.rules.map(({ rule }) => rule).join('\n'))
      if (!rules.ok) return rules
      const tested = test(matcher, spread(files.value, samples), rules.value)
      return ok({
        ...tested,
        rules: suggestion.rules.map(({ rule, evidence, files: count }) => ({
          rule,
          evidence: englishRemark(evidence),
          ...evidence,
          files: count,
        })),
      })
    },
  }
}

function test(matcher: Matcher, files: readonly SceneFile[], rules: PathRules): PathTest {
  return testPathRules({
    paths: files.map((file) => file.path),
    rules,
    lookup: matcher.index,
    sections: matcher.library.sections,
  })
}

/** Files of scenes spread over the whole library, not the first ones: roots tend to come in blocks. */
async function sampleFiles(
  samples: number,
  { identities, matcher, stash }: PathWorkDeps,
  { signal, progress }: TaskRun,
): Promise<Result<SceneFile[]>> {
  const known = await identities.ensurePlex(signal)
  if (!known.ok) return known
  const ready = await matcher.library.ready(signal)
  if (!ready.ok) return ready
  const first = await stash.scenePage(1, pageSize, signal)
  if (!first.ok) return first
  const files = first.value.scenes.flatMap((scene) => scene.files)
  const pages = Math.ceil(first.value.count / pageSize)
  const wantedPages = Math.min(pages, Math.ceil(samples / pageSize) + 1)
  for (let at = 1; at < wantedPages; at += 1) {
    progress(at, wantedPages)
    const page = 1 + Math.round((at * (pages - 1)) / (wantedPages - 1))
    const read = await stash.scenePage(page, pageSize, signal)
    if (!read.ok) return read
    files.push(...read.value.scenes.flatMap((scene) => scene.files))
  }
  progress(wantedPages, wantedPages)
  return ok(spread(files, samples))
}

function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, at) => list[Math.floor((at * list.length) / most)]).filter(
    (one) => one !== undefined,
  )
}
