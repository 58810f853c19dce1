/** More words make no search better. */
const MAX_WORDS = 10
const MAX_LENGTH = 60

/**
 * Pure: converts typed text to a search query: each word must be the prefix of a template word. Null without words,
 * which matches everything; quotes and operators have no meaning.
 */
export function searchQuery(typed: string | null | undefined): string | null {
  const words = typed?.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  if (words.length === 0) return null
  return words
    .slice(0, MAX_WORDS)
    .map((word) => `'${word.slice(0, MAX_LENGTH).toWellFormed()}':*`)
    .join(' & ')
}
