/**
 * node:http without what an import of it loads: an ES module reads all its exports, `WebSocket` among them, and with that one Node's
 * fetch and HTTP/2, which is a tenth of the time of a start. `require` reads none of them.
 */
import { createRequire } from 'node:module'

const http: typeof import('node:http') = createRequire(import.meta.url)('node:http')
export const { Agent, createServer, request } = http
export type Agent = InstanceType<typeof Agent>
