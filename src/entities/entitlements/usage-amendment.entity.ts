import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * Effect on invoices. `NONE`: no invoice depends on the usage. `NOT_REPORTED`: the provider did not know the usage, and
 * learns only what remains. `NEXT_REPORT`: the usage was reported, and the units are subtracted from the next report.
 */
export const AMENDMENT_INVOICE_EFFECTS = ['NONE', 'NOT_REPORTED', 'NEXT_REPORT'] as const
export type AmendmentInvoiceEffect = (typeof AMENDMENT_INVOICE_EFFECTS)[number]

/** Units of a consumption that were returned later; append-only. Its ledger entries are those of its version and operation. */
export const UsageAmendmentSchema = defineEntity({
  name: 'UsageAmendment',
  tableName: 'usage_amendment',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    version: p.bigint('number'),
    operationNo: p.integer(),
    /** Position of the consumption. */
    consumptionVersion: p.bigint('number'),
    consumptionOperationNo: p.integer(),
    feature: p.text(),
    /** Units that were returned. */
    amount: p.bigint('number'),
    /** Returned units of grants that had expired or were revoked. */
    lost: p.bigint('number'),
    /** Returned units that reduced the debt. */
    debtReduced: p.bigint('number'),
    /** Units of the consumption that still count. */
    remaining: p.bigint('number'),
    invoiceEffect: p.text().$type<AmendmentInvoiceEffect>(),
    reason: p.text(),
    amendedBy: p.text(),
    at: p.datetime(),
  },
  checks: [
    { name: 'usage_amendment_amount', expression: 'amount > 0 and remaining >= 0 and lost >= 0 and debt_reduced >= 0' },
    {
      name: 'usage_amendment_effect',
      expression: `invoice_effect in ('${AMENDMENT_INVOICE_EFFECTS.join(`', '`)}')`,
    },
  ],
  uniques: [{ name: 'usage_amendment_operation', properties: ['accountId', 'version', 'operationNo'] }],
  indexes: [
    {
      name: 'usage_amendment_consumption',
      properties: ['accountId', 'consumptionVersion', 'consumptionOperationNo'],
    },
  ],
})

export type UsageAmendmentRow = RowOf<typeof UsageAmendmentSchema>
