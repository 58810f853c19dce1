import { variablesOf } from './mutations.js'
import {
  isSendable,
  PAGES,
  payloadOf,
  remedyText,
  STEP,
  type Outcome,
  type Payload,
  type Step,
} from './remedy-program.js'
import { eventually, type TestServer } from './test-server.js'

type ProviderName = 'STRIPE' | 'PAYPAL'

/** State of an account in which a use is denied. */
export interface Situation {
  readonly name: string
  /** Days of business time after which it is reached. */
  readonly after: number
  /** Brings a person into it. False if the catalog has no such state. */
  readonly prepare: (person: Person) => Promise<boolean>
  /** Waits until it is reached. */
  readonly reached?: (person: Person) => Promise<unknown>
  /** A step that must be named, by its kind or action. */
  readonly names?: RegExp
  /** The bank declines the charge of a change: the denial names the payment method. */
  readonly declines?: boolean
}

interface OfferedPlan {
  readonly code: string
  readonly prices: readonly { readonly interval: string; readonly trialDays: number }[]
}

let serial = 0

/** A person whose uses are denied, and who carries out what the denials name. */
export class Person {
  private constructor(
    readonly server: TestServer,
    readonly name: string,
    private readonly email: string,
    private readonly token: string,
  ) {}

  static async of(server: TestServer, name: string): Promise<Person> {
    const email = `remedy-${++serial}@example.com`
    return new Person(server, name, email, await server.token(email))
  }

  async query<Data>(text: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.server.graphql<Data>(text, variables, this.token)
    if (errors) throw new Error(`${this.name}: ${JSON.stringify(errors)}`)
    return data
  }

  /** Sends a mutation with values of its arguments. */
  call(mutation: string, values: Record<string, unknown> = {}): Promise<Payload> {
    return this.send(mutation, variablesOf(mutation, values))
  }

  private async send(mutation: string, variables: Readonly<Record<string, unknown>>): Promise<Payload> {
    const key = `remedy-${++serial}`
    const done = await this.query<Record<string, Outcome>>(remedyText(mutation), { ...variables, key })
    return payloadOf(done[mutation]!)
  }

  async plans(): Promise<OfferedPlan[]> {
    const { plans } = await this.query<{ plans: OfferedPlan[] }>(
      `{ plans { code prices { interval { unit count } trialDays } } }`,
    )
    return plans.filter(({ prices }) => prices.length > 0)
  }

  /** Opens the page of a plan, the lowest that the provider can charge. Null if there is none. */
  private async open(input: Record<string, unknown>, trial: boolean): Promise<Payload['checkout'] | null> {
    for (const { code, prices } of await this.plans()) {
      const [price] = prices
      if (trial && !price!.trialDays) continue
      const page = await this.call('startSubscription', {
        plan: code,
        interval: price!.interval,
        ...(trial ? {} : { trialDays: 0 }),
        ...input,
      })
      if (page.checkout) return page.checkout
      if (page.denial?.code !== 'NOT_SUPPORTED_BY_PROVIDER') throw new Error(`${this.name}: ${page.denial?.message}`)
    }
    return null
  }

  async confirm(providerReference: string): Promise<void> {
    await this.query(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { status } } }`,
      {
        id: providerReference,
      },
    )
  }

  /** Subscribes by a provider. False if no plan allows it. */
  async subscribe(
    provider: ProviderName,
    { trial = false, pay = {} }: { readonly trial?: boolean; readonly pay?: object | null } = {},
  ): Promise<boolean> {
    const page = await this.open({ provider }, trial)
    if (!page) return false
    if (pay) await this.server.sandboxControl('POST', `checkouts/${page.providerReference}/pay`, pay)
    else await fetch(`${page.url}/free`, { method: 'POST', body: new URLSearchParams(), redirect: 'manual' })
    await this.confirm(page.providerReference)
    return true
  }

  /** Lets the next payments at the provider fail. */
  async declines(): Promise<void> {
    const [payer] = await this.server.query<{ id: string }>(
      `select case when s.provider = 'PAYPAL' then s.external_id else c.customer_id end as id
       from account a join billing_subscription s on s.account_id = a.id
         left join billing_customer c on c.account_id = a.id and c.provider = s.provider
       where a.external_id = $1`,
      [this.email],
    )
    await this.server.sandboxControl('POST', 'payments/fail-next', { customer: payer!.id, times: 20 })
  }

  async dispute(): Promise<void> {
    const payment = await eventually(
      () =>
        this.server.query<{ id: string }>(
          `select p.payment_id as id from purchase p join account a on a.id = p.account_id where a.external_id = $1 and p.payment_id is not null`,
          [this.email],
        ),
      (rows) => rows.length > 0,
    )
    await this.server.sandboxControl('POST', 'disputes', { payment: payment[0]!.id, status: 'needs_response' })
    await eventually(
      () =>
        this.server.query(
          `select d.id from dispute d join account a on a.id = d.account_id where a.external_id = $1 and d.status = 'OPEN'`,
          [this.email],
        ),
      (rows) => rows.length > 0,
    )
  }

  /** Waits for one of the statuses of the subscription, and for the end of its access. */
  status(expected: readonly string[], isAccessEnded = false): Promise<unknown> {
    return eventually(
      () =>
        this.server.query<{ status: string; ended: boolean }>(
          `select s.status, s.access_ended_at is not null as ended from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
          [this.email],
        ),
      ([row]) => row !== undefined && expected.includes(row.status) && row.ended === isAccessEnded,
      20_000,
    )
  }

  /** Steps that denied uses name: one more than is left of every feature, and the highest plan. */
  async steps(): Promise<Step[]> {
    const { account } = await this.query<{
      account: {
        usage: {
          entitlements: {
            feature: { code: string; kind: string }
            limit: number | null
            remaining: number | null
            granted: boolean
            unlimited: boolean
          }[]
        }
      }
    }>(`{ account { usage { entitlements { feature { code kind } limit remaining granted unlimited } } } }`)
    const uses = account.usage.entitlements.flatMap(
      ({ feature: { code, kind }, limit, remaining, granted, unlimited }) =>
        unlimited || (kind === 'BOOLEAN' && granted)
          ? []
          : [{ feature: code, amount: kind === 'BOOLEAN' ? 1 : ((kind === 'RATE' ? limit : remaining) ?? 0) + 1 }],
    )
    const { checks } = await this.query<{ checks: { denial: Payload['denial'] }[] }>(
      `query ($requests: [CheckInput!]!) { checks(requests: $requests) { denial { remedies { ${STEP} } } } }`,
      { requests: uses },
    )
    const plan = (await this.plans()).at(-1)!.code
    const { highest } = await this.query<{ highest: { held: { denial: Payload['denial'] } } }>(
      `query ($plan: String!) { highest: plan(code: $plan) { held { denial { remedies { ${STEP} } } } } }`,
      { plan },
    )
    const steps = [...checks, highest.held].flatMap(({ denial }) => denial?.remedies ?? [])
    return [...new Map(steps.map((step) => [JSON.stringify([step.mutation, step.input, step.url]), step])).values()]
  }

  /** Carries out every step that opens a page, and that with the number of those that change the account. Returns what was refused. */
  async carryOutRemedies(situation: Situation, number: number): Promise<string[]> {
    const steps = await this.steps()
    const sendable = steps.filter(isSendable)
    const pages = sendable.filter(({ mutation }) => PAGES.includes(mutation!))
    const changes = sendable.filter(({ mutation }) => !PAGES.includes(mutation!))
    // A page of a provider and a minute are limited for each account.
    const chosen = [...sampledPages(pages, number), ...changes.slice(number, number + 1)]
    const refused: string[][] = []
    // A page takes the place of one that is open.
    for (const step of chosen) refused.push(await this.carryOut(situation, step))
    // A plan can grant everything without a limit.
    const isNamed =
      !situation.names || steps.length === 0 || steps.some((step) => situation.names!.test(JSON.stringify(step)))
    return [
      ...refused.flat(),
      ...(isNamed ? [] : [`${this.name}: no step is ${String(situation.names)}: ${JSON.stringify(steps)}`]),
    ]
  }

  private async carryOut(situation: Situation, { mutation, input }: Step): Promise<string[]> {
    const { denial } = await this.send(mutation!, input!)
    if (!denial) return []
    if (situation.declines && denial.code === 'PAYMENT_FAILED') {
      const portal = denial.remedies.find((step) => step.mutation === 'openBillingPortal')
      if (portal && (await this.send('openBillingPortal', portal.input ?? {})).url) return []
    }
    return [`${this.name}: ${mutation} ${JSON.stringify(input)}: ${denial.code} ${denial.message}`]
  }
}

/** Pages of the person with a number: all of them, distributed over the persons, of each mutation at most two. */
function sampledPages(pages: readonly Step[], number: number): Step[] {
  const names = [...new Set(pages.map(({ mutation }) => mutation))]
  return names.flatMap((name) => {
    const ofMutation = pages.filter(({ mutation }) => mutation === name)
    return [0, 1].flatMap((offset) => ofMutation[2 * number + offset] ?? (offset === 0 ? ofMutation.at(-1)! : []))
  })
}

const WAITS = /"WAIT"/

const ofProvider = (provider: ProviderName): Situation[] => {
  const of = (name: string, rest: Partial<Situation> & Pick<Situation, 'prepare'>): Situation => ({
    name: `${provider} ${name}`,
    after: 0,
    ...rest,
  })
  const subscribed = (then: (person: Person) => Promise<unknown>) => async (person: Person) => {
    if (!(await person.subscribe(provider))) return false
    await then(person)
    return true
  }
  return [
    of('active', { prepare: subscribed(() => Promise.resolve()) }),
    of('trial', { prepare: (person) => person.subscribe(provider, { trial: true }) }),
    of('cancellation scheduled', { prepare: subscribed((person) => person.call('cancelSubscription')) }),
    of('ended', { prepare: subscribed((person) => person.call('cancelSubscription', { at: 'NOW' })) }),
    of('change scheduled', {
      prepare: async (person) => {
        const plans = await person.plans()
        const [plan] = plans
        if (!plan || !(await person.subscribe(provider))) return false
        const other = { plan: (plans[1] ?? plan).code, at: 'PERIOD_END' }
        await person.call('changePlan', other)
        return true
      },
    }),
    of('disputed', { prepare: subscribed((person) => person.dispute()), names: WAITS }),
    of('declined card', { prepare: subscribed((person) => person.declines()), declines: true }),
    of('past due', {
      after: 32,
      prepare: subscribed((person) => person.declines()),
      reached: (person) => person.status(['PAST_DUE']),
      names: /PAY_INVOICE/,
    }),
    of('grace over', {
      after: 48,
      prepare: subscribed((person) => person.declines()),
      reached: (person) => person.status(['PAST_DUE', 'UNPAID'], true),
      names: /PAY_INVOICE/,
    }),
  ]
}

/** Every state of subscription, payment and provider. */
export const SITUATIONS: readonly Situation[] = [
  { name: 'none', after: 0, prepare: () => Promise.resolve(true) },
  ...ofProvider('STRIPE'),
  ...ofProvider('PAYPAL'),
  {
    name: 'STRIPE trial without a card',
    after: 0,
    prepare: (person) => person.subscribe('STRIPE', { trial: true, pay: null }),
    names: /ADD_PAYMENT_METHOD|purchasePackage|addAddon/,
  },
  {
    name: 'STRIPE paused without a card',
    after: 32,
    prepare: (person) => person.subscribe('STRIPE', { trial: true, pay: null }),
    reached: (person) => person.status(['PAUSED']),
    names: /ADD_PAYMENT_METHOD/,
  },
  {
    name: 'STRIPE bank debit of a pack pending',
    after: 0,
    prepare: async (person) => {
      const pack = (await person.steps()).find(({ mutation }) => mutation === 'purchasePackage')
      if (!pack) return false
      const { providerReference } = (await person.call('purchasePackage', { ...pack.input })).checkout!
      const pay = { outcome: 'async_paid', settle: 'later' }
      await person.server.sandboxControl('POST', `checkouts/${providerReference}/pay`, pay)
      await person.confirm(providerReference)
      return true
    },
    names: WAITS,
  },
  {
    name: 'STRIPE bank debit pending',
    after: 0,
    prepare: (person) => person.subscribe('STRIPE', { pay: { outcome: 'async_paid', settle: 'later' } }),
    names: WAITS,
  },
]
