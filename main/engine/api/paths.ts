import type { Handlers, PathTest } from '../../../shared/contract.ts'
import type { SceneFile } from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { compilePathRules, type PathRules } from '../match/path-rules.ts'
import { samplesOfPlex } from '../match/path-sample.ts'
import { suggestPathRules } from '../match/path-suggest.ts'
import { testPathRules } from '../match/path-test.ts'
import type { Services } from '../services.ts'

/** How many scenes a suggestion looks at: enough to meet every root of a mixed library. */
const suggestFrom = 2_000
const pageSize = 100

export function pathHandlers(services: Services): Pick<Handlers, 'testPaths' | 'suggestPaths'> {
  return {
    testPaths: async ({ samples, path_map }, signal) => {
      const rules = path_map === undefined ? ok(services.matcher.rules) : compilePathRules(path_map)
      if (!rules.ok) return rules
      const files = await sampleFiles(services, samples, signal)
      return files.ok ? ok(test(services, files.value, rules.value)) : files
    },

    suggestPaths: async ({ samples }, signal) => {
      const files = await sampleFiles(services, Math.max(samples, suggestFrom), signal)
      if (!files.ok) return files
      const roots = services.library.sections.flatMap((section) => section.locations)
      const suggestion = suggestPathRules(files.value, samplesOfPlex(files.value, services.index), roots)
      const rules = compilePathRules(suggestion.rules.map(({ rule }) => rule).join('\n'))
      if (!rules.ok) return rules
      const tested = test(services, spread(files.value, samples), rules.value)
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

function test(services: Services, files: readonly SceneFile[], rules: PathRules): PathTest {
  return testPathRules({
    paths: files.map((file) => file.path),
    rules,
    lookup: services.index,
    sections: services.library.sections,
  })
}

/** Files of scenes spread over the whole library, not the first ones: roots tend to come in blocks. */
async function sampleFiles(services: Services, samples: number, signal: AbortSignal): Promise<Result<SceneFile[]>> {
  const known = await services.identities.ensurePlex(signal)
  if (!known.ok) return known
  const ready = await services.library.ready(signal)
  if (!ready.ok) return ready
  const first = await services.stash.scenePage(1, pageSize, signal)
  if (!first.ok) return first
  const files = first.value.scenes.flatMap((scene) => scene.files)
  const pages = Math.ceil(first.value.count / pageSize)
  const wantedPages = Math.min(pages, Math.ceil(samples / pageSize) + 1)
  for (let at = 1; at < wantedPages; at += 1) {
    const page = 1 + Math.round((at * (pages - 1)) / (wantedPages - 1))
    const read = await services.stash.scenePage(page, pageSize, signal)
    if (!read.ok) return read
    files.push(...read.value.scenes.flatMap((scene) => scene.files))
  }
  return ok(spread(files, samples))
}

function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, at) => list[Math.floor((at * list.length) / most)]).filter(
    (one) => one !== undefined,
  )
}
