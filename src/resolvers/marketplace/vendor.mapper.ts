import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { VendorEarnings, EarningsEntry, VendorPayout } from '#schema/marketplace/vendor-earnings.type.js'
import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
import type { EarningsTotals, StatementLine } from '#services/marketplace/earnings/vendor-earnings.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toVendor } from './template.mapper.js'

/** Earnings, one amount per currency with changes. */
export function toEarnings(vendor: VendorRow, span: OpenDateRange, earned: readonly EarningsTotals[]): VendorEarnings {
  const amounts = (pick: (one: EarningsTotals) => number) =>
    earned.map((one) => toMoney({ amountMinor: pick(one), currency: one.currency }))
  return {
    vendor: toVendor(vendor),
    gross: amounts(({ grossMinor }) => grossMinor),
    share: amounts(({ shareMinor }) => shareMinor),
    clawedBack: amounts(({ clawedBackMinor }) => clawedBackMinor),
    paidOut: amounts(({ paidOutMinor }) => paidOutMinor),
    payable: amounts(({ payableMinor }) => payableMinor),
    vendorId: vendor.id,
    span,
  }
}

export const toEntry = (line: StatementLine): EarningsEntry => ({
  id: line.id,
  at: line.at,
  kind: line.kind,
  gross: line.kind === 'SALE' ? toMoney({ amountMinor: line.grossMinor, currency: line.currency }) : null,
  money: toMoney({ amountMinor: line.amountMinor, currency: line.currency }),
  shareBasisPoints: line.shareBasisPoints,
  templateName: line.templateName,
})

export const toPayout = (row: VendorPayoutRow): VendorPayout => ({
  __typename: 'VendorPayout',
  id: row.id,
  method: row.method,
  status: row.status,
  money: toMoney({ amountMinor: row.amountMinor, currency: row.currency }),
  reference: row.reference,
  failureReason: row.failureReason,
  createdAt: row.createdAt,
})
