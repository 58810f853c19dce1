import { SETTINGS } from '#services/kernel/config/settings.js'
import { sampleOf } from './sample.js'

/** Letters that are typed too much, in addition to a repeated one. */
const MORE = ['E', 'S']

/** Names with two swapped letters, a letter more or a letter less than a setting has; for a sample of the settings. */
export const misspellings = (): string[] =>
  [...new Set(sampleOf([...SETTINGS], 25, 'misspellings').flatMap(misspellingsOf))].filter(
    (name) => !SETTINGS.has(name),
  )

const misspellingsOf = (setting: string): string[] =>
  Array.from({ length: setting.length + 1 }, (_, at) => {
    const [before, after] = [setting.slice(0, at), setting.slice(at)]
    const swapped = after.length > 1 ? [before + after[1] + after[0] + after.slice(2)] : []
    const less = after ? [before + after.slice(1)] : []
    return [...swapped, ...less, ...[...MORE, after[0] ?? ''].map((letter) => before + letter + after)]
  }).flat()

/** Names to which no sentence belongs that names a setting. */
export function unnamed(names: readonly string[], sentences: readonly string[]): string[] {
  const named = new Set(sentences.map((sentence) => /^(\w+) is unknown\. Did you mean \w+\?$/.exec(sentence)?.[1]))
  return names.filter((name) => !named.has(name))
}
