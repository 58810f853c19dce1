/** Totals of an invoice. All amounts are in minor units. */
export interface InvoiceTotals {
  subtotal: number
  total: number
  /** The customer's balance before and after; below zero is credit. */
  startingBalance: number
  endingBalance: number
  amountDue: number
}

/**
 * Totals of an invoice: the customer's credit is used first, and a debt is added; a negative total becomes credit. An
 * amount below the minimum is not due, and is added to the next invoice.
 */
export function invoiceTotals(
  lines: readonly { amount: number; net: number }[],
  { tax = 0, balance: startingBalance, minimum = 1 }: { tax?: number; balance: number; minimum?: number },
): InvoiceTotals {
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0)
  const total = lines.reduce((sum, line) => sum + line.net, tax)
  const rest = total + startingBalance
  const amountDue = rest < minimum ? 0 : rest
  return { subtotal, total, startingBalance, endingBalance: rest - amountDue, amountDue }
}
