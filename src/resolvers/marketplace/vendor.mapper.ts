import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { EarningsEntry, VendorPayout } from '#schema/marketplace/vendor-earnings.type.js'
import type { StatementLine } from '#services/marketplace/earnings/vendor-earnings.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toEntry = (line: StatementLine): EarningsEntry => ({
  __typename: 'EarningsEntry',
  id: line.id,
  at: line.at,
  kind: line.kind,
  gross: line.kind === 'SALE' ? toMoney({ amountMinor: line.grossMinor, currency: line.currency }) : null,
  money: toMoney({ amountMinor: line.amountMinor, currency: line.currency }),
  sharePercent: line.shareBasisPoints === null ? null : line.shareBasisPoints / 100,
  templateId: line.templateId,
  payoutId: line.payoutId,
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
  completedAt: row.completedAt,
  vendorId: row.vendorId,
})
