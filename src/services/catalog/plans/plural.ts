/** An English noun for a number: `1 seat`, `2 seats`, `2 stories`. */
export function plural(count: number, noun: string): string {
  if (count === 1) return noun
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}
