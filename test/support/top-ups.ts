import { variablesOf } from './mutations.js'
import { Check } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { Buyer } from './buyer.js'
import { eventually, type TestServer } from './test-server.js'
import { accountIdOf } from './accounts.js'

export interface TopUpView {
  readonly status: string
  readonly failureReason: string | null
}

export interface AutoTopUpView {
  readonly status: string
  readonly stopReason: string | null
  readonly thisMonthCount: number
}

interface Intent {
  readonly id: string
  readonly status: string
  readonly amount: number
  readonly metadata: Record<string, string>
}

const SET = `mutation ($accountId: ID!, $key: String!, $price: MoneyInput!, $terms: AutoTopUpTermsInput!) {
  setAutoTopUp(accountId: $accountId, key: $key, price: $price, terms: $terms) {
    account { __typename billing { autoTopUps { feature { code } package { code } threshold maxPerMonth status stopReason thisMonthCount price { amountMinor currency } } } }
    denial { __typename code message remedies { kind mutation } issues { path } }
  }
}`

export const TERMS = {
  package: 'credits_10k',
  threshold: 8000,
  maxPerMonth: 20,
  price: { amountMinor: 500, currency: 'USD' },
}

/** A customer of the catalog `ai-platform` with 50,000 credits a month, whose balance is topped up. */
export class Spender extends Buyer {
  accountId = ''
  private used = 0

  /** Subscribes to the plan `pro`. */
  static async subscribed(server: TestServer, key: string, email = `${randomUUID()}@example.com`): Promise<Spender> {
    const spender = new Spender(server, await server.token(email), email, key)
    spender.accountId = await accountIdOf(server, spender.token)
    await spender.buy('startSubscription', { plan: 'pro' })
    return spender
  }

  private constructor(
    server: TestServer,
    token: string,
    email: string,
    private readonly key: string,
  ) {
    super(server, token, email)
  }

  async set(input: object = {}): Promise<Record<string, unknown>> {
    const { data, errors } = await this.server.graphql<{ setAutoTopUp: Record<string, unknown> }>(
      SET,
      termsOf({ accountId: this.accountId, ...TERMS, key: randomUUID(), ...input }),
      this.token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.setAutoTopUp
  }

  /** Uses credits, and returns the response of the server. */
  async use(amount: number): Promise<number> {
    const { status } = await this.server.rest('POST', '/api/v1/entitlements/consume', {
      token: this.key,
      body: {
        account_id: this.accountId,
        feature: 'ai_credits',
        amount,
        idempotency_key: `use-${++this.used}-${randomUUID()}`,
      },
    })
    return status
  }

  async topUps(): Promise<{ topUps: TopUpView[]; autoTopUps: AutoTopUpView[] }> {
    const { data } = await this.server.graphql<{
      account: { billing: { topUps: { nodes: TopUpView[] }; autoTopUps: AutoTopUpView[] } }
    }>(
      '{ account { billing { topUps { nodes { status failureReason } } autoTopUps { status stopReason thisMonthCount } } } }',
      {},
      this.token,
    )
    const { topUps, autoTopUps } = data.account.billing
    return { topUps: topUps.nodes, autoTopUps }
  }

  /** The state after one in which `until` is true. A response reads its lists one after the other, so that the first can be older than the second. */
  async topUpsWhen(until: (state: { topUps: TopUpView[]; autoTopUps: AutoTopUpView[] }) => boolean) {
    await eventually(() => this.topUps(), until, 40_000)
    return this.topUps()
  }

  async balance(): Promise<number> {
    const { data } = await this.server.graphql(Check, { feature: 'ai_credits' }, this.token)
    return data.check!.entitlement!.remaining!
  }

  async customerId(): Promise<string> {
    const [row] = await this.server.query<{ customer_id: string }>(
      'select customer_id from billing_customer where account_id = $1',
      [this.accountId],
    )
    return row!.customer_id
  }

  async stripe<Result>(method: string, path: string, form: Record<string, string> = {}): Promise<Result> {
    const body = method === 'GET' ? undefined : new URLSearchParams(form)
    const response = await fetch(`${this.server.sandbox.url}/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
      ...(body ? { body } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as Result
  }

  /** The provider's payments of top-ups, oldest first. */
  async charges(): Promise<Intent[]> {
    const { data } = await this.stripe<{ data: Intent[] }>(
      'GET',
      `payment_intents?customer=${await this.customerId()}&limit=100`,
    )
    return data.filter(({ metadata }) => metadata['top_up_id']).toReversed()
  }

  /** Replaces the saved payment method. */
  async saveMethod(form: Record<string, string> | string): Promise<void> {
    const method =
      typeof form === 'string' ? form : (await this.stripe<{ id: string }>('POST', 'payment_methods', form)).id
    const customer = await this.customerId()
    const { id } = await this.stripe<{ id: string }>('POST', `payment_methods/${method}/attach`, { customer })
    const [row] = await this.server.query<{ external_id: string }>(
      'select external_id from billing_subscription where account_id = $1',
      [this.accountId],
    )
    await this.stripe('POST', `subscriptions/${row!.external_id}`, { default_payment_method: id })
  }

  events(type: string): Promise<{ data: Record<string, unknown> }[]> {
    return this.server.query('select data from stream_event where stream_id = $1 and type = $2 order by sequence', [
      this.accountId,
      type,
    ])
  }
}

/** Variables of `setAutoTopUp`, with the terms in one value. */
function termsOf({
  package: pack,
  quantity,
  threshold,
  maxPerMonth,
  ...others
}: Record<string, unknown>): Record<string, unknown> {
  return variablesOf('setAutoTopUp', { ...others, terms: { package: pack, quantity, threshold, maxPerMonth } })
}
