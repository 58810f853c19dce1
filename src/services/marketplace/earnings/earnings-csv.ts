import { stringify } from 'csv-stringify/sync'
import { toDecimal } from '#services/kernel/money/money.js'
import { type PayableBalance, type StatementLine, fullStatement, listPayableBalances } from './vendor-earnings.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { OpenDateRange } from '#services/kernel/clock/date-range.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { requireEarningsAccess } from '../model/vendor.js'

/** Names are untrusted text: a spreadsheet must not interpret them as formulas. */
const OPTIONS = { header: true, escape_formulas: true } as const

/** Pure: a vendor's statement as a file, one line for each movement. */
export const statementCsv = (lines: readonly StatementLine[]): string =>
  stringify(
    lines.map((line) => ({
      date: line.at.toISOString(),
      entry: line.kind.toLowerCase(),
      template: line.slug ?? '',
      name: line.templateName ?? '',
      sale: line.purchaseId ?? '',
      payout: line.payoutId ?? '',
      gross: toDecimal({ amountMinor: line.grossMinor, currency: line.currency }),
      amount: signed(line.amountMinor, line.currency),
      currency: line.currency,
      share_percent: line.shareBasisPoints === null ? '' : percent(line.shareBasisPoints),
    })),
    { ...OPTIONS, columns: STATEMENT },
  )

/** Pure: payable balances of vendors as a file, for manual payouts. */
export const payoutCsv = (payable: readonly PayableBalance[]): string =>
  stringify(
    payable.map((one) => ({
      vendor: one.vendorId,
      name: one.vendorName,
      account: one.accountId,
      payee: one.payoutAccountId ?? '',
      amount: toDecimal({ amountMinor: one.amountMinor, currency: one.currency }),
      currency: one.currency,
    })),
    { ...OPTIONS, columns: PAYOUTS },
  )

const STATEMENT = [
  'date',
  'entry',
  'template',
  'name',
  'sale',
  'payout',
  'gross',
  'amount',
  'currency',
  'share_percent',
]
const PAYOUTS = ['vendor', 'name', 'account', 'payee', 'amount', 'currency']

/** A minus sign would be interpreted as a formula, so negative amounts are in parentheses, as in accounting. */
const signed = (amountMinor: number, currency: string): string => {
  const text = toDecimal({ amountMinor: Math.abs(amountMinor), currency })
  return amountMinor < 0 ? `(${text})` : text
}

const percent = (basisPoints: number): string =>
  `${Math.floor(basisPoints / 100)}.${String(basisPoints % 100).padStart(2, '0')}`

/** The statement of a vendor, or of the caller's own vendor, as CSV. Requires the vendor or an operator. */
export async function exportStatement(
  context: IdentityContext,
  vendorId: string | null,
  range: OpenDateRange,
): Promise<string> {
  const { id } = await requireEarningsAccess(context, vendorId)
  return statementCsv(await fullStatement(context.database, id, range))
}

/** Payable balances of all vendors as CSV. Requires an operator. */
export async function exportPayouts(context: IdentityContext): Promise<string> {
  requireOperator(context, 'ops:read')
  return payoutCsv(await listPayableBalances(context.database))
}
