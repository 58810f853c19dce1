/** Whole numbers from 1 of a text such as `50, 80, 100`. Null if anything else is in it: `12.5` and `1,000` are not two numbers. */
export function wholeNumbers(text: string, largest: number): number[] | null {
  const parts = text
    .trim()
    .split(/,?\s+|,$/)
    .filter(Boolean)
  const numbers = parts.map(Number)
  return parts.every((part) => /^\d+$/.test(part)) && numbers.every((each) => each >= 1 && each <= largest)
    ? numbers
    : null
}

/**
 * An amount of money that a person typed, as the API reads it: `.5` is `0.5`, and `007` is `7`. The server knows the decimals of the currency, and
 * denies an amount with more.
 */
export const typedMoney = (
  text: string,
  currency: string,
): { readonly decimal: string; readonly currency: string } => ({
  decimal: text.replace(/^0+(?=\d)/, '').replace(/^(?=\.)/, '0'),
  currency,
})
