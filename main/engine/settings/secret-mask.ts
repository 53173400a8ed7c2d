/** How a secret is shown to people: that it is set, and enough of it to recognise it. */

/** Of a shorter secret four characters would be too much of it. */
const minLengthForTail = 12

/** `set, ends in abcd`; `set` where it is short; empty if there is none. */
export function maskSecret(secret: string): string {
  if (secret === '') return ''
  return secret.length < minLengthForTail ? 'set' : `set, ends in ${secret.slice(-4)}`
}

/** Whether a value is what `maskSecret` makes, and no secret. */
export function isSecretMask(value: unknown): boolean {
  return typeof value === 'string' && /^(?:set(?:, ends in .{4})?)?$/.test(value)
}
