/** The fault script: everything that can go wrong with one request, each with its disposition by the closed table. */
import type { ErrorCode } from '../../shared/errors.ts'
import type { Fault } from '../harness/fault-script.ts'

/** What becomes of a job whose request meets the fault once. */
type DeclaredDisposition =
  /** Tried again a little later, counted as an attempt; then it succeeds. */
  | 'retry'
  /** Waits for the server; nothing is counted. */
  | 'wait'
  /** Everything for that server pauses until the token is accepted. */
  | 'pause'
  /** Everything for that server waits until an edit is taken, nothing is counted. */
  | 'held'
  /** Tried again slowly, counted as a miss. */
  | 'retry_slowly'
  /** Dead letters immediately. */
  | 'dead'

export interface FaultRow {
  readonly name: string
  readonly fault: Fault
  readonly code: ErrorCode
  readonly disposition: DeclaredDisposition
  /** The server carries the request out all the same. */
  readonly applied?: boolean
  /** How many requests meet it; default: one, and all where it is for the user to mend. */
  readonly times?: number
}

const status = (code: number, more: { headers?: Record<string, string>; body?: string } = {}): Fault => ({
  kind: 'status',
  status: code,
  ...more,
})

/** The same for both servers and every request that is no upload. */
export const faultRows: readonly FaultRow[] = [
  // The server answers a probe, so it was this request only.
  { name: 'time-out, the server lives', fault: { kind: 'hang' }, code: 'timeout', disposition: 'retry' },
  { name: '401', fault: status(401), code: 'token_refused', disposition: 'pause' },
  { name: '403', fault: status(403), code: 'token_refused', disposition: 'pause' },
  { name: '408', fault: status(408), code: 'server_busy', disposition: 'retry' },
  { name: '409', fault: status(409), code: 'rejected', disposition: 'dead' },
  {
    name: '429 with Retry-After',
    fault: status(429, { headers: { 'Retry-After': '90' } }),
    code: 'server_busy',
    disposition: 'retry',
  },
  { name: '500', fault: status(500), code: 'server_error', disposition: 'retry' },
  { name: '502', fault: status(502), code: 'server_error', disposition: 'retry' },
  { name: '503', fault: status(503), code: 'server_busy', disposition: 'retry' },
  { name: '504', fault: status(504), code: 'server_error', disposition: 'retry' },
  { name: '200 with a web page', fault: { kind: 'html' }, code: 'bad_answer', disposition: 'retry' },
  // Once on a connection that was kept alive it is not even noticed: the request is repeated on a fresh one.
  { name: 'connection reset', fault: { kind: 'reset' }, code: 'unreachable', disposition: 'wait', times: 2 },
]

/** Of requests whose answer is read. */
export const readRows: readonly FaultRow[] = [
  { name: 'slow drip', fault: { kind: 'drip', everyMs: 10_000 }, code: 'timeout', disposition: 'retry' },
  { name: 'truncated body', fault: { kind: 'truncate' }, code: 'bad_answer', disposition: 'retry' },
]

/** Of writes: the server did it and only the response was lost. */
export const writeRows: readonly FaultRow[] = [
  {
    name: 'reset after it was carried out',
    fault: { kind: 'reset' },
    code: 'unreachable',
    disposition: 'wait',
    applied: true,
    times: 2,
  },
  {
    name: 'time-out after it was carried out',
    fault: { kind: 'hang' },
    code: 'timeout',
    disposition: 'retry',
    applied: true,
  },
  {
    name: '500 after it was carried out',
    fault: status(500),
    code: 'server_error',
    disposition: 'retry',
    applied: true,
  },
]

/** To a write a 403 says that the token may read only. */
export const editRows: readonly FaultRow[] = faultRows.map((row) =>
  row.name === '403' ? { ...row, code: 'edits_refused', disposition: 'held' } : row,
)
