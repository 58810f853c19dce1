/** Pure: a quotient of whole numbers, rounded to the nearest one, halves away from zero. The division is exact. */
export function roundedQuotient(dividend: number, divisor: number): number {
  const [above, below] = [BigInt(dividend), BigInt(divisor)]
  const magnitude = above < 0n ? -above : above
  const rounded = (2n * magnitude + below) / (2n * below)
  return Number(above < 0n ? -rounded : rounded)
}
