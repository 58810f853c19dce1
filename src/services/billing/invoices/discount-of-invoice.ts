import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { Money } from '#services/kernel/money/money.js'

/** Sum of the discounts on the lines of an invoice. Null if none. */
export function discountOfInvoice({ lines, currency }: Pick<InvoiceRow, 'lines' | 'currency'>): Money | null {
  const amountMinor = lines.reduce((sum, { discountMinor }) => sum + (discountMinor ?? 0), 0)
  return amountMinor > 0 ? { amountMinor, currency } : null
}
