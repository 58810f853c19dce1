/** What an invoice comes to. All amounts in minor units. */
export interface InvoiceTotals {
  subtotal: number
  total: number
  /** The customer's balance before and after; below zero is credit. */
  startingBalance: number
  endingBalance: number
  amountDue: number
}

/**
 * Adds an invoice up: the customer's credit pays first, what the customer owes is added; an invoice below zero becomes
 * credit.
 */
export function invoiceTotals(
  lines: readonly { amount: number; net: number }[],
  { tax = 0, balance: startingBalance }: { tax?: number; balance: number },
): InvoiceTotals {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0)
  const total = lines.reduce((sum, line) => sum + line.net, tax)
  const rest = total + startingBalance
  return { subtotal, total, startingBalance, endingBalance: Math.min(0, rest), amountDue: Math.max(0, rest) }
}
