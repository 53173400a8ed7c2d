/** What a response means: from status and body to the closed table. Pure. */
import { type ErrorCode, errors } from '../../../shared/errors.ts'
import type { Fault } from '../../../shared/result.ts'
import { excerpt, placeOf } from './quote.ts'
import type { HttpResponse } from './response.ts'
import { retryAfterMs } from './retry-after.ts'

interface About {
  readonly server: string
  readonly method: string
  readonly url: string
  readonly accept: 'json' | 'bytes' | 'any'
  /** Epoch ms, for a Retry-After that is a date. */
  readonly now: number
}

/** The fault that a response stands for; null if it is the response that was asked for. */
export function faultOfResponse(response: HttpResponse, about: About): Fault | null {
  const { server, accept } = about
  const { status } = response
  if (status === 304 || (status >= 200 && status < 300)) {
    const page = status !== 304 && accept !== 'bytes' && isWebPage(response.body)
    return page ? { code: 'bad_answer', message: `${server} sent a web page in place of an answer`, status } : null
  }
  const code = codeOfStatus(status)
  const { path } = placeOf(about.url)
  if (code === 'redirected') {
    return { code, message: `${server} redirects ${path} to ${destination(response, about.url)}`, status }
  }
  if (status === 498) return { code, message: `${server} says that the token has expired (498)`, status }
  const said = excerpt(response.body)
  const message = `${server} answered ${status} to ${about.method} ${path}${said ? `: ${said}` : ''}`
  const wait = code === 'server_busy' ? retryAfterMs(response.header('retry-after'), about.now) : null
  return { code, message, status, ...(wait !== null && { retryAfterMs: wait }) }
}

/** The closed table of statuses. */
function codeOfStatus(status: number): ErrorCode {
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 401 || status === 403 || status === 498) return 'token_refused'
  if (status === 404) return 'item_gone'
  if (status === 408 || status === 429 || status === 503) return 'server_busy'
  if (status >= 500) return 'server_error'
  if (status >= 400) return 'rejected'
  return 'bad_answer'
}

/** Whether an exchange that failed still proves that the server lives; see ExchangeReport. */
export function provesLife(fault: Fault): boolean {
  if (fault.code === 'edit_failed') return true
  if (fault.status === undefined || fault.status >= 500) return false
  return fault.code !== 'server_busy' && fault.code !== 'bad_answer' && errors[fault.code].class !== 'server_down'
}

function isWebPage(body: Buffer): boolean {
  return /^\s*(<!doctype html|<html)/i.test(body.subarray(0, 200).toString('utf8'))
}

/** Origin and path of a redirect; its query may repeat ours. */
function destination(response: HttpResponse, url: string): string {
  const location = response.header('location')
  if (!URL.canParse(location, url)) return 'nowhere'
  const target = new URL(location, url)
  return `${target.origin}${target.pathname}`
}
