/** What speaks for and against a Plex file being a file of Stash. Pure. */
import type { PlexPart, SceneFile } from '../../../shared/domain.ts'
import type { MatchEvidence } from '../../../shared/match-steps.ts'
import { baseKey, commonTail, type SplitPath, segmentKey, splitPath } from './path-key.ts'
import { titleKey, titleKeysOf } from './title-key.ts'

type Agreement = 'equal' | 'different' | 'unknown'

export interface Evidence {
  readonly name: 'equal' | 'case_only' | 'different'
  /** Bytes. */
  readonly size: Agreement
  /** Equal within one second. */
  readonly duration: Agreement
  /** How many segments of the paths agree from the file name upwards, the name included. */
  readonly tail: number
  /** The item's title is one that the file name may stand for. */
  readonly title: boolean
}

/** A file of Stash with its path as Plex should see it. */
export interface SoughtFile {
  readonly file: SceneFile
  readonly path: SplitPath
  readonly titles: readonly string[]
}

export function soughtFile(file: SceneFile, plexPath: string): SoughtFile {
  return { file, path: splitPath(plexPath), titles: titleKeysOf(file.path) }
}

export function weigh(sought: SoughtFile, part: PlexPart): Evidence {
  const theirs = splitPath(part.file)
  return {
    name: compareNames(sought.path, theirs, part.file),
    size: agreement(sought.file.size, part.size, 0),
    duration: agreement(sought.file.duration, part.duration, 1),
    tail: commonTail(sought.path, theirs),
    title: sought.titles.includes(titleKey(part.title)),
  }
}

function compareNames(ours: SplitPath, theirs: SplitPath, file: string): Evidence['name'] {
  const kind = ours.kind === 'posix' ? theirs.kind : ours.kind
  const name = ours.segments.at(-1) ?? ''
  if (segmentKey(name, kind) === segmentKey(theirs.segments.at(-1) ?? '', kind)) return 'equal'
  return baseKey(`/${name}`) === baseKey(file) ? 'case_only' : 'different'
}

/** Zero is what both servers report for "not analysed yet". */
function agreement(ours: number | null, theirs: number | null, tolerance: number): Agreement {
  if (ours === null || theirs === null || ours <= 0 || theirs <= 0) return 'unknown'
  return Math.abs(ours - theirs) <= tolerance ? 'equal' : 'different'
}

/** The same file though its folder differs: same name and same size, or same duration where a size is missing. */
export function confirms(evidence: Evidence): boolean {
  if (evidence.name !== 'equal') return false
  return evidence.size === 'equal' || (evidence.size === 'unknown' && evidence.duration === 'equal')
}

/** Certainly another file, or another cut of it: what is known differs, and nothing known agrees. */
export function contradicts(evidence: Evidence): boolean {
  const measures = [evidence.size, evidence.duration]
  return measures.includes('different') && !measures.includes('equal')
}

const weight = { equal: 2, unknown: 1, different: 0 } as const
const nameWeight = { equal: 2, case_only: 1, different: 0 } as const

/** For sorting: below zero where `a` is the stronger evidence, zero where neither is. */
export function compareEvidence(a: Evidence, b: Evidence): number {
  return (
    weight[b.size] - weight[a.size] ||
    weight[b.duration] - weight[a.duration] ||
    b.tail - a.tail ||
    nameWeight[b.name] - nameWeight[a.name] ||
    Number(b.title) - Number(a.title)
  )
}

/** The evidence as it is shown with a candidate. */
export function evidenceCodes(evidence: Evidence, file: SceneFile, part: PlexPart): MatchEvidence[] {
  const codes: MatchEvidence[] = []
  if (evidence.name === 'equal') codes.push({ code: 'same_name', values: {} })
  if (evidence.name === 'case_only') codes.push({ code: 'name_in_other_case', values: {} })
  if (evidence.tail > 1) codes.push({ code: 'same_folders', values: { count: evidence.tail - 1 } })
  if (evidence.size === 'equal') codes.push({ code: 'same_size', values: { stash: file.size } })
  if (evidence.size === 'different') codes.push({ code: 'size_differs', values: { stash: file.size, plex: part.size } })
  if (evidence.duration === 'equal') codes.push({ code: 'same_duration', values: { stash: file.duration } })
  if (evidence.duration === 'different')
    codes.push({ code: 'duration_differs', values: { stash: file.duration, plex: part.duration } })
  if (evidence.title) codes.push({ code: 'title_in_name', values: {} })
  return codes
}
