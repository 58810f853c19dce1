import { eventually, type House } from './house.js'

/** Somebody who has bought a plan, and what there is to know about him. */
export interface Subscriber {
  readonly token: string
  readonly accountId: string
  readonly email: string
  /** The subscription's id at the provider. */
  readonly externalId: string
  readonly customerId: string
}

export interface Purchase {
  readonly plan: string
  readonly interval?: 'MONTH' | 'YEAR'
  readonly quantity?: number
  readonly currency?: string
  readonly trialDays?: number
  /** The digits of a test card. */
  readonly card?: string
}

/** Buys a plan as a person does: checkout, payment at the provider, return. */
export async function subscribe(house: House, email: string, { card, ...plan }: Purchase): Promise<Subscriber> {
  const token = await house.token(email)
  const started = await house.graphql<{ startSubscription: { sessionId: string; account: { id: string } } }>(
    `mutation ($input: StartSubscriptionInput!) { startSubscription(input: $input) { ... on Checkout { sessionId account { id } } ... on Refused { code message } } }`,
    { input: { ...plan, idempotencyKey: `buy-${email}-${plan.plan}` } },
    token,
  )
  const { sessionId, account } = started.data.startSubscription
  if (!sessionId) throw new Error(JSON.stringify(started))
  await house.control('POST', `checkouts/${sessionId}/pay`, card ? { card } : {})
  await house.graphql(`mutation ($id: String!) { confirmCheckout(sessionId: $id) { id } }`, { id: sessionId }, token)
  const [row] = await eventually(
    () =>
      house.rows<{ external_id: string; customer_id: string }>(
        `select s.external_id, c.customer_id from billing_subscription s join billing_customer c on c.account_id = s.account_id
         where s.account_id = $1 order by s.started_at desc, s.id desc limit 1`,
        [account.id],
      ),
    (rows) => rows.length === 1,
  )
  return { token, accountId: account.id, email, externalId: row!.external_id, customerId: row!.customer_id }
}

const SUBSCRIPTION = `id status quantity plan { code } cancelAt currentPeriodEnd graceUntil items { quantity product { code } package { code } price { money { decimal } interval } }
  plannedChange { plan { code } quantity effectiveAt }`

export interface SeenSubscription {
  readonly id: string
  readonly status: string
  readonly quantity: number
  readonly plan: { readonly code: string }
  readonly cancelAt: string | null
  readonly currentPeriodEnd: string
  readonly graceUntil: string | null
  readonly items: { quantity: number; product: { code: string }; package: { code: string } | null }[]
  readonly plannedChange: { plan: { code: string }; quantity: number; effectiveAt: string } | null
}

/** What a mutation of a subscription answered: the subscription, or the refusal. */
export interface Answered extends SeenSubscription {
  readonly __typename: string
  readonly code: string
  readonly message: string
  readonly field: string | null
  readonly remedies: { kind: string; mutation: string | null; url: string | null }[]
  readonly effectiveAt: string
  readonly actionUrl: string | null
  readonly subscription: SeenSubscription
}

let serial = 0

/** Calls one of the mutations that change a subscription; the key is new unless one is given. */
export async function change(
  house: House,
  who: Pick<Subscriber, 'token'>,
  mutation: 'changePlan' | 'cancelSubscription' | 'resumeSubscription' | 'addAddon' | 'removeAddon',
  input: Record<string, unknown> = {},
): Promise<Answered> {
  const type =
    mutation === 'addAddon' || mutation === 'removeAddon' ? 'Addon' : mutation[0]!.toUpperCase() + mutation.slice(1)
  const success =
    mutation === 'changePlan'
      ? `... on PlanChanged { effectiveAt actionUrl subscription { ${SUBSCRIPTION} } }`
      : `... on BillingSubscription { ${SUBSCRIPTION} }`
  const answer = await house.graphql<Record<string, Answered>>(
    `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ${success} ... on Refused { code message field remedies { kind mutation url } } } }`,
    { input: { idempotencyKey: `change-${++serial}`, ...input } },
    who.token,
  )
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer.data[mutation]!
}

export interface SeenAccount {
  readonly plan: { plan: { code: string }; dateEnd: string | null }
  readonly subscription: SeenSubscription | null
  readonly entitlements: { feature: { code: string }; limit: number | null; unlimited: boolean; granted: boolean }[]
}

/** The account as its owner sees it. */
export async function accountOf(house: House, who: Pick<Subscriber, 'token'>): Promise<SeenAccount> {
  const { data } = await house.graphql<{ account: SeenAccount }>(
    `{ account { plan { plan { code } dateEnd } subscription { ${SUBSCRIPTION} } entitlements { feature { code } limit unlimited granted } } }`,
    {},
    who.token,
  )
  return data.account
}

/** How many of a feature the account may have; null: without a limit. */
export const limitOf = (account: SeenAccount, feature: string): number | null =>
  account.entitlements.find((entitlement) => entitlement.feature.code === feature)!.limit

/** The events on the account's own stream of these types, oldest first. */
export const eventsOf = async (
  house: House,
  who: Pick<Subscriber, 'accountId'>,
  ...types: string[]
): Promise<string[]> =>
  (
    await house.rows<{ type: string }>(
      `select type from stream_event where stream_id = $1 and (cardinality($2::text[]) = 0 or type = any($2)) order by sequence`,
      [who.accountId, types],
    )
  ).map(({ type }) => type)
