import type { StoredInvoiceLine } from '#entities/billing/invoice.entity.js'

type Line = Pick<StoredInvoiceLine, 'amountMinor' | 'discountMinor'>

/** An invoice, and those of its lines that bill prices of the catalog. */
export interface BilledInvoice {
  readonly totalMinor: number
  /** Tax that was added to the amounts of the lines. */
  readonly taxMinor: number
  readonly lines: readonly Line[]
  readonly catalogLines: readonly Line[]
}

/** Amounts of the lines of an invoice that bill prices of the catalog. */
export interface PeriodAmounts {
  /** Before discounts and taxes that are added. */
  readonly listedMinor: number
  /** After discounts, with their share of the added taxes. */
  readonly paidMinor: number
  /** After discounts, without added taxes. */
  readonly netMinor: number
}

/** Pure: divides the total of an invoice between the lines of the catalog and the others, which charge for example use. */
export function periodAmounts({ totalMinor, taxMinor, lines, catalogLines }: BilledInvoice): PeriodAmounts {
  const netTotal = totalMinor - taxMinor
  const otherNet = netOf(lines) - netOf(catalogLines)
  const otherTax = netTotal <= 0 ? 0 : Number((BigInt(taxMinor) * BigInt(otherNet)) / BigInt(netTotal))
  return {
    listedMinor: catalogLines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    paidMinor: totalMinor - otherNet - otherTax,
    netMinor: netTotal - otherNet,
  }
}

const netOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { amountMinor, discountMinor = 0 }) => sum + amountMinor - discountMinor, 0)
