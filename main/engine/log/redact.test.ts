import { describe, expect, it } from 'vitest'
import { compileRedaction } from './redact.ts'

/** Deterministic from its seed, which is part of each test's name or message. */
function randomText(seed: number, alphabet: string, length: number): string {
  let state = seed >>> 0
  let text = ''
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    text += alphabet[Math.floor((state / 2 ** 32) * alphabet.length)]
  }
  return text
}

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const plex = randomText(seed, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-', 19)
const token = `${plex}7`
const jwt = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${randomText(seed + 1, 'ABCabc0123456789', 40)}.${randomText(seed + 2, 'XYZxyz0123456789_-', 43)}`
const base64 = `${randomText(seed + 3, 'ABCDEFabcdef0123456789+/', 43)}=`
const password = randomText(seed + 4, 'abcdefghijklmnop', 12)

/** What must not be seen, and where it hid. */
const leaks: readonly (readonly [secret: string, text: string])[] = [
  // Addresses
  [token, `GET http://192.168.1.10:32400/library/sections?X-Plex-Token=${token}`],
  [token, `GET http://plex:32400/library/metadata/5?X-Plex-Token=${token}&includeGuids=1 failed with 401`],
  [token, `http://plex:32400/photo/:/transcode?width=100&url=%2Fthumb%2F1%3FX-Plex-Token%3D${token}%26x%3D1`],
  [token, `https://plex.tv/link?next=http%253A%252F%252Fh%253FX-Plex-Token%253D${token}`],
  [token, `http://localhost:9999/scene/1/stream?apikey=${token}`],
  [token, `http://localhost:9999/scene/1/screenshot?t=1&apikey=${token}&resolution=ORIGINAL`],
  [jwt, `http://localhost:9999/graphql?apikey=${jwt}`],
  [token, `http://localhost:9999/scene/1?api_key=${token}`],
  [token, `http://127.0.0.1:9798/?token=${token}`],
  [token, `Open http://127.0.0.1:9798/?token=${token}#/setup in a browser`],
  [token, `http://h/?access_token=${token}&refresh_token=${token}`],
  [token, `https://app.plex.tv/auth#?clientID=abc&code=${token}&context=x`],
  [token, `GET https://plex.tv/api/v2/pins/123?code=${token} 404`],
  [token, `http://h/download?sig=${token}&expires=1`],
  [token, `http://h/download?signature=${token}`],
  [password, `http://joe:${password}@stash.local:9999/graphql`],
  [password, `connect ECONNREFUSED https://joe:${password}@nas/stash`],
  [token, `http://${token}@stash.local/`],
  [password, `http://joe:p@${password}@nas/`],
  [password, `next=http%3A%2F%2Fjoe%3A${password}%40nas%2Fstash`],
  [password, `smb://joe:${password}@nas/share/media`],
  [token, `wss://plex.tv/notify?X-Plex-Token=${token}`],
  // Headers
  [token, `X-Plex-Token: ${token}`],
  [token, `x-plex-token:${token}`],
  [token, `X-PlexSync-Token: ${token}`],
  [token, `ApiKey: ${token}`],
  [jwt, `ApiKey: ${jwt}`],
  [password, `ApiKey: ${password}`],
  [token, `Authorization: Bearer ${token}`],
  [password, `Authorization: Bearer ${password}`],
  [base64, `authorization: Basic ${base64}`],
  [password, `Proxy-Authorization: Digest username="joe", realm="x", response="${password}"`],
  [token, `Cookie: session=${token}; theme=dark`],
  [token, `Cookie: theme=dark; session=${token}`],
  [token, `set-cookie: session=${token}; Path=/; HttpOnly`],
  [base64, `webhook-signature: v1,${base64}`],
  [base64, `signature mismatch: got v1,${base64}`],
  [token, `curl -H 'X-Plex-Token: ${token}' http://plex:32400/identity`],
  [token, `curl -H "Authorization: Bearer ${token}" -X POST http://127.0.0.1:9797/hooks/stash`],
  [token, `curl --cookie "session=${token}" http://localhost:9999`],
  [token, `sent Bearer ${token} and was refused`],
  // What JavaScript prints
  [token, `headers: { Accept: 'application/json', 'X-Plex-Token': '${token}' }`],
  [token, `headers: AxiosHeaders { accept: '*/*', ApiKey: '${token}', 'User-Agent': 'axios' }`],
  [token, `{ authorization: 'Bearer ${token}', host: 'x' }`],
  [token, `'set-cookie': [ 'a=b; Path=/', 'session=${token}; Path=/' ]`],
  [token, `rawHeaders: [ 'Host', 'x', 'X-Plex-Token', '${token}', 'Accept', '*/*' ]`],
  [token, `rawHeaders: ["Cookie","session=${token}","Accept","*/*"]`],
  [password, `auth: { username: 'joe', password: '${password}' }`],
  [
    token,
    `AxiosError: Request failed\n    at settle (x.js:1:2) {\n  config: { params: { 'X-Plex-Token': '${token}' } }`,
  ],
  [token, `Error: getaddrinfo ENOTFOUND http://plex/?X-Plex-Token=${token}\n    at GetAddrInfoReqWrap.onlookup`],
  [token, `TypeError: Invalid URL\n    input: 'http://plex:99999/?X-Plex-Token=${token}'`],
  [token, `Error: x\n  [cause]: Error: GET http://plex/?X-Plex-Token=${token}`],
  // JSON
  [token, JSON.stringify({ authToken: token, id: 1 })],
  [token, JSON.stringify({ headers: { 'X-Plex-Token': token, Accept: 'json' } })],
  [token, JSON.stringify({ body: JSON.stringify({ plex_token: token, a: 1 }) })],
  [token, JSON.stringify(JSON.stringify({ body: JSON.stringify({ plex_token: token, a: 1 }) }))],
  [password, JSON.stringify({ stash_api_key: password })],
  [`${password}"tail`, JSON.stringify({ password: `a"${password}"tail` })],
  [token, `{"hook_token": "${token}`],
  [token, JSON.stringify({ tokens: ['x', token] })],
  [jwt, JSON.stringify({ data: { generateAPIKey: jwt } })],
  [jwt, JSON.stringify({ configuration: { general: { apiKey: jwt, username: 'joe' } } })],
  [token, `{"server_connection":{"Scheme":"http","SessionCookie":{"Name":"session","Value":"${token}","Path":"/"}}}`],
  // GraphQL
  [token, `{"query":"mutation($i: Map!) {…}","variables":{"input":{"plex_token":"${token}"}}}`],
  [token, `mutation { configurePlugin(plugin_id: "plexsync", input: {hook_token: "${token}"}) }`],
  [token, `query { validateStashBoxCredentials(input: {endpoint: "http://x/hooks", api_key: "${token}"}) { valid } }`],
  [token, `variables: { input: { api_key: '${token}' } }`],
  // Go (Stash) and XML (Plex)
  [token, `map[Accept:[*/*] Apikey:[${token}] Cookie:[session=${token}]]`],
  [token, `&http.Cookie{Name:"session", Value:"${token}", Path:"/"}`],
  [token, `<user id="1" authToken="${token}" email="x"/>`],
  [token, `<Device accessToken="${token}" provides="server"/>`],
  [token, `<Preferences PlexOnlineToken="${token}" PlexOnlineUsername="joe"/>`],
  [token, `<authentication-token type="string">${token}</authentication-token>`],
  // Settings, environment, command line
  [token, `PLEX_TOKEN=${token} plexsync serve`],
  [token, `PLEX_TOKEN='${token}'`],
  [token, `export STASH_API_KEY="${token}"`],
  [token, `PLEXSYNC_HOOK_TOKEN: ${token}`],
  [token, `plexsync --plex-token ${token} status`],
  [token, `plexsync --plex-token=${token} status`],
  [token, `plexsync --set plex_token=${token}`],
  [token, `argv: [ 'serve', '--set', 'stash_api_key=${token}' ]`],
  [token, `plex_token: ${token} was refused`],
  [token, `token => ${token}`],
  [token, `secret = ${token};`],
  [token, `client_secret=${token}, retry in 3s`],
  [password, `passphrase="${password} with blanks"`],
  // By their own form
  [base64.slice(0, -1), `whsec_${base64}`],
  [base64.slice(0, -1), `the secret is whsec_${base64}.`],
  [jwt.slice(40), `found ${jwt} in the page`],
  [jwt.slice(0, 36).slice(10), `cut off: ${jwt.slice(0, 36)}`],
  [base64, `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`],
]

describe(`redaction by shape (SEED=${seed})`, () => {
  const redact = compileRedaction([])

  it('has at least 70 cases', () => expect(leaks.length).toBeGreaterThanOrEqual(70))

  it.each(leaks)('takes out %s of %s', (secret, text) => {
    expect(text).toContain(secret.includes('"') ? secret.split('"')[0] : secret)
    const clean = redact(text)
    for (const part of secret.split('"')) expect(clean).not.toContain(part)
    expect(clean).toContain('***')
  })

  it('keeps what surrounds a secret readable', () => {
    expect(redact(`GET http://plex:32400/identity?X-Plex-Token=${token}&a=1 failed with 401`)).toBe(
      'GET http://plex:32400/identity?X-Plex-Token=***&a=1 failed with 401',
    )
    expect(redact(`{"headers":{"X-Plex-Token":"${token}","Accept":"json"}}`)).toBe(
      '{"headers":{"X-Plex-Token":"***","Accept":"json"}}',
    )
    expect(redact(`http://joe:${password}@nas:9999/x`)).toBe('http://***@nas:9999/x')
    expect(redact(`(token=${token}), then the next`)).toBe('(token=***), then the next')
  })

  it('changes nothing when done twice', () => {
    for (const [, text] of leaks) expect(redact(redact(text))).toBe(redact(text))
  })
})

const ordinary = [
  '[PlexSync] Initialization complete',
  '[PlexSync] Configuration error: plex_url: plex_url must start with http:// or https://',
  '[PlexSync] Configuration error: plex_token: plex_token is required',
  '[PlexSync] Configuration error: plex_token: must have at least 10 characters; hook_token: must be text',
  '[PlexSync] Configuration error: stash_api_key: must have no spaces and no special characters; copy it again',
  '[PlexSync] Authentication failed: Unauthorized',
  '[PlexSync] Searching all 5 libraries (set plex_library to speed up)',
  '[PlexSync Hook] Enqueued sync job for scene 123 in 4.2ms',
  '[PlexSync Worker] Processing job 456 for scene 123 (attempt 1)',
  "[PlexSync Worker] Added 2 performers: ['Performer A', 'Performer B']",
  '[PlexSync Worker] Job 456 failed (attempt 1/5), retry in 3.2s: Connection error: connect ECONNREFUSED 10.0.0.2:32400',
  "[PlexSync Matcher] Searching 'Library' for: Scene Name - 2026-01-30.mp4",
  "[PlexSync Matcher] LOW confidence match for 'filename.mp4': 3 candidates found",
  'Plex token invalid: the server answered 401. Sign in again.',
  'token: Unauthorized',
  'The Plex token is missing; set plex_token or PLEX_TOKEN',
  'Settings changed: plex_token, stash_api_key, max_retries',
  "changed: [ 'plex_token', 'stash_api_key' ]",
  '{"plex_token":"set, ends in abcd","stash_api_key":"","hook_token":"set"}',
  '{"token":null,"session":true,"secret":""}',
  'A stale lease token was refused for job 456',
  'Title: The Secret Token of the Password Keeper (2023) [1080p].mp4',
  'Scene "Cookie Session 2" unchanged, nothing to write',
  'rating_key=12345 section=2 code=rejected fate=dead_letter',
  'GET http://192.168.1.10:32400/library/sections/2/all?type=1&X-Plex-Container-Start=0 200 in 12ms',
  'Webhook http://127.0.0.1:9797/hooks/stash, window http://127.0.0.1:9798/',
  '/media/Bearer of Bad News/KeyJump.trailer.mp4',
  'bearer authentication is expected',
  'user@example.com wrote to http://example.com/a/b@2x.png',
  'Sign in with Plex: the code is shown at https://plex.tv/link',
  'at Exchange.send (file:///opt/plexsync/main/engine/http/exchange.ts:120:15)',
  'Signature check took 0.2ms',
  'tokens: 3, secrets: 2, sessions: 14',
  'Use --plex-token or PLEX_TOKEN, and --hook-token --json',
]

describe('ordinary lines', () => {
  const redact = compileRedaction(['Zx9_kQ-pL3abcDEF12w'])
  it.each(ordinary)('leaves alone: %s', (line) => expect(redact(line)).toBe(line))
})

describe('known values', () => {
  const alphabets = [
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
    '0123456789abcdef',
    '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~aZ09',
  ]
  const bytesOf = (text: string) => Buffer.from(text, 'utf8')

  it(`do not survive in any form (SEED=${seed})`, () => {
    for (let round = 0; round < 60; round++) {
      const secret = randomText(seed + round, alphabets[round % alphabets.length] ?? '', 10 + (round % 23))
      const redact = compileRedaction([secret, 'another-secret-value'])
      const before = randomText(seed + round + 1, 'abc', round % 4)
      const mixed = `${before}${secret}${randomText(seed + round + 2, 'xyz', round % 5)}`
      const forms = [
        secret,
        JSON.stringify({ note: secret }),
        JSON.stringify(JSON.stringify({ note: secret })),
        encodeURIComponent(secret),
        encodeURIComponent(encodeURIComponent(secret)),
        new URLSearchParams({ q: secret }).toString(),
        bytesOf(secret).toString('hex'),
        bytesOf(secret).toString('hex').toUpperCase(),
        String(bytesOf(secret).toJSON().data),
        bytesOf(secret).toString('base64'),
        bytesOf(secret).toString('base64url'),
        bytesOf(mixed).toString('base64'),
        bytesOf(mixed).toString('base64url'),
        encodeURIComponent(bytesOf(mixed).toString('base64')),
      ]
      for (const form of forms) {
        const clean = redact(`the note ${form} was read`)
        const message = `seed ${seed}, round ${round}, secret ${secret}, form ${form}, left ${clean}`
        expect(clean, message).toContain('***')
        expect(survivors(clean, secret), message).toEqual([])
      }
    }
  })

  /** Pieces of the secret of 8 characters or more that can still be read, in the clear or after decoding. */
  function survivors(clean: string, secret: string): string[] {
    const words = clean.split(/[^A-Za-z0-9+/_%-]+/)
    const readings = [clean, ...words.map((word) => Buffer.from(word, 'base64').toString('latin1'))]
    const found: string[] = []
    for (let at = 0; at + 8 <= secret.length; at++) {
      const piece = secret.slice(at, at + 8)
      if (readings.some((reading) => reading.includes(piece))) found.push(piece)
    }
    return found
  }

  it('are not searched for when they are shorter than 6 characters', () => {
    expect(compileRedaction(['ab'])('cab fare: about 5')).toBe('cab fare: about 5')
    expect(compileRedaction(['ab'])('ApiKey: ab')).toBe('ApiKey: ***')
  })

  it('are taken out longest first', () => {
    expect(compileRedaction(['secret1', 'secret1-and-more'])('x secret1-and-more y')).toBe('x *** y')
  })
})
