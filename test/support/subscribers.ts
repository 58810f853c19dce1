import { mutationText, variablesOf } from './mutations.js'
import { eventually, type TestServer } from './test-server.js'

/** User with a plan, and the data of that user. */
export interface Subscriber {
  readonly token: string
  readonly accountId: string
  readonly email: string
  /** The subscription's id at the provider. */
  readonly externalId: string
  /** Empty if the provider has no customers. */
  readonly customerId: string
}

export interface Purchase {
  readonly plan: string
  /** Default: STRIPE. */
  readonly provider?: 'STRIPE' | 'PAYPAL'
  readonly interval?: { readonly unit: string; readonly count?: number } | null
  readonly quantity?: number
  readonly currency?: string
  readonly trialDays?: number
  readonly negotiatedPlanId?: string
  readonly promotionCode?: string
  /** The digits of a test card; it pays at the checkout, whatever it does later. */
  readonly card?: string
  /** The page requires no card, and none is entered. */
  readonly withoutCard?: boolean
}

let serial = 0

/** Buys a plan: checkout, payment at the provider, return. */
export async function subscribe(
  server: TestServer,
  email: string,
  { card, withoutCard, ...plan }: Purchase,
): Promise<Subscriber> {
  const token = await server.token(email)
  const started = await server.graphql<{
    startSubscription: { providerReference: string; url: string; account: { id: string } }
  }>(
    `mutation ($input: StartSubscriptionInput!, $key: String!) { startSubscription(input: $input, key: $key) { checkout { providerReference url account { id } } denial { code message } } }`,
    variablesOf('startSubscription', { provider: 'STRIPE', ...plan, key: `buy-${++serial}` }),
    token,
  )
  const { providerReference, url, account } = started.data.startSubscription
  if (!providerReference) throw new Error(JSON.stringify(started))
  if (withoutCard) await fetch(`${url}/free`, { method: 'POST', body: new URLSearchParams(), redirect: 'manual' })
  else await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, card ? { card, outcome: 'paid' } : {})
  await server.graphql(
    `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { id } } }`,
    { id: providerReference },
    token,
  )
  const [row] = await eventually(
    () =>
      server.query<{ external_id: string; customer_id: string }>(
        `select s.external_id, coalesce(c.customer_id, '') as customer_id from billing_subscription s left join billing_customer c on c.account_id = s.account_id
         where s.account_id = $1 order by s.started_at desc, s.id desc limit 1`,
        [account.id],
      ),
    (rows) => rows.length === 1,
  )
  return { token, accountId: account.id, email, externalId: row!.external_id, customerId: row!.customer_id }
}

const SUBSCRIPTION = `id status quantity plan { code } cancelAt currentPeriodEnd graceEndsAt items { quantity product { code } package { code } price { money { decimal } interval { unit count } } }
  scheduledChange { plan { code } quantity effectiveAt }`

export interface SubscriptionView {
  readonly id: string
  readonly status: string
  readonly quantity: number
  readonly plan: { readonly code: string }
  readonly cancelAt: string | null
  readonly currentPeriodEnd: string
  readonly graceEndsAt: string | null
  readonly items: {
    quantity: number
    product: { code: string }
    package: { code: string } | null
    price: { money: { decimal: string } }
  }[]
  readonly scheduledChange: { plan: { code: string }; quantity: number; effectiveAt: string } | null
}

/** Result of a subscription mutation: the subscription or the denial. */
export interface Answered extends SubscriptionView {
  readonly __typename: string
  readonly code: string
  readonly message: string
  readonly remedies: {
    kind: string
    label: string
    mutation: string | null
    input: object | null
    url: string | null
  }[]
  readonly effectiveAt: string
  readonly actionUrl: string | null
  readonly subscription: SubscriptionView
}

/** Calls one of the mutations that change a subscription; the key is new unless one is given. */
export async function change(
  server: TestServer,
  who: Pick<Subscriber, 'token'>,
  mutation:
    | 'changePlan'
    | 'cancelSubscription'
    | 'pauseSubscription'
    | 'resumeSubscription'
    | 'addAddon'
    | 'removeAddon',
  input: Record<string, unknown> = {},
): Promise<Answered> {
  const success =
    mutation === 'changePlan'
      ? `__typename effectiveAt actionUrl subscription { ${SUBSCRIPTION} }`
      : `subscription { __typename ${SUBSCRIPTION} }`
  const answer = await server.graphql<Record<string, Answered>>(
    mutationText(
      mutation,
      `${success} denial { __typename code message remedies { kind label mutation input url } issues { path } }`,
    ),
    variablesOf(mutation, { idempotencyKey: `change-${++serial}`, ...input }),
    who.token,
  )
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer.data[mutation]!
}

export interface AccountView {
  readonly plan: { plan: { code: string }; endsAt: string | null }
  readonly subscription: SubscriptionView | null
  readonly entitlements: { feature: { code: string }; limit: number | null; unlimited: boolean; granted: boolean }[]
}

/** The account as its owner sees it. */
export async function accountOf(server: TestServer, who: Pick<Subscriber, 'token'>): Promise<AccountView> {
  const { data } = await server.graphql<{
    account: Pick<AccountView, 'plan'> & {
      billing: Pick<AccountView, 'subscription'>
      usage: Pick<AccountView, 'entitlements'>
    }
  }>(
    `{ account { plan { plan { code } endsAt } billing { subscription { ${SUBSCRIPTION} } } usage { entitlements { feature { code } limit unlimited granted } } } }`,
    {},
    who.token,
  )
  const { plan, billing, usage } = data.account
  return { plan, ...billing, ...usage }
}

/** Limit of a feature. Null if unlimited. */
export const limitOf = (account: AccountView, feature: string): number | null =>
  account.entitlements.find((entitlement) => entitlement.feature.code === feature)!.limit

/** The events on the account's own stream of these types, oldest first. */
export const eventsOf = async (
  server: TestServer,
  who: Pick<Subscriber, 'accountId'>,
  ...types: string[]
): Promise<string[]> =>
  (
    await server.query<{ type: string }>(
      `select type from stream_event where stream_id = $1 and (cardinality($2::text[]) = 0 or type = any($2)) order by sequence`,
      [who.accountId, types],
    )
  ).map(({ type }) => type)

/** Result of a preview: the costs or the denial. */
export interface PreviewView {
  readonly __typename: string
  readonly code: string
  readonly dueNow: { decimal: string }
  readonly credit: { decimal: string }
  readonly unusedTime: string
  readonly lines: {
    description: string
    money: { decimal: string }
    quantity: string | null
    kind: string
    periodStart: string | null
    periodEnd: string | null
  }[]
  readonly nextAmount: { decimal: string } | null
  readonly beginsPeriod: boolean
  readonly nextDate: string | null
  readonly effectiveAt: string
  readonly entitlementsBefore: { feature: { code: string }; limit: number | null }[]
  readonly entitlementsAfter: { feature: { code: string }; limit: number | null }[]
}

/** Looks at a change of plan without making it. */
export async function previewPlanChange(
  server: TestServer,
  { token }: Pick<Subscriber, 'token'>,
  input: Record<string, unknown>,
): Promise<PreviewView> {
  const { data, errors } = await server.graphql<{
    previewPlanChange: PreviewView & { readonly denial: PreviewView | null }
  }>(
    `query ($input: ChangePlanInput!) {
      previewPlanChange(input: $input) {
        __typename
        dueNow { decimal }
        credit { decimal }
        unusedTime
        lines { description money { decimal } quantity kind periodStart periodEnd }
        nextAmount { decimal }
        nextDate
        effectiveAt
        beginsPeriod
        entitlementsBefore { feature { code } limit }
        entitlementsAfter { feature { code } limit }
        denial { __typename code }
      }
    }`,
    { input },
    token,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data.previewPlanChange?.denial ?? data.previewPlanChange
}

/** Object of the sandbox, read by the provider's API. */
export async function stripeObject<Found>(server: TestServer, path: string): Promise<Found> {
  const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
    headers: { authorization: 'Bearer sk_test_sandbox_server' },
  })
  return (await response.json()) as Found
}

/** Calls the provider's API as a dashboard user does. */
export async function stripeCall<Found>(
  server: TestServer,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: Record<string, string> = {},
): Promise<Found> {
  const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
    method,
    headers: { authorization: 'Bearer sk_test_sandbox_server' },
    ...(method === 'GET' ? {} : { body: new URLSearchParams(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
  return (await response.json()) as Found
}

/** Changes a subscription at Stripe alone, without a proration. */
export const changeAtStripe = (
  server: TestServer,
  externalId: string,
  body: Record<string, string>,
): Promise<unknown> =>
  stripeCall(server, 'POST', `subscriptions/${externalId}`, { proration_behavior: 'none', ...body })

/** Invoices of a subscriber so far, newest first, as totals in the smallest unit. */
export const waitForInvoices = async (
  server: TestServer,
  { customerId }: Pick<Subscriber, 'customerId'>,
): Promise<number[]> =>
  (await stripeObject<{ data: { total: number }[] }>(server, `invoices?customer=${customerId}&limit=20`)).data.map(
    ({ total }) => total,
  )

/** Number of subscription changes requested at the provider. */
export const requestedChanges = async (server: TestServer): Promise<number> =>
  (await server.sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')).calls.filter(
    ({ method, path }) => method === 'POST' && path.startsWith('/v1/subscriptions/'),
  ).length
