import type { NotNull } from 'kysely'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import { ownersOfCustomers } from '#services/billing/customers/ensure-customer.js'
import type { ProviderPeriod } from '#services/billing/providers/listing-port.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OurMoney, OurMovement } from './money-drift.js'
import { findChargedAgainstPlan, sumCredits } from './money.sql.js'

/** Paid purchases of a provider. */
const ourPurchases = (database: Sql, provider: ProviderName) =>
  database.query
    .selectFrom('purchase')
    .select(['id as purchaseId', 'accountId', 'paymentId', 'invoiceId', 'amountMinor', 'creditMinor', 'currency'])
    .where('provider', '=', provider)
    .where('status', '<>', 'PENDING')

/** Purchases by payment or invoice. */
export async function ourMoney(
  database: Sql,
  provider: ProviderName,
  by: 'paymentId' | 'invoiceId',
  ids: readonly string[],
): Promise<Map<string, OurMoney>> {
  const rows = await ourPurchases(database, provider).where(by, 'in', ids).execute()
  return new Map(rows.map((row) => [row[by]!, row]))
}

/** Copies of invoices. */
export async function ourInvoices(database: Sql, provider: ProviderName, ids: readonly string[]) {
  const rows = await invoicesOf(database, provider).where('externalId', 'in', ids).execute()
  return new Map(rows.map((row) => [row.externalId, row]))
}

/** Copies of invoices of a period, and of those that can still be paid. */
export const unpaidInvoices = (
  database: Sql,
  provider: ProviderName,
  { since, until }: ProviderPeriod,
): Promise<InvoiceRow[]> =>
  invoicesOf(database, provider)
    .where((eb) =>
      eb.or([
        eb('status', 'in', ['DRAFT', 'OPEN', 'UNCOLLECTIBLE']),
        eb.and([eb('createdAt', '>=', since), eb('createdAt', '<=', until)]),
      ]),
    )
    .execute()

const invoicesOf = ({ query }: Sql, provider: ProviderName) =>
  query.selectFrom('invoice').selectAll().where('provider', '=', provider)

/** Purchases of a period that name a payment, oldest first. */
export const ourPayments = (
  database: Sql,
  provider: ProviderName,
  { since, until }: ProviderPeriod,
): Promise<OurMoney[]> =>
  ourPurchases(database, provider)
    .where('paymentId', 'is not', null)
    .where('purchasedAt', '>=', since)
    .where('purchasedAt', '<=', until)
    .orderBy('purchasedAt')
    .execute()

/** Owners of the provider's customers. */
export async function accountsOf(database: Sql, provider: ProviderName, customers: readonly (string | null)[]) {
  const owners = await ownersOfCustomers(
    { database },
    provider,
    customers.filter((id) => id !== null),
  )
  return new Map(owners.map(({ customerId, ...owner }) => [customerId, owner]))
}

/** Accounts of the purchases by payment. */
export async function accountsOfPayments(database: Sql, provider: ProviderName, payments: readonly (string | null)[]) {
  const rows = await database.query
    .selectFrom('purchase')
    .select(['paymentId', 'accountId'])
    .where('provider', '=', provider)
    .where(
      'paymentId',
      'in',
      payments.filter((id) => id !== null),
    )
    .$narrowType<{ paymentId: NotNull }>()
    .execute()
  return new Map(rows.map(({ paymentId, accountId }) => [paymentId, accountId]))
}

/** Our refunds or disputes by the provider's ids. */
export async function ourMovements(
  { query }: Sql,
  table: 'refund' | 'dispute',
  provider: ProviderName,
  ids: readonly string[],
) {
  const rows = await query
    .selectFrom(`${table as 'refund'} as movement`)
    .innerJoin('purchase', (join) =>
      join.onRef('purchase.id', '=', 'movement.purchaseId').onRef('purchase.accountId', '=', 'movement.accountId'),
    )
    .select(['movement.externalId', 'movement.status', 'movement.amountMinor'])
    .select(['purchase.accountId', 'purchase.paymentId'])
    .where('movement.provider', '=', provider)
    .where('movement.externalId', 'in', ids)
    .$narrowType<{ externalId: NotNull }>()
    .execute()
  return new Map<string, OurMovement>(rows.map((row) => [row.externalId, row]))
}

export interface LostDispute {
  readonly paymentId: string
  readonly accountId: string
  readonly amountMinor: number
  readonly openedAt: Date
}

/** Disputes here that were lost, of these payments. */
export const lostDisputes = (
  database: Sql,
  provider: ProviderName,
  payments: readonly (string | null)[],
): Promise<LostDispute[]> =>
  database.query
    .selectFrom('dispute')
    .innerJoin('purchase', (join) =>
      join.onRef('purchase.id', '=', 'dispute.purchaseId').onRef('purchase.accountId', '=', 'dispute.accountId'),
    )
    .select(['purchase.paymentId', 'purchase.accountId', 'dispute.amountMinor', 'dispute.openedAt'])
    .where('dispute.provider', '=', provider)
    .where('dispute.status', '=', 'LOST')
    .where(
      'purchase.paymentId',
      'in',
      payments.filter((id) => id !== null),
    )
    .$narrowType<{ paymentId: NotNull }>()
    .execute()

export interface ReturnedTooMuch {
  readonly purchaseId: string
  readonly accountId: string
  readonly currency: string
  readonly paidMinor: number
  readonly returnedMinor: number
}

/** Purchases of which refunds, lost disputes and credit together exceed what was paid. */
export const returnedTooMuch = (
  database: Sql,
  provider: ProviderName,
  { since, until }: ProviderPeriod,
): Promise<ReturnedTooMuch[]> =>
  database.query
    .selectFrom('purchase')
    .select(['id as purchaseId', 'accountId', 'currency'])
    .select((eb) => [
      eb('amountMinor', '+', eb.ref('creditMinor')).as('paidMinor'),
      eb('reversedMinor', '+', eb.ref('creditedMinor')).as('returnedMinor'),
    ])
    .where('provider', '=', provider)
    .where('purchasedAt', '>=', since)
    .where('purchasedAt', '<=', until)
    .where((eb) =>
      eb(eb('reversedMinor', '+', eb.ref('creditedMinor')), '>', eb('amountMinor', '+', eb.ref('creditMinor'))),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('credit_adjustment as adjustment')
            .select('adjustment.id')
            .whereRef('adjustment.purchaseId', '=', 'purchase.id')
            .whereRef('adjustment.accountId', '=', 'purchase.accountId')
            .where('adjustment.status', '=', 'CREATING'),
        ),
      ),
    )
    .execute()

export interface ChargedAgainstPlan {
  readonly purchaseId: string
  readonly accountId: string
  readonly amountMinor: number
  readonly currency: string
  readonly externalId: string
  readonly reason: 'CHANGE' | 'CANCEL' | 'ENDED'
  readonly at: Date
}

/**
 * Purchases that a subscription should not have made: for a period that begins after the moment at which another price or the end was
 * planned, or after we had ended it. What is returned, or on its way back, is in order.
 */
export const chargedAgainstPlan = (
  database: Sql,
  provider: ProviderName,
  { since, until }: ProviderPeriod,
): Promise<ChargedAgainstPlan[]> => database.rows(findChargedAgainstPlan, { provider, since, until })

export interface OurCredit {
  readonly accountId: string
  readonly customerId: string
  /** Null without any change of the credit. */
  readonly currency: string | null
  readonly creditMinor: number
}

/** Customers here, with the credit that they should have at the provider: what invoices gave and took, and what was adjusted here. */
export const ourCredits = (database: Sql, provider: ProviderName): Promise<OurCredit[]> =>
  database.rows(sumCredits, { provider })

export interface OurTransfer {
  readonly payoutId: string
  readonly externalId: string | null
  readonly accountId: string
  readonly amountMinor: number
  readonly currency: string
}

/** Transfers to vendors that were requested here within a period. */
export const ourTransfers = (database: Sql, { since, until }: ProviderPeriod): Promise<OurTransfer[]> =>
  transfers(database)
    .where('method', '=', 'STRIPE')
    .where('status', '=', 'PAID')
    .where('createdAt', '>=', since)
    .where('createdAt', '<=', until)
    .execute()

/** The transfer with a provider's ID, regardless of its date. */
export const ourTransfer = (database: Sql, externalId: string): Promise<OurTransfer | undefined> =>
  transfers(database).where('externalId', '=', externalId).executeTakeFirst()

const transfers = ({ query }: Sql) =>
  query.selectFrom('vendor_payout').select(['id as payoutId', 'externalId', 'accountId', 'amountMinor', 'currency'])
