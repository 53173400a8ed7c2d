/**
 * Takes secrets out of text before it reaches any sink. Two nets: the exact values that PlexSync knows, in every form
 * in which they travel, and the shapes by which a secret gives itself away (its name, or its own form).
 *
 * Every repetition that may fail at its end is bounded, so that no hostile title makes a line cost more than linear time.
 *
 * It errs towards taking out too much, with one limit: prose must stay readable. `plex_token: must have at least 10
 * characters` is a line that people search for, so a value after a bare colon goes only if it looks like a token.
 */

/** What replaces a secret. */
const mark = '***'

export type Redact = (text: string) => string

/**
 * Shorter known values are not searched for: a key such as `a` would tear holes into every line. Their names still
 * give them away (`ApiKey: a`).
 */
const minKnownLength = 6

/**
 * Builds the redaction for the secrets in force. Compile once per change of a secret; a typical line then costs a few
 * microseconds.
 */
export function compileRedaction(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= minKnownLength).flatMap(formsOf))]
  // The longest first: a form that contains another one must not be left half.
  forms.sort((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, mark)
    return anyHint.test(clean) ? redactShapes(clean) : clean
  }
}

/** The forms in which a secret travels: as it is, escaped for JSON and URLs, in base64 at each alignment, and as bytes. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const hex = bytes.toString('hex')
  const escaped = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    ...urlForms(secret),
    hex,
    hex.toUpperCase(),
    // As `<Buffer 61 62 63>` and as {"type":"Buffer","data":[97,98,99]}.
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    [...bytes].join(','),
    ...base64Forms(bytes),
  ]
}

/** Percent-encoded by encodeURIComponent, strictly (RFC 3986), as a form, in small letters, and twice. */
function urlForms(secret: string): string[] {
  const encoded = encodeURIComponent(secret)
  const strict = encoded.replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const forms = [encoded, strict, new URLSearchParams({ q: secret }).toString().slice(2), encodeURIComponent(encoded)]
  return [...forms, ...forms.map((form) => form.replace(/%../g, (code) => code.toLowerCase()))]
}

/**
 * The part of a base64 text that is the same whatever comes before and after the secret, for each of the three
 * alignments: `Basic base64(user:SECRET)` hides it from a search for base64(SECRET).
 */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Characters that also carry bits of a neighbour differ from case to case: they are left out at both ends.
    const start = Math.ceil((shift * 8) / 6)
    const end = Math.floor(((shift + bytes.length) * 8) / 6)
    const part = text.slice(start, end)
    return [part, part.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(part)]
  })
}

/** A line without any of these holds nothing for the patterns below. */
const anyHint =
  /token|secret|passw|passphrase|pwd|api[-_]?key|authori|cookie|session|sid=|credential|bearer|whsec_|sig|jwt|code=|eyJ|v1a?,|:\/\/|%3a%2f%2f|PRIVATE KEY/i

function redactShapes(text: string): string {
  let clean = text
  for (const [pattern, replacement] of shapes) clean = clean.replace(pattern, replacement)
  return redactPairs(clean)
}

const shapes: readonly (readonly [RegExp, string])[] = [
  // http://user:password@host, also with an @ in the password, and percent-encoded inside another URL.
  [/(:\/\/)[^\s/?#"'<>\\]*@/g, `$1${mark}@`],
  [/(%3a%2f%2f)(?:(?!%2f|%3f|%23)[^\s/?#"'<>&])*%40/gi, `$1${mark}%40`],
  // JSON web tokens (Stash's API key is one), also cut off after the header.
  [/(?<![A-Za-z0-9])eyJ(?:hbGci|0eXAi|raWQi|[\w-]{10,1000}\.[\w-]{10,})[\w.-]*/g, mark],
  // Standard Webhooks: the secret, and signatures made with it.
  [/whsec_[\w+/=%-]{4,}/g, mark],
  [/\b(v1a?,)[\w+/=-]{20,}/g, `$1${mark}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mark],
  // Stash hands its plugins a login of the acting user: {"SessionCookie":{"Name":"session","Value":"…"}}.
  [/(cookie\\*["']?\s*[:=]?\s*)\{[^{}]*\}?/gi, `$1{${mark}}`],
  // `Bearer abc` outside of a header; a word of prose has neither digits nor signs.
  [/\b(bearer(?:\s+|%20|\+))(?=[^\s"',;]*[\d_~+/=])[^\s"',;\\]{6,}/gi, `$1${mark}`],
  // Command lines: --plex-token abc
  [/(--[\w-]{0,60}(?:token|secret|password|api-key)\s+["']?)[^\s"']{8,}/gi, `$1${mark}`],
  // Raw header lists: [ 'X-Plex-Token', 'abc' ]. Only names of headers, for a list of setting names looks the same.
  [
    /((?:x-[\w-]{0,60}(?:token|key)|api-?key|authorization|cookie2?|webhook-signature)\\*["']\s*,\s*\\*["'])[^"'\\]+/gi,
    `$1${mark}`,
  ],
  // XML elements; attributes are pairs.
  [/((?:token|secret|password|api-?key)(?:\s[^<>]{0,200})?>)[^<>]+(?=<)/gi, `$1${mark}`],
]

/**
 * The end of a secret's name, whatever precedes it (X-Plex-Token, authToken, PLEX_TOKEN), the quote that closes
 * the name, the separator, and the bracket of a list.
 */
const pairStart =
  /(tokens?|secrets?|passw(?:or)?ds?|passphrase|pwd|api[-_]?keys?|authorization|cookies?2?|credentials?|session(?:[-_]?id)?|signature|\b(?:sid|sig|jwt)|(?<=[?&#]|%26|%3f)code)(\\*["']?)(\s*(?:=>|[:=]|%3[ad]|%253[ad])\s*)(\[)?/gi

/** Headers: no prose follows them. */
const headerName = /(?:\bx-[\w-]+|(?<![\w-])api-?key|authorization|cookie2?|webhook-signature)$/i
/** Headers whose value may hold blanks, so that it ends with the line. */
const wideHeaderName = /(?:authorization|cookie2?)$/i

const quotedValue = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|(\\+["'])[\s\S]*?(?:\1|$)/y
const listValue = /[^\]]+/y
const wideValue = /digest[^\r\n]*|[^\r\n"'[\]{}]+/iy
const bareValue = /[^\s"'&<>\\[\]{}]{1,4000}/y
/** What the user may see of a secret, and what is none. */
const harmless = /^(?:true|false|null|undefined|none|set|set, ends in .{4}|unset|missing|empty|yes|no|\*+|\d{1,4})?$/i

interface Span {
  readonly from: number
  readonly to: number
}

/** Replaces the values of `name=value`, `"name": "value"`, `name: value`, `name: [ values ]` and their kin. */
function redactPairs(text: string): string {
  let clean = ''
  let copied = 0
  pairStart.lastIndex = 0
  for (let found = pairStart.exec(text); found !== null; found = pairStart.exec(text)) {
    const span = secretValueOf(text, found)
    // Without a value continue right behind: what looked like one may be the next name (`token: token=abc`).
    if (span === null) continue
    clean += text.slice(copied, span.from) + mark
    copied = span.to
    pairStart.lastIndex = span.to
  }
  return copied === 0 ? text : clean + text.slice(copied)
}

/** Where the secret value of a pair begins and ends; null if there is none. */
function secretValueOf(text: string, pair: RegExpExecArray): Span | null {
  const [whole, name = '', nameQuote, separator = '', bracket] = pair
  const from = pair.index + whole.length
  if (bracket !== undefined) return spanOf(matchAt(listValue, text, from), from)
  const quoted = matchAt(quotedValue, text, from)
  if (quoted !== null) {
    const quote = quoted[1] ?? quoted[0].slice(0, 1)
    const closed = quoted[0].length >= 2 * quote.length && quoted[0].endsWith(quote)
    return spanOf([quoted[0].slice(quote.length, closed ? -quote.length : undefined)], from + quote.length)
  }
  if (wideHeaderName.test(name)) return spanOf(matchAt(wideValue, text, from), from)
  const bare = matchAt(bareValue, text, from)
  // Punctuation of the sentence around it is not part of the value.
  const value = withoutPunctuation(bare?.[0] ?? '')
  const certain =
    nameQuote !== '' ||
    !separator.includes(':') ||
    looksLikeToken(value) ||
    headerName.test(text.slice(Math.max(0, pair.index - 40), pair.index + name.length))
  return certain ? spanOf([value], from) : null
}

function withoutPunctuation(value: string): string {
  let end = value.length
  while (end > 0 && '),;.:'.includes(value.charAt(end - 1))) end--
  return value.slice(0, end)
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at
  return sticky.exec(text)
}

function spanOf(match: readonly string[] | null, from: number): Span | null {
  const value = match?.[0] ?? ''
  return harmless.test(value.trim()) ? null : { from, to: from + value.length }
}

/** Distinguished from a word of prose by digits among letters, or by capitals in the middle of a long one. */
function looksLikeToken(value: string): boolean {
  if (value.length >= 6 && /\d/.test(value) && /[A-Za-z]/.test(value)) return true
  return value.length >= 16 && /[a-z]/.test(value) && /.[A-Z]/.test(value)
}
