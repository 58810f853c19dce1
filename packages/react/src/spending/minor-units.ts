/** A decimal text in the smallest unit of its currency. The text is moved, not computed. */
export function minorUnits(decimal: string, currency: string): number {
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  const [whole = '', fraction = ''] = decimal.split('.')
  return Number(whole + fraction.slice(0, digits).padEnd(digits, '0'))
}
