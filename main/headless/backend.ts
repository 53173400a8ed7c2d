/**
 * The way from the command line to an engine: the one that `serve` runs on this data folder, over its API, or one of our
 * own in this process. Every verb is written against the contract and does not notice the difference.
 */
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { calls, type Invoke } from '../../shared/contract.ts'
import { errorCodeSchema } from '../../shared/domain.ts'
import { fail, type Result, textOf } from '../../shared/result.ts'
import { request as sendRequest } from '../engine/http/node-http.ts'
import type { Holder } from '../host/instance.ts'

const responseSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    fault: z.object({ code: errorCodeSchema, message: z.string(), status: z.number().optional() }),
  }),
])

/** Calls the process that holds the data folder. */
export function remoteInvoke(holder: Holder): Invoke {
  const { apiUrl, apiKey } = holder
  return async (name, request, signal) => {
    if (apiUrl === null)
      return fail(
        'already_running',
        `PlexSync (pid ${holder.pid}) is starting on this data folder; try again in a moment`,
      )
    const answer = await post(`${apiUrl}/api/${name}`, apiKey, request, signal)
    if (!answer.ok) return answer
    const value = calls[name].response.safeParse(answer.value)
    if (!value.success) return fail('bad_answer', 'The running PlexSync is of another version; restart it')
    // The schema is the call's own; the compiler does not follow the index.
    return { ok: true, value: value.data } as Awaited<ReturnType<Invoke>> as never
  }
}

/** An address of the window that opens once. */
export async function remoteTicket(holder: Holder): Promise<Result<string>> {
  if (holder.apiUrl === null) return fail('not_configured', 'PlexSync is just starting; try again in a moment')
  const response = await fetch(`${holder.apiUrl}/api/window-ticket`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${holder.apiKey}` },
  })
  const { ticket } = z.object({ ticket: z.string() }).parse(await response.json())
  return { ok: true, value: `${holder.apiUrl}/?token=${ticket}` }
}

async function post(url: string, apiKey: string, request: unknown, signal: AbortSignal): Promise<Result<unknown>> {
  try {
    const parsed = responseSchema.safeParse(JSON.parse(await postJson(url, apiKey, JSON.stringify(request), signal)))
    if (!parsed.success)
      return fail('bad_answer', 'The running PlexSync answered in the format of another version; restart it')
    return parsed.data.ok ? { ok: true, value: parsed.data.value } : { ok: false, fault: parsed.data.fault }
  } catch (error) {
    if (signal.aborted) return fail('cancelled', 'Stopped')
    return fail('unexpected', `The running PlexSync did not answer: ${textOf(error)}`)
  }
}

/** Waits for as long as it takes: `fetch` gives up after 300 s, and a slow server may need longer for what was asked. */
function postJson(url: string, apiKey: string, body: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Authorization: `Bearer ${apiKey}`,
    }
    const sent = sendRequest(url, { method: 'POST', headers, signal })
    sent.on('response', (response) => text(response).then(resolve, reject))
    sent.on('error', reject)
    sent.end(body)
  })
}
