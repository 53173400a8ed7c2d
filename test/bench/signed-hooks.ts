/** Hooks as Stash's companion sends them, one request per scene over kept-alive connections. */
import { Agent, request } from 'node:http'

export interface HookOrder {
  readonly url: string
  readonly token: string
  readonly sceneIds: readonly number[]
  readonly connections: number
}

/** Resolves when all are answered; throws where one is not answered with 202. */
export async function postHooks({ url, token, sceneIds, connections }: HookOrder): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  async function drive(): Promise<void> {
    for (let id = sceneIds[next++]; id !== undefined; id = sceneIds[next++]) {
      const body = JSON.stringify({ type: 'Scene.Update.Post', id, inputFields: ['title', 'tag_ids'] })
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
      const status = await send(agent, url, 'POST', headers, body)
      if (status !== 202) throw new Error(`the hook of scene ${id} was answered with ${status}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, drive))
  agent.destroy()
}

/** One bare exchange; resolves with the status when the whole response is there. */
export function send(
  agent: Agent,
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers: { ...headers, 'Content-Length': Buffer.byteLength(body) } })
    sent.on('response', (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
