import { describe, expect, it } from 'vitest'
import type { LineTemplate } from '../../main/engine/log/line-template.ts'
import { logLevels } from '../../shared/domain.ts'
import { canSay, looseLines, looseLinesOf, readLineTables } from './line-tables.ts'
import { codeLines, inlineCode, placeOf, readPages, readText } from './pages.ts'

const tables = await readLineTables()
const all = tables.flatMap(({ lines }) => lines)

/** `level`, where the line has one, the component, and the message. */
const form = /^(?:\S+Z )?(?:(trace|debug|info|warning|error)\s+)?\[PlexSync(?: (\w+))?\] (.+)$/

/** The templates that can become this line. */
function templatesOf(line: string): LineTemplate[] {
  const [, level, component = '', message = ''] = form.exec(line) ?? []
  return all.filter(
    (one) => one.component === component && (level === undefined || one.level === level) && canSay(one, message),
  )
}

const guide = { path: 'docs/troubleshoot.md', text: readText('docs/troubleshoot.md') }
const quoted = readPages()
  .flatMap((page) => [...codeLines(page), ...inlineCode(page)])
  .filter(({ text }) => form.test(text))

describe('log lines in the documents', () => {
  it('are printed by the code, at that level', () => {
    expect(quoted.length).toBeGreaterThan(40)
    expect(quoted.filter(({ text }) => templatesOf(text).length === 0).map(placeOf)).toEqual([])
  })

  it('have a level where they are examples', () => {
    const bare = codeLines(guide).filter(({ text }) => text.includes('[PlexSync') && !/^plexsync /.test(text))
    expect(bare.filter(({ text }) => !logLevels.some((level) => text.startsWith(level))).map(placeOf)).toEqual([])
  })

  // Users of the original tool search for these.
  it.each([
    '[PlexSync] Initialization complete',
    '[PlexSync] Configuration error: plex_url: plex_url must start with http:// or https://; the default "" is used',
    '[PlexSync] Configuration error: plex_token: plex_token is required',
    '[PlexSync] PlexSync is disabled via configuration',
    '[PlexSync] Searching all 5 libraries (set plex_library to speed up)',
    '[PlexSync] Authentication failed: Unauthorized',
    '[PlexSync] PlexNotFound: No Plex item found for filename',
    '[PlexSync] Low confidence match skipped (strict_matching=true)',
    '[PlexSync] No file path for scene 123, cannot sync to Plex',
    '[PlexSync] Timeout waiting for queue (12 items remaining)',
    '[PlexSync] DLQ contains 10 failed jobs requiring review',
    '[PlexSync Hook] Enqueued sync job for scene 123 in 4.2ms',
    '[PlexSync Hook] Scene 123 update filtered (no metadata changes)',
    '[PlexSync Hook] Hook handler exceeded 100ms target (156.3ms)',
    '[PlexSync Worker] Scene 123 unchanged, nothing to write',
    '[PlexSync Worker] Processing job 456 for scene 123 (attempt 1)',
    '[PlexSync Worker] Updated metadata (overwrite mode): Scene Name',
    '[PlexSync Worker] Updated metadata (preserve mode): Scene Name',
    "[PlexSync Worker] Added 2 performers: ['Performer A', 'Performer B']",
    '[PlexSync Worker] Job 456 completed',
    '[PlexSync Worker] Job 456 failed (attempt 1/5), retry in 3.2s: Connection error: Plex did not answer within 30 s',
    '[PlexSync Worker] Job 456 exceeded max retries (5), moving to DLQ',
    '[PlexSync Worker] Job 456 permanent failure, moving to DLQ: the reason',
    '[PlexSync Worker] Circuit breaker OPENED - pausing processing',
    '[PlexSync Worker] Failed to upload poster: the reason',
    "[PlexSync Matcher] Searching 'Library' for: Scene Name - 2026-01-30.mp4",
    '[PlexSync Matcher] Found: Scene Name',
    "[PlexSync Matcher] LOW confidence match for 'filename.mp4': 3 candidates found",
    '[PlexSync Reconcile] Skipped (no Stash metadata yet): 8 - add studio/performers/tags/date/details to allow sync',
  ])('%s is still printed', (line) => {
    expect(templatesOf(line)).not.toEqual([])
  })

  it.each([
    '[PlexSync Worker] Job 456 is finished',
    '[PlexSync Worker] Job one completed',
    '[PlexSync Hook] Hook handler exceeded 50ms target (156.3ms)',
    '[PlexSync Worker] Job 456 failed (attempt 1/5)',
    '[PlexSync Hook] Job 456 completed',
    'error [PlexSync Worker] Job 456 completed',
    '[PlexSync Hook] Enqueued sync job for scene 123 in no time',
    '[PlexSync] Circuit breaker OPENED - pausing processing',
    '[PlexSync Matcher] Got 1 title matches',
  ])('%s is not printed', (line) => {
    expect(templatesOf(line)).toEqual([])
  })
})

describe('tables of log lines', () => {
  it.each(tables)('$file has lines, each once', ({ lines }) => {
    expect(lines).not.toEqual([])
    const said = lines.map(({ level, template }) => `${level} ${template}`)
    expect(new Set(said).size).toBe(said.length)
  })

  it('are the only place of their sentences', () => {
    expect(looseLines()).toEqual([])
  })

  it.each([
    "logger.log('info', '', 'Done')",
    'this.#logger.log(level, component, `Some of them`)',
    "log.log(\n  'warning',\n  '',\n  'Over several lines',\n)",
  ])('%j would be seen', (source) => {
    expect(looseLinesOf(source)).toEqual([1])
  })

  it.each(['logger.log(...lines.done())', "logger.log('error', '', fault.message)"])('%j is allowed', (source) => {
    expect(looseLinesOf(source)).toEqual([])
  })
})

describe('docs/troubleshoot.md', () => {
  it('has its nine parts in order, and is neither a stub nor a book', () => {
    const headings = [...guide.text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual([
      'How PlexSync Works',
      'Reading the Logs',
      'Common Issues',
      'Docker Path Mapping Issues',
      'Manual Queue Processing',
      'Understanding the Dead Letter Queue',
      'Error Classification',
      'How to Report Issues',
      'Related Documentation',
    ])
    const lines = guide.text.trimEnd().split('\n').length
    expect(lines).toBeGreaterThanOrEqual(200)
    expect(lines).toBeLessThanOrEqual(380)
  })

  it('has for each issue symptom, cause, solution and setting', () => {
    const issues = guide.text.split(/^### Issue /m).slice(1)
    for (const [at, issue] of issues.entries()) {
      expect(issue).toMatch(new RegExp(`^${at + 1}: `))
      const parts = [...issue.matchAll(/^- \*\*(\w+)\*\*:/gm)].map(([, part]) => part)
      expect(parts, issue.split('\n')[0]).toEqual(['Symptom', 'Cause', 'Solution', 'Setting'])
    }
    expect(issues).toHaveLength(14)
  })
})
