/** Part of the language, but not yet of its type definitions. */
const exact = JSON as typeof JSON & {
  rawJSON(text: string): object
  isRawJSON(value: unknown): boolean
}

type Reviver = (this: unknown, name: string, value: unknown, context: { source?: string }) => unknown

/** True if a value is a number that keeps its original digits, see `parseLossless`. */
export const isRawJson = (value: unknown): boolean => exact.isRawJSON(value)

/** JSON whose numbers `JSON.stringify` writes again digit by digit, also those that no number of the language can hold. */
export function parseLossless(text: string): unknown {
  const preserveDigits: Reviver = (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value
  return JSON.parse(text, preserveDigits as Parameters<typeof JSON.parse>[1]) as unknown
}
