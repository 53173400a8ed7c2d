/** Sends by axios: the way of the rare questions to plex.tv. It is loaded with the first of them. */
import type { AxiosInstance } from 'axios'
import { type Received, type Sending, tooLongError } from './sender.ts'

let instance: Promise<AxiosInstance> | null = null

export async function sendByAxios({
  method,
  url,
  headers,
  body,
  maxBytes,
  watch,
  agent,
  signal,
  rows,
}: Sending): Promise<Received> {
  instance ??= makeInstance()
  const client = await instance
  try {
    const response = await client.request<Buffer>({
      httpAgent: agent,
      httpsAgent: agent,
      method,
      url: url.href,
      // Axios would call an upload a form, and an empty PUT too.
      headers: { 'Content-Type': false, ...headers },
      data: body,
      maxContentLength: maxBytes,
      transport: watch,
      ...(signal && { signal }),
    })
    const { status, data } = response
    const takes = rows !== undefined && status === 200
    if (takes) rows.push(data)
    return { status, headers: plainHeaders(response.headers), body: takes ? rows.rest() : data }
  } catch (error) {
    throw error instanceof Error && error.message.startsWith('maxContentLength') ? tooLongError() : error
  }
}

async function makeInstance(): Promise<AxiosInstance> {
  const { default: axios } = await import('axios')
  return axios.create({
    maxRedirects: 0,
    proxy: false,
    decompress: true,
    responseType: 'arraybuffer',
    validateStatus: null,
    // The defaults would look into every body; ours are bytes already.
    transformRequest: [],
    transformResponse: [],
  })
}

function plainHeaders(headers: object): Received['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
