/** compose.yaml: that it parses, and that what it sets makes the three servers find each other and the same files. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  restart: z.literal('unless-stopped'),
  ports: z.array(z.string()),
  volumes: z.array(z.string()),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
})
const composeSchema = z.strictObject({
  services: z.strictObject({ stash: serviceSchema, plex: serviceSchema, plexsync: serviceSchema }),
})

const text = readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8')

/** The services as compose sees them with these variables. Throws where one that is required is not given. */
function servicesWith(variables: Readonly<Record<string, string>>) {
  const filled = text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind: string, rest: string) => {
    const value = variables[name]
    if (value) return value
    if (kind === '?') throw new Error(`${name}: ${rest}`)
    return rest ?? ''
  })
  return composeSchema.parse(parse(filled)).services
}
const given = { MEDIA: '/srv/media', PLEX_TOKEN: 'plex-token', STASH_API_KEY: 'stash-key' }

it('asks for what it cannot guess', () => {
  expect(() => servicesWith({ PLEX_TOKEN: 'x' })).toThrow('MEDIA: set MEDIA in .env')
  expect(() => servicesWith({ MEDIA: '/srv' })).toThrow('PLEX_TOKEN: set PLEX_TOKEN in .env')
})

it('sets what PlexSync knows, each address being the name of a service', async () => {
  const { plexsync } = servicesWith(given)
  await using folder = await makeMemoryFolder()
  const listed = await runCli(['config', 'list', '--json', '--data-dir', folder.path], plexsync.environment)
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(jsonOf(listed)).toMatchObject({
    plex_url: 'http://plex:32400',
    plex_token: 'set',
    stash_url: 'http://stash:9999',
    stash_api_key: 'set',
    webhook_host: '0.0.0.0',
    webhook_hosts: 'plexsync',
  })
})

it('maps the folder of Stash to the folder of Plex, which are the same one', () => {
  const { stash, plex, plexsync } = servicesWith(given)
  const mountOf = (volumes: readonly string[]) =>
    volumes.find((volume) => volume.startsWith(`${given.MEDIA}:`))?.split(':')[1]
  expect(plexsync.environment.PLEXSYNC_PATH_MAP).toBe(`${mountOf(stash.volumes)} => ${mountOf(plex.volumes)}`)
})

it('runs PlexSync without rights: its own user, nothing writable but the data folder', () => {
  const { plexsync } = servicesWith(given)
  expect(plexsync).toMatchObject({
    user: '1000:1000',
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    volumes: ['./plexsync:/data'],
  })
  expect(servicesWith({ ...given, PUID: '99', PGID: '100' }).plexsync.user).toBe('99:100')
})

it('gives a stop more time than PlexSync takes, and shows the window to this machine only', () => {
  const { plexsync } = servicesWith(given)
  expect(Number.parseInt(plexsync.stop_grace_period ?? '', 10)).toBeGreaterThan(30)
  expect(plexsync.ports).toEqual(['127.0.0.1:9798:9798'])
})
