/**
 * A real browser, a page of another origin, and the user who is signed in to PlexSync in another tab: whatever the page
 * tries, nothing is stored, nothing is called, and it reads nothing.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { remoteTicket } from '../../main/headless/backend.ts'
import { findHolder } from '../../main/host/instance.ts'
import { type AppProcess, startApp } from '../harness/app-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { launchBrowser } from './window/browser.ts'

const hookToken = 'a-hook-token-that-the-page-knows'
const hook = { type: 'Scene.Update.Post', id: '4711', inputFields: ['title'] }

/** An empty page on a separate port: another origin, though the same site as far as cookies go. */
async function startPage() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>another page</title><body>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Attack {
  readonly webhookUrl: string
  readonly windowUrl: string
  readonly token: string
  readonly hook: object
}

/** Everything that a page can send automatically. Runs in the browser; resolves with what it could read. */
async function attack({ webhookUrl, windowUrl, token, hook }: Attack): Promise<string[]> {
  const read: string[] = []
  const body = JSON.stringify(hook)
  const json = { 'Content-Type': 'application/json' }
  const targets = [
    webhookUrl,
    `${webhookUrl}/ack?type=Scene.Update.Post&id=4711&fields=title`,
    `${windowUrl}/api/pause`,
    `${windowUrl}/api/window-ticket`,
    `${windowUrl}/api/saveSettings`,
  ]
  for (const url of targets) {
    const requests: RequestInit[] = [
      { method: 'POST', body, mode: 'no-cors', credentials: 'include' },
      { method: 'POST', body, mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': 'text/plain' } },
      { method: 'POST', body, headers: json, credentials: 'include' },
      { method: 'POST', body, headers: { ...json, Authorization: `Bearer ${token}` } },
      { method: 'POST', body, headers: { ...json, ApiKey: token } },
      { method: 'GET', credentials: 'include' },
    ]
    for (const request of requests) {
      const answer = await fetch(url, request).catch(() => null)
      if (answer !== null && answer.type !== 'opaque') read.push(`${url}: ${answer.status} ${await answer.text()}`)
    }
    navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }))
    // A form can make a body that is JSON, by a name that ends in the middle of a string.
    const frame = document.createElement('iframe')
    frame.name = `frame-${Math.random()}`
    document.body.append(frame)
    const form = document.createElement('form')
    Object.assign(form, { action: url, method: 'POST', enctype: 'text/plain', target: frame.name })
    const field = document.createElement('input')
    field.name = `${body.slice(0, -1)},"x":"`
    field.value = '"}'
    form.append(field)
    document.body.append(form)
    const sent = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
    form.submit()
    await sent
  }
  await new Promise<void>((resolve) => {
    const stream = new EventSource(`${windowUrl}/api/events`, { withCredentials: true })
    stream.onopen = () => {
      read.push('events')
      resolve()
    }
    stream.onerror = () => resolve()
  })
  const image = new Image()
  await new Promise<void>((resolve) => {
    image.onload = image.onerror = () => resolve()
    image.src = `${windowUrl}/api/openapi.json`
  })
  return read
}

async function state(app: AppProcess): Promise<unknown> {
  const { total } = await app.call('listActivity')
  const { paused, last_event_at, queue } = await app.call('getStatus')
  return { total, paused, last_event_at, queue }
}

const untouched = { total: 0, paused: false, last_event_at: null, queue: { ready: 0, delayed: 0, in_progress: 0 } }

/** The window itself, so that the session is really there while the other page tries. */
async function signIn(page: Page, dataFolder: string): Promise<void> {
  const holder = findHolder(dataFolder)
  const address = holder === null ? null : await remoteTicket(holder)
  if (!address?.ok) throw new Error('no address of the window')
  await page.goto(address.value)
  const status = await page.evaluate(async () => {
    const answer = await fetch('/api/getStatus', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    })
    return answer.status
  })
  expect(status).toBe(200)
}

it('a page of another origin stores nothing, calls nothing and reads nothing', async () => {
  await using folder = await makeTempFolder('plexsync-browser-')
  await using app = await startApp({ dataFolder: folder.path, environment: { PLEXSYNC_HOOK_TOKEN: hookToken } })
  await using other = await startPage()
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext()
    await signIn(await context.newPage(), folder.path)
    const page = await context.newPage()
    // By address it is the same site as the window, so that cookies go along; by name it is not.
    for (const host of ['127.0.0.1', 'localhost']) {
      await page.goto(`http://${host}:${other.port}/`)
      const windowUrl = new URL(app.uiUrl).origin
      const read = await page.evaluate(attack, { webhookUrl: app.webhookUrl, windowUrl, token: hookToken, hook })
      expect(read).toEqual([])
      expect(page.url()).toBe(`http://${host}:${other.port}/`)
    }
  } finally {
    await browser.close()
  }
  expect(await state(app)).toEqual(untouched)
  // The same hook from a program is stored: what was refused was the page, not the hook.
  const sent = await fetch(app.webhookUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${hookToken}` },
    body: JSON.stringify(hook),
  })
  expect(sent.status).toBe(202)
  expect(app.stderr()).toContain('sent by a web page')
})

it('the window cannot be framed by another page', async () => {
  await using folder = await makeTempFolder('plexsync-browser-')
  await using app = await startApp({ dataFolder: folder.path })
  await using other = await startPage()
  const browser = await launchBrowser()
  try {
    const page = await (await browser.newContext()).newPage()
    const refusals: string[] = []
    page.on('console', (message) => refusals.push(message.text()))
    await page.goto(`http://127.0.0.1:${other.port}/`)
    await page.evaluate(
      (url) =>
        new Promise<void>((resolve) => {
          const frame = document.createElement('iframe')
          frame.onload = () => resolve()
          frame.src = url
          document.body.append(frame)
        }),
      `${new URL(app.uiUrl).origin}/`,
    )
    expect(refusals.join('\n')).toMatch(/frame-ancestors|Refused to display|ERR_BLOCKED_BY_RESPONSE|Framing/)
  } finally {
    await browser.close()
  }
})
