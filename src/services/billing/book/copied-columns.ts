import { isDeepStrictEqual } from 'node:util'
import type { Money } from '#services/kernel/money/money.js'
import type { FetchedDispute, FetchedInvoice, FetchedRefund } from '../providers/payments-port.js'

/**
 * Columns that copy a member of the object of a provider, by table: the one list of what a sync writes and reconciliation compares. What a
 * subscription has is compared by a sync that is not committed.
 */
export const COPIED_COLUMNS = {
  invoice: (invoice: FetchedInvoice) => ({
    subscriptionId: invoice.subscriptionId,
    currency: invoice.total.currency,
    createdAt: invoice.createdAt,
    paidAt: invoice.paidAt,
    number: invoice.number,
    status: invoice.status,
    totalMinor: invoice.total.amountMinor,
    creditMinor: invoice.creditMinor,
    taxMinor: invoice.taxMinor,
    includedTaxMinor: invoice.includedTaxMinor,
    amountDueMinor: invoice.amountDueMinor,
    amountPaidMinor: invoice.amountPaidMinor,
    dueAt: invoice.dueAt,
    isSent: invoice.paymentDueAt !== null,
    isPaidElsewhere: invoice.status === 'PAID' && invoice.amountPaidMinor > 0 && invoice.paymentId === null,
    hostedUrl: invoice.hostedUrl,
    pdfUrl: invoice.pdfUrl,
    lines: invoice.lines,
    creditNotes: invoice.creditNotes,
  }),
  purchase: ({ amountMinor, currency }: Money) => ({ amountMinor, currency }),
  refund: ({ status, amountMinor }: Pick<FetchedRefund, 'status' | 'amountMinor'>) => ({ status, amountMinor }),
  dispute: ({ status, amountMinor }: Pick<FetchedDispute, 'status' | 'amountMinor'>) => ({ status, amountMinor }),
} as const

/** Table with copied columns. */
export type CopiedTable = keyof typeof COPIED_COLUMNS

/** Copied columns of a table, with the values of the provider. */
export type Copy<Table extends CopiedTable> = ReturnType<(typeof COPIED_COLUMNS)[Table]>

/** Columns, also of credit notes, that are not compared: the links of the provider change with each read. */
export const NOT_COMPARED: ReadonlySet<string> = new Set<keyof Copy<'invoice'>>(['hostedUrl', 'pdfUrl'])

/** Pure: copied columns in which our row differs from the provider. */
export const differingColumns = <Row extends object>(ours: Row, theirs: { readonly [Column in keyof Row]?: unknown }) =>
  (Object.keys(theirs) as (keyof Row & string)[]).filter(
    (name) => !NOT_COMPARED.has(name) && !isDeepStrictEqual(comparable(ours[name]), comparable(theirs[name])),
  )

/** Stored JSON has neither undefined members nor an order of its members. */
const comparable = (value: unknown): unknown =>
  value instanceof Date ? value.getTime() : Array.isArray(value) ? withoutLinks(value) : value

const withoutLinks = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, member: unknown) => (NOT_COMPARED.has(name) ? undefined : member)))
