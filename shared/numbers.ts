/** Numbers of a language. */
export interface Numbers {
  /** "1,204". */
  format(value: number): string
  /** With its noun: "1 change", "1,204 changes". */
  count(value: number, one: string, more: string): string
}

export function numbersOf(language: 'en' | 'de'): Numbers {
  // Made with the first number: the data of a language takes 20 ms to load, which no start needs to wait for.
  let made: Intl.NumberFormat | undefined
  const format = (value: number): string => {
    made ??= new Intl.NumberFormat(language)
    return made.format(value)
  }
  return { format, count: (value, one, more) => `${format(value)} ${value === 1 ? one : more}` }
}
