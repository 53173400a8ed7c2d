/** The least a headless app with a window can be: a hono server that says when it listens. The floor of the start. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (context) => context.text('ok'))
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => process.stdout.write('{"ready":true}\n'))
process.once('SIGTERM', () => process.exit(0))
