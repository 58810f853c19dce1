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
 * Adds an invoice up: the customer's credit pays first, what the customer owes is added; an invoice below zero becomes
 * credit. What is too little to be charged is not due: the customer owes it with the next invoice.
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
