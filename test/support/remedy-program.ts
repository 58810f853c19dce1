import { changedArguments } from '@stackgate/client'
import { mutationText, variablesOf } from './mutations.js'
import type { TestServer } from './test-server.js'

/** A remedy as a program reads it. */
export interface Step {
  readonly kind: string
  readonly label: string
  readonly mutation: string | null
  readonly input: Readonly<Record<string, unknown>> | null
  readonly url: string | null
  readonly at: string | null
}

export const STEP = 'kind label mutation input url at'

/** Fields that a program needs of the mutations of remedies. */
const SELECTIONS: Readonly<Record<string, string>> = {
  startSubscription: 'checkout { providerReference url }',
  purchasePackage: 'checkout { providerReference url }',
  purchaseTemplate: 'checkout { providerReference url }',
  openBillingPortal: 'url',
}

/** Document of a mutation with its denial. */
export const remedyText = (mutation: string): string =>
  mutationText(mutation, `${SELECTIONS[mutation] ?? ''} denial { code message remedies { ${STEP} } }`)

/** True if a program can send the remedy without a change. */
export const isSendable = ({ mutation, input }: Step): boolean => mutation !== null && input !== null

/** Mutations that only open a page. */
export const PAGES = Object.keys(SELECTIONS)

/** Payload of a mutation. */
export interface Payload {
  readonly checkout?: { readonly providerReference: string; readonly url: string } | null
  readonly url?: string | null
  readonly denial: { readonly code: string; readonly message: string; readonly remedies: readonly Step[] } | null
}

/** Outcome of `TestServer.graphql` for `remedyText`: the fields of the object, or those of the denial. */
export type Outcome = Partial<NonNullable<Payload['denial']> & NonNullable<Payload['checkout']>>

/** The payload of an outcome. */
export function payloadOf({ code, message = '', remedies = [], providerReference, url = '' }: Outcome): Payload {
  return {
    checkout: providerReference === undefined ? null : { providerReference, url },
    url: url || null,
    denial: code === undefined ? null : { code, message, remedies },
  }
}

export interface Feature {
  readonly feature: { readonly code: string; readonly kind: string }
  readonly limit: number | null
  readonly remaining: number | null
  readonly granted: boolean
  readonly unlimited: boolean
}

/** A result: the page to open, or the code of a denial with its remedies. */
export interface Result {
  readonly code?: string
  readonly url?: string
  readonly providerReference?: string
  readonly steps: readonly Step[]
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
    const { account } = await this.query<{ account: { usage: { entitlements: Feature[] } } }>(
      `{ account { usage { entitlements { feature { code kind } limit remaining granted unlimited } } } }`,
    )
    return account.usage.entitlements
  }

  async check(feature: string, amount: number): Promise<{ allowed: boolean; steps: readonly Step[] }> {
    const { check } = await this.query<{
      check: { allowed: boolean; denial: { remedies: readonly Step[] } | null }
    }>(
      `query ($feature: String!, $amount: SafeInt) { check(feature: $feature, amount: $amount) { allowed denial { remedies { ${STEP} } } } }`,
      { feature, amount },
    )
    return { allowed: check.allowed, steps: check.denial?.remedies ?? [] }
  }

  /** Sends the mutation of a remedy, and pays. */
  async carryOut(step: Pick<Step, 'mutation' | 'input'>): Promise<void> {
    const result = await this.send(step.mutation!, step.input!)
    expect(result.code).toBeUndefined()
    if (result.providerReference) await this.pay(result.providerReference)
  }

  private async pay(providerReference: string): Promise<void> {
    await this.server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const { confirmCheckout } = await this.query<{ confirmCheckout: { status: string } }>(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { status } } }`,
      { id: providerReference },
    )
    expect(confirmCheckout.status).toBe('COMPLETED')
  }

  /** Subscribes to the lowest paid plan. */
  async subscribe(): Promise<void> {
    await this.carryOut({
      mutation: 'startSubscription',
      input: { input: { ...(await this.cheapest()), provider: 'STRIPE', quantity: 1 } },
    })
  }

  /** Sends a mutation with values of its arguments and a new key. */
  request(mutation: string, values: Record<string, unknown> = {}): Promise<Result> {
    return this.send(mutation, variablesOf(mutation, values))
  }

  private async send(mutation: string, variables: Readonly<Record<string, unknown>>): Promise<Result> {
    const done = await this.query<Record<string, Outcome>>(remedyText(mutation), {
      ...variables,
      key: `program-${++serial}`,
    })
    const { checkout, url, denial } = payloadOf(done[mutation]!)
    return {
      ...(denial ? { code: denial.code } : {}),
      ...(url ? { url } : {}),
      ...(checkout ? { providerReference: checkout.providerReference } : {}),
      steps: denial?.remedies ?? [],
    }
  }

  /** Repeats a denied mutation with the changes of the remedy. */
  retry(mutation: string, values: Record<string, unknown>, { input }: Step): Promise<Result> {
    return this.send(mutation, changedArguments(variablesOf(mutation, values), input))
  }

  /** Pays a checkout and waits until it is completed. */
  payCheckout({ providerReference }: Result): Promise<void> {
    return this.pay(providerReference!)
  }

  /** Cheapest plan that costs something, as `startSubscription` takes it. */
  async cheapest(): Promise<{ plan: string; interval: { unit: string; count: number } | null; currency: string }> {
    const { plans } = await this.query<{
      plans: {
        code: string
        prices: { interval: { unit: string; count: number } | null; money: { currency: string } }[]
      }[]
    }>(`{ plans { code prices { interval { unit count } money { currency } } } }`)
    const plan = plans.find(({ prices }) => prices.length > 0)!
    const [{ interval, money }] = plan.prices as [(typeof plan.prices)[number]]
    return { plan: plan.code, interval, currency: money.currency }
  }
}
