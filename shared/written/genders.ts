/** Genders of performers, as Stash names them. */
export const genders = ['FEMALE', 'MALE', 'TRANSGENDER_FEMALE', 'TRANSGENDER_MALE', 'INTERSEX', 'NON_BINARY'] as const

/** The name as Stash has it, whatever its letter case and separators; null if Stash has no such gender. */
export function genderOf(name: string): string | null {
  const wanted = name
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_')
  return genders.find((gender) => gender === wanted) ?? null
}
