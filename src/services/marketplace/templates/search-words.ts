/** More words make no search better. */
const MAX_WORDS = 10
const MAX_LENGTH = 60

/**
 * Pure: what a person typed as a query over the words of templates: every word must begin one of theirs. Null when there is no word in
 * it, which finds everything; quotes and operators mean nothing.
 */
export function searchQuery(typed: string | null | undefined): string | null {
  const words = typed?.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  if (words.length === 0) return null
  return words
    .slice(0, MAX_WORDS)
    .map((word) => `'${word.slice(0, MAX_LENGTH).toWellFormed()}':*`)
    .join(' & ')
}
