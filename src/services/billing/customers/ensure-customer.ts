import type { NotNull } from 'kysely'
import type { AccountRow, StoredBillingDetails } from '#entities/identity/account.entity.js'
import { pageLanguage } from '#services/identity/members/page-language.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { claimCustomer, type LinkedCustomer } from './claim-customer.js'

/** Data of the customer for the provider. */
export interface Payer {
  readonly email: string
  readonly name: string | null
}

/**
 * The provider's customer of an account, created once despite concurrent calls: the row is stored first and fixes the
 * input, and the idempotency key depends only on the account.
 */
export async function ensureCustomer(
  context: BillingContext,
  port: PaymentPort,
  account: AccountRow,
  payer: Payer,
): Promise<string> {
  const { database } = context
  await database.query
    .insertInto('billing_customer')
    .values({
      accountId: account.id,
      provider: port.provider,
      email: payer.email,
      name: payer.name ?? (account.kind === 'PERSON' ? null : account.name),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await database.query
    .selectFrom('billing_customer')
    .selectAll()
    .where('accountId', '=', account.id)
    .where('provider', '=', port.provider)
    .executeTakeFirstOrThrow()
  if (row.customerId) return row.customerId
  const customerId = await port.createCustomer({
    accountId: account.id,
    externalId: account.externalId,
    email: row.email,
    name: row.name,
    language: await pageLanguage(context, account),
    idempotencyKey: `customer:${account.id}`,
  })
  if (account.billingDetails) await writeDetails(context, port, customerId, account.billingDetails)
  await linkCustomer(context, { accountId: account.id, provider: port.provider, customerId })
  return customerId
}

/** Writes details that were given before the first purchase. A tax ID that the provider does not accept must not prevent the purchase. */
async function writeDetails(
  { log }: BillingContext,
  port: PaymentPort,
  customerId: string,
  details: StoredBillingDetails,
): Promise<void> {
  try {
    await port.customers?.writeDetails(customerId, details)
  } catch (error) {
    if (!(error instanceof ProviderRejected && error.about === 'TAX_ID')) throw error
    log.warn({ customer: customerId, error }, 'the provider does not accept a tax ID; the customer has none')
    await port.customers?.writeDetails(customerId, { ...details, taxIds: [] })
  }
}

/** Stores the customer that the provider created. An account that has a customer keeps it. */
async function linkCustomer({ database }: BillingContext, customer: LinkedCustomer): Promise<void> {
  const { accountId, provider, customerId } = customer
  await database.transaction(async (transaction) => {
    const { numUpdatedRows } = await transaction.query
      .updateTable('billing_customer')
      .set({ customerId })
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .where('customerId', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows > 0n) await claimCustomer(transaction, customer)
  })
}

/** Owner of a provider's customer. */
export interface CustomerOwner {
  readonly accountId: string
  /** Business time of the import that linked the customer. Null for a customer that was created here. */
  readonly adoptedAt: Date | null
}

/** Account of a provider's customer. Null if it is not recorded (yet). */
export async function accountOfCustomer(
  context: Pick<BillingContext, 'database'>,
  provider: ProviderName,
  customerId: string,
): Promise<CustomerOwner | null> {
  const [owner] = await ownersOfCustomers(context, provider, [customerId])
  return owner ?? null
}

/** Accounts of a provider's customers. */
export const ownersOfCustomers = (
  { database }: { readonly database: Sql },
  provider: ProviderName,
  customerIds: readonly string[],
): Promise<(CustomerOwner & { customerId: string })[]> =>
  database.query
    .selectFrom('billing_customer as customer')
    .leftJoin('adopted_customer as adopted', (join) =>
      join
        .onRef('adopted.accountId', '=', 'customer.accountId')
        .onRef('adopted.provider', '=', 'customer.provider')
        .onRef('adopted.customerId', '=', 'customer.customerId'),
    )
    .select(['customer.accountId', 'customer.customerId', 'adopted.adoptedAt'])
    .where('customer.provider', '=', provider)
    .where('customer.customerId', 'in', customerIds)
    .$narrowType<{ customerId: NotNull }>()
    .execute()
