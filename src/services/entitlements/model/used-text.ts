import { numberText } from '#services/kernel/text/readable.js'

interface UsedWords {
  /** Counted things. */
  readonly of?: string
  readonly reserved?: number
  /** A number as the sentence shows it. */
  readonly text?: (amount: number) => string
}

/** Use beside its limit, as `3 of 5 used`. After a change to a smaller plan or limit, more can be in use than the limit: `5 used, over the limit of 3`. */
export function usedText(used: number, limit: number | null, words: UsedWords = {}): string {
  const { of = '', reserved = 0, text = numberText } = words
  const [name, held] = [of && ` ${of}`, reserved > 0 ? ` and ${text(reserved)} reserved` : '']
  if (limit === null) return `${text(used)}${name} used${held}`
  return used > limit
    ? `${text(used)}${name} used${held}, over the limit of ${text(limit)}`
    : `${text(used)} of ${text(limit)}${name} used${held}`
}
