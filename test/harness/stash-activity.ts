/** Plays, the o-counter, resume points and durations: what Stash keeps about watching. */
import type { Resolver } from './stash-context.ts'
import { numericId } from './stash-find.ts'
import type { StashScene } from './stash-model.ts'
import type { StashState } from './stash-state.ts'

type TimeList = 'playTimes' | 'oTimes'

/** Whole seconds: a fraction is cut. Also `<4h`, a distance from now. */
function secondsOf(text: unknown, now: number): number {
  const ago = /^<(\d+)([hms])$/.exec(String(text))
  if (ago) return Math.floor(now / 1000) - Number(ago[1]) * ({ h: 3600, m: 60, s: 1 }[ago[2] ?? 's'] ?? 1)
  const epoch = Date.parse(String(text))
  if (!/^\d{4}-\d{2}-\d{2}T/.test(String(text)) || Number.isNaN(epoch))
    throw new Error(`parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse`)
  return Math.floor(epoch / 1000)
}

/** History newest first, in UTC however it was sent. */
function historyOf(stash: StashState, times: readonly number[]): string[] {
  const newest = [...times].sort((a, b) => b - a)
  if (stash.settings.historyZone === 'local') return newest.map((time) => stash.library.time.text(time * 1000))
  return newest.map((time) => `${new Date(time * 1000).toISOString().slice(0, 19)}Z`)
}

function sceneOf(stash: StashState, id: unknown): StashScene {
  const scene = stash.library.scenes.get(numericId(id as string))
  // The rows are another table's: nothing looks whether the scene exists, its key is what fails.
  if (!scene) throw new Error('FOREIGN KEY constraint failed')
  return scene
}

/** Adds one row per time, equal ones too; without times one of now. */
function add(list: TimeList, hookFields: string[]): Resolver {
  return (_source, { id, times }, { stash }) => {
    const scene = sceneOf(stash, id)
    const now = stash.library.clock.now()
    const given = times as unknown[] | null | undefined
    const added = given?.length ? given.map((time) => secondsOf(time, now)) : [Math.floor(now / 1000)]
    scene[list].push(...added)
    stash.actions.activityChanged(scene.id, hookFields, stash.settings.activityHooks)
    return { count: scene[list].length, history: historyOf(stash, scene[list]) }
  }
}

/** Removes one row of exactly each second; without times the newest row. */
function remove(list: TimeList, hookFields: string[]): Resolver {
  return (_source, { id, times }, { stash }) => {
    const scene = sceneOf(stash, id)
    const given = times as unknown[] | null | undefined
    const unwanted = given?.length
      ? given.map((time) => secondsOf(time, stash.library.clock.now()))
      : [Math.max(...scene[list])]
    for (const time of unwanted) {
      const at = scene[list].indexOf(time)
      if (at >= 0) scene[list].splice(at, 1)
    }
    stash.actions.activityChanged(scene.id, hookFields, stash.settings.activityHooks)
    return { count: scene[list].length, history: historyOf(stash, scene[list]) }
  }
}

/** Before 0.25 a play can only be of now. */
function increment(list: TimeList): Resolver {
  return (_source, { id }, { stash }) => {
    const scene = sceneOf(stash, id)
    scene[list].push(Math.floor(stash.library.clock.now() / 1000))
    return scene[list].length
  }
}

const playFields = ['play_count', 'play_history', 'last_played_at']
const oFields = ['o_counter', 'o_history']

export const activityMutations: Record<string, Resolver> = {
  sceneAddPlay: add('playTimes', playFields),
  sceneDeletePlay: remove('playTimes', playFields),
  sceneAddO: add('oTimes', oFields),
  sceneDeleteO: remove('oTimes', oFields),
  sceneIncrementPlayCount: increment('playTimes'),
  sceneIncrementO: increment('oTimes'),
  sceneResetPlayCount: (_source, { id }, { stash }) => {
    sceneOf(stash, id).playTimes = []
    return 0
  },
  // The resume time is set, the duration is added.
  sceneSaveActivity: (_source, { id, resume_time: resume, playDuration: played }, { stash }) => {
    const scene = sceneOf(stash, id)
    if (typeof resume === 'number') scene.resume_time = resume
    if (typeof played === 'number') scene.play_duration += played
    stash.actions.activityChanged(scene.id, ['resume_time'], stash.settings.activityHooks)
    return true
  },
  sceneResetActivity: (_source, { id, reset_resume: resume, reset_duration: duration }, { stash }) => {
    const scene = sceneOf(stash, id)
    if (resume === true) scene.resume_time = 0
    if (duration === true) scene.play_duration = 0
    return true
  },
}

export const activityFields: Record<string, Resolver> = {
  play_count: ({ playTimes }: StashScene) => playTimes.length,
  play_history: ({ playTimes }: StashScene, _args, { stash }) => historyOf(stash, playTimes),
  last_played_at: ({ playTimes }: StashScene, _args, { stash }) => historyOf(stash, playTimes)[0] ?? null,
  o_counter: ({ oTimes }: StashScene) => oTimes.length,
  o_history: ({ oTimes }: StashScene, _args, { stash }) => historyOf(stash, oTimes),
}
