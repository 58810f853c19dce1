import type { TestServer } from './test-server.js'

/** Fields of an action and of no other kind of text. */
export interface Action {
  readonly __typename: string
  readonly [field: string]: unknown
}

export const ACTION = `action { __typename
  ... on StartSubscriptionAction { plan interval quantity currency provider } ... on ChangePlanAction { plan interval quantity }
  ... on PurchasePackageAction { package quantity currency provider } ... on AddAddonAction { package quantity }
  ... on PurchaseTemplateAction { templateId currency provider } ... on CancelSubscriptionAction { at }
  ... on SetSpendCapAction { capId feature period limit { units money { amountMinor currency } } userId }
  ... on RetryAction { provider at omittedFields } ... on WaitAction { retryAt } ... on OpenUrlAction { url } }`

/** Mutations of actions. The input is the fields of the action and a key. */
export const MUTATIONS: Record<string, string> = {
  StartSubscriptionAction: 'startSubscription',
  ChangePlanAction: 'changePlan',
  PurchasePackageAction: 'purchasePackage',
  AddAddonAction: 'addAddon',
  PurchaseTemplateAction: 'purchaseTemplate',
  SetSpendCapAction: 'setSpendCap',
}

/** Mutations that return a checkout. */
const PAID = new Set(['startSubscription', 'purchasePackage', 'purchaseTemplate'])

export interface Feature {
  readonly feature: { readonly code: string; readonly kind: string }
  readonly limit: number | null
  readonly remaining: number | null
  readonly granted: boolean
  readonly unlimited: boolean
}

/** A result: the type, the code of a denial, and what can be done about it. */
export interface Result {
  readonly __typename: string
  readonly code?: string
  readonly url?: string
  readonly providerReference?: string
  readonly actions: readonly Action[]
}

let serial = 0

/** A program that knows no product: it asks, carries out actions, and pays. */
export class Program {
  private constructor(
    private readonly server: TestServer,
    private readonly token: string,
  ) {}

  static async of(server: TestServer): Promise<Program> {
    return new Program(server, await server.token(`program-${++serial}@example.com`))
  }

  async query<Data>(text: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.server.graphql<Data>(text, variables, this.token)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }

  async features(): Promise<Feature[]> {
    const { account } = await this.query<{ account: { entitlements: Feature[] } }>(
      `{ account { entitlements { feature { code kind } limit remaining granted unlimited } } }`,
    )
    return account.entitlements
  }

  async check(feature: string, amount: number): Promise<{ allowed: boolean; actions: Action[] }> {
    const { check } = await this.query<{
      check: { allowed: boolean; denial: { remedies: { action: Action | null }[] } | null }
    }>(
      `query ($feature: String!, $amount: SafeInt) { check(feature: $feature, amount: $amount) { allowed denial { remedies { ${ACTION} } } } }`,
      { feature, amount },
    )
    return { allowed: check.allowed, actions: (check.denial?.remedies ?? []).flatMap(({ action }) => action ?? []) }
  }

  async carryOut({ __typename, ...fields }: Action): Promise<void> {
    const mutation = MUTATIONS[__typename]!
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`
    const done = await this.query<Record<string, { __typename: string; providerReference?: string }>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ${PAID.has(mutation) ? '... on Checkout { providerReference }' : ''} ... on Denial { code message } } }`,
      { input: { ...fields, idempotencyKey: `program-${++serial}` } },
    )
    const result = done[mutation]!
    if (result.__typename === 'Checkout') return this.pay(result.providerReference!)
    expect(result).toMatchObject({ __typename: mutation === 'changePlan' ? 'PlanChanged' : 'BillingSubscription' })
  }

  private async pay(providerReference: string): Promise<void> {
    await this.server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const { confirmCheckout } = await this.query<{ confirmCheckout: { status: string } }>(
      `mutation ($id: String!) { confirmCheckout(input: { providerReference: $id }) { ... on Checkout { status } } }`,
      { id: providerReference },
    )
    expect(confirmCheckout.status).toBe('COMPLETED')
  }

  /** Subscribes to the lowest paid plan. */
  async subscribe(): Promise<void> {
    await this.carryOut({
      __typename: 'StartSubscriptionAction',
      ...(await this.cheapest()),
      provider: 'STRIPE',
      quantity: 1,
    })
  }

  /** Calls a mutation with a new key. */
  async request(mutation: string, input: Record<string, unknown> = {}): Promise<Result> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`
    const shown = PAID.has(mutation)
      ? '... on Checkout { url providerReference }'
      : mutation === 'openBillingPortal'
        ? '... on PortalSession { url }'
        : ''
    const done = await this.query<Record<string, Omit<Result, 'actions'> & { remedies?: { action: Action | null }[] }>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ${shown} ... on Denial { code remedies { ${ACTION} } } } }`,
      { input: { ...input, idempotencyKey: `program-${++serial}` } },
    )
    const { remedies = [], ...result } = done[mutation]!
    return { ...result, actions: remedies.flatMap(({ action }) => action ?? []) }
  }

  /** Repeats a denied mutation with the changes of the action. */
  retry(mutation: string, input: Record<string, unknown>, { provider, at, omittedFields }: Action): Promise<Result> {
    const kept = Object.entries(input).filter(([name]) => !(omittedFields as string[]).includes(name))
    return this.request(mutation, {
      ...Object.fromEntries(kept),
      ...(provider ? { provider } : {}),
      ...(at ? { at } : {}),
    })
  }

  /** Pays a checkout and waits until it is completed. */
  payCheckout({ providerReference }: Result): Promise<void> {
    return this.pay(providerReference!)
  }

  /** Cheapest plan that costs something, as `startSubscription` takes it. */
  async cheapest(): Promise<{ plan: string; interval: string; currency: string }> {
    const { plans } = await this.query<{
      plans: { code: string; prices: { interval: string; money: { currency: string } }[] }[]
    }>(`{ plans { code prices { interval money { currency } } } }`)
    const plan = plans.find(({ prices }) => prices.length > 0)!
    const [{ interval, money }] = plan.prices as [(typeof plan.prices)[number]]
    return { plan: plan.code, interval, currency: money.currency }
  }
}
