import type { AccountRow } from '#entities/identity/account.entity.js'
import type { BillingCustomerRow } from '#entities/billing/billing-customer.entity.js'
import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'

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
  await database.run(
    `insert into billing_customer (account_id, provider, email, name) values ($1, $2, $3, $4) on conflict do nothing`,
    [account.id, port.provider, payer.email, payer.name ?? (account.kind === 'PERSON' ? null : account.name)],
  )
  const row = await database.row<BillingCustomerRow>(
    `select * from billing_customer where account_id = $1 and provider = $2`,
    [account.id, port.provider],
  )
  if (row!.customerId) return row!.customerId
  const customerId = await port.createCustomer({
    accountId: account.id,
    externalId: account.externalId,
    email: row!.email,
    name: row!.name,
    idempotencyKey: `customer:${account.id}`,
  })
  await database.run(
    `update billing_customer set customer_id = $3 where account_id = $1 and provider = $2 and customer_id is null`,
    [account.id, port.provider, customerId],
  )
  return customerId
}

/** Account of a provider's customer. Null if it is not recorded (yet). */
export async function accountOfCustomer(
  context: Pick<BillingContext, 'database'>,
  provider: string,
  customerId: string,
): Promise<string | null> {
  const row = await context.database.row<{ accountId: string }>(
    `select account_id from billing_customer where provider = $1 and customer_id = $2`,
    [provider, customerId],
  )
  return row?.accountId ?? null
}
