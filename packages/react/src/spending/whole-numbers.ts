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
