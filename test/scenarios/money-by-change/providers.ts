import { Buyer } from '../../support/buyer.js'
import { eventually, type TestServer } from '../../support/test-server.js'
import { askPayPal } from '../../support/paypal.js'
import { payPalRecords } from './paypal-records.js'
import type { Records } from './records.js'
import type { Beginning } from './steps.js'
import { stripeRecords } from './stripe-records.js'

export type ProviderName = 'STRIPE' | 'PAYPAL'

/** What the table must know of a provider to act there as customers and banks do, and to read its records. */
export interface TableProvider {
  readonly name: ProviderName
  /** What begins the paths of its interface, for faults. */
  readonly path: string
  /** The id under which its records are kept and failures are planned: a customer, or a subscription. */
  readonly keyOf: (house: TestServer, accountId: string) => Promise<string>
  readonly records: (house: TestServer, key: string) => Promise<Records>
  /** Ends an agreement in the provider's own dashboard. */
  readonly endThere: (house: TestServer, agreement: string) => Promise<unknown>
}

async function columnOf(house: TestServer, sql: string, accountId: string): Promise<string> {
  const [row] = await eventually(
    () => house.query<{ key: string }>(sql, [accountId]),
    (rows) => rows.length === 1,
    60_000,
  )
  return row!.key
}

const STRIPE: TableProvider = {
  name: 'STRIPE',
  path: '/v1/',
  keyOf: (house, accountId) =>
    columnOf(
      house,
      `select customer_id as key from billing_customer where account_id = $1 and provider = 'STRIPE'`,
      accountId,
    ),
  records: stripeRecords,
  endThere: (house, agreement) =>
    fetch(`${house.sandbox.url}/v1/subscriptions/${agreement}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_house' },
    }),
}

const PAYPAL: TableProvider = {
  name: 'PAYPAL',
  path: '/paypal/v1/billing',
  keyOf: (house, accountId) =>
    columnOf(house, `select external_id as key from billing_subscription where account_id = $1`, accountId),
  records: payPalRecords,
  endThere: (house, agreement) =>
    askPayPal(house.sandbox.url, 'POST', `/v1/billing/subscriptions/${agreement}/cancel`, {
      reason: 'The path is over.',
    }),
}

export const TABLE_PROVIDERS: Readonly<Record<ProviderName, TableProvider>> = { STRIPE, PAYPAL }

/** Buys the plan that a path begins with, as a person does, and returns the account. */
export async function begin(
  house: TestServer,
  provider: TableProvider,
  buyer: Buyer,
  { terms }: Beginning,
): Promise<string> {
  const page = await buyer.start<{ sessionId: string; code: string }>('startSubscription', {
    ...terms,
    provider: provider.name,
  })
  if (!page.sessionId) throw new Error(`startSubscription: ${page.code}`)
  await buyer.pay(page.sessionId)
  await buyer.confirm(page.sessionId)
  const { data } = await house.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, buyer.token)
  return data.account.id
}
