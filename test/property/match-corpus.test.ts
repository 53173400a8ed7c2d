/** Matching over 2,000 labelled scenes per layout: no wrong match, and all that are at the mapped path are found. */
import { describe, expect, it } from 'vitest'
import { decide } from '../../main/engine/match/decision.ts'
import { openIndex } from '../../main/engine/match/part-index.fixture.ts'
import { compilePathRules } from '../../main/engine/match/path-rules.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { type Corpus, type LabelledScene, layouts, makeCorpus, type Situation } from './match-corpus.ts'

const seed = Number(process.env.PLEXSYNC_TEST_SEED ?? Date.now() % 2 ** 31)
console.info(`match-corpus: PLEXSYNC_TEST_SEED=${seed}`)

interface Judged {
  readonly scene: LabelledScene
  readonly targets: readonly string[]
  readonly confidence: string
}

async function judge(corpus: Corpus): Promise<Judged[]> {
  const { db, index } = openIndex()
  for (const { id } of corpus.libraries) {
    const refresh = index.beginRefresh(id)
    await refresh.add(corpus.parts.filter((part) => part.sectionId === id))
    await refresh.finish('r1')
  }
  const rules = compilePathRules(corpus.rules)
  if (!rules.ok) throw new Error(rules.fault.message)
  const sections = corpus.libraries.map((library) => ({ ...library, skipped: null }))
  const judged = corpus.scenes.map((scene) => {
    const decision = decide({
      sceneId: null,
      files: scene.files,
      rules: rules.value,
      lookup: index,
      sections,
      strict: true,
    })
    return { scene, targets: decision.targets.map(({ ratingKey }) => ratingKey), confidence: decision.confidence }
  })
  db.close()
  return judged
}

describe.each(Object.keys(layouts))('a corpus of 2,000 scenes, %s', (name) => {
  it.each([1, 2, seed])('seed %i', async (used) => {
    const layout = layouts[name]
    if (layout === undefined) throw new Error(`no layout ${name}`)
    const judged = await judge(makeCorpus(layout, 2000, new SeededRandom(used)))

    const wrong = judged.filter(({ scene, targets }) => targets.some((target) => !scene.truth.has(target)))
    expect(wrong.map(({ scene, targets }) => ({ ...scene, targets }))).toEqual([])

    const reachable = judged.filter(({ scene }) => scene.equalPath.size > 0)
    const matched = reachable.filter(({ scene, targets }) =>
      [...scene.equalPath].every((item) => targets.includes(item)),
    )
    expect(matched.length / reachable.length).toBeGreaterThanOrEqual(0.98)

    // The corpus must hold every situation, or the two sums above say nothing.
    const rate = (what: Situation, confidence: string) => {
      const all = judged.filter(({ scene }) => scene.what === what)
      return all.filter((one) => one.confidence === confidence).length / all.length
    }
    expect(rate('moved', 'high')).toBe(1)
    expect(rate('no_rule', 'high')).toBe(1)
    expect(rate('no_rule_recoded', 'low')).toBe(1)
    expect(rate('missing_with_namesake', 'none')).toBe(1)
    expect(rate('renamed', 'none')).toBe(1)
    expect(rate('sibling_by_case', 'high')).toBe(0)
  })
})
