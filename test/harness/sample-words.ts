import type { SeededRandom } from './seeded-random.ts'

/** Invented, harmless words for titles, names and texts. */
const adjectives =
  'Quiet Copper Amber Hollow Northern Paper Velvet Distant Golden Silver Broken Early Hidden Late'.split(' ')
const nouns = 'Harbour Kettle Lantern Orchard Meadow Compass Bridge Garden Letter Window Valley River Station'.split(
  ' ',
)
const firstNames = 'Ada Bruno Clara Dario Elin Farid Greta Hugo Ines Jonas Kira Luca Mila Noor Otto Pia'.split(' ')
const lastNames = 'Abel Brandt Corvin Dahl Ebner Falk Grün Hartmann Ivarsson Jansen Keller Lindqvist Moreau'.split(' ')
const studioWords = 'Lighthouse Pinecone Riverbank Skylark Tangerine Umbrella Windmill Yellowtail Zephyr'.split(' ')
const tagWords =
  'Outdoor Indoor Portrait Night Daylight Close-up Interview Travel Music Dance Cooking Drama Comedy Slow Black-and-white Archive'.split(
    ' ',
  )
const sentences = [
  'A calm afternoon by the water.',
  'Two friends talk about the weather and repair a bicycle.',
  'Nothing happens, and it happens beautifully.',
  'The train is late again.',
  'Filmed in one take with a borrowed camera.',
]

export function sampleTitle(random: SeededRandom): string {
  return `${random.pick(adjectives)} ${random.pick(nouns)}`
}

function sampleName(random: SeededRandom): string {
  return `${random.pick(firstNames)} ${random.pick(lastNames)}`
}

/** Different names, `count` of them. */
export function sampleNames(random: SeededRandom, count: number): string[] {
  const names = new Set<string>()
  while (names.size < count) names.add(sampleName(random))
  return [...names]
}

export function sampleStudio(random: SeededRandom): string {
  return `${random.pick(studioWords)} Pictures`
}

export function sampleTags(random: SeededRandom, count: number): string[] {
  return random.sample(tagWords, count)
}

export function sampleText(random: SeededRandom): string {
  return random.sample(sentences, random.integer(1, 3)).join(' ')
}

/** `2012-03-27`: any day that exists. */
export function sampleDate(random: SeededRandom): string {
  const month = String(random.integer(1, 12)).padStart(2, '0')
  return `${random.integer(2001, 2024)}-${month}-${String(random.integer(1, 28)).padStart(2, '0')}`
}
