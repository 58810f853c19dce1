import { Buyer } from '#test/support/buyer.js'
import { eventually, type TestServer } from '#test/support/test-server.js'
import { askPayPal } from '#test/support/paypal.js'
import { payPalRecords } from './paypal-records.js'
import type { Records } from './records.js'
import type { Beginning } from './steps.js'
import { stripeRecords } from './stripe-records.js'
import { accountIdOf } from '#test/support/accounts.js'

export type ProviderName = 'STRIPE' | 'PAYPAL'

/** Test adapter of a provider: acts as customers and banks do, and reads its records. */
export interface TableProvider {
  readonly name: ProviderName
  /** Prefix of its API paths, for faults. */
  readonly path: string
  /** ID of its records and planned failures: a customer or a subscription. */
  readonly keyOf: (server: TestServer, accountId: string) => Promise<string>
  readonly records: (server: TestServer, key: string) => Promise<Records>
  /** Ends an agreement in the provider's own dashboard. */
  readonly endThere: (server: TestServer, agreement: string) => Promise<unknown>
}

async function columnOf(server: TestServer, sql: string, accountId: string): Promise<string> {
  const [row] = await eventually(
    () => server.query<{ key: string }>(sql, [accountId]),
    (rows) => rows.length === 1,
    60_000,
  )
  return row!.key
}

const STRIPE: TableProvider = {
  name: 'STRIPE',
  path: '/v1/',
  keyOf: (server, accountId) =>
    columnOf(
      server,
      `select customer_id as key from billing_customer where account_id = $1 and provider = 'STRIPE'`,
      accountId,
    ),
  records: stripeRecords,
  endThere: (server, agreement) =>
    fetch(`${server.sandbox.url}/v1/subscriptions/${agreement}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    }),
}

const PAYPAL: TableProvider = {
  name: 'PAYPAL',
  path: '/paypal/v1/billing',
  keyOf: (server, accountId) =>
    columnOf(server, `select external_id as key from billing_subscription where account_id = $1`, accountId),
  records: payPalRecords,
  endThere: (server, agreement) =>
    askPayPal(server.sandbox.url, 'POST', `/v1/billing/subscriptions/${agreement}/cancel`, {
      reason: 'The path is over.',
    }),
}

export const TABLE_PROVIDERS: Readonly<Record<ProviderName, TableProvider>> = { STRIPE, PAYPAL }

/** Buys the first plan of a path and returns the account. */
export async function begin(
  server: TestServer,
  provider: TableProvider,
  buyer: Buyer,
  { terms }: Beginning,
): Promise<string> {
  const page = await buyer.start<{ providerReference: string; code: string }>('startSubscription', {
    ...terms,
    provider: provider.name,
  })
  if (!page.providerReference) throw new Error(`startSubscription: ${page.code}`)
  await buyer.pay(page.providerReference)
  await buyer.confirm(page.providerReference)
  return await accountIdOf(server, buyer.token)
}
