import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { eventually, type TestServer } from '#test/support/test-server.js'
import { accountOf, change } from '#test/support/subscribers.js'
import { STORAGE } from './catalog.js'
import type { Held, Lowered } from './model.js'
import { returned, type Records } from './records.js'
import { promisedCredit, type GivenCredit } from './unused-time.js'
import { begin, type TableProvider } from './providers.js'
import type { Beginning } from './steps.js'

const HOUR = 3_600_000
const back = ({ payments }: Records) => payments.reduce((sum, payment) => sum + returned(payment), 0)
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

/** A purchase as the account shows it, with the provider's payment that it records. */
export interface VisiblePurchase {
  readonly id: string
  readonly status: string
  readonly amount: number
  readonly payment: string | null
  readonly takenBack: number
}

/** Denials that a step can get. Any other error is a defect of the server, not of the customer. */
const UNEXPECTED = new Set(['PROVIDER_UNAVAILABLE', 'INTERNAL', 'UNAVAILABLE', 'BAD_INPUT'])

/** One customer of the table, the bank, the operator, and time, over the interfaces that they have. */
export class Person {
  /** Actions and their results, for the report. */
  readonly log: string[] = []
  readonly faults: string[] = []
  endedByCustomer = false
  readonly lowered: Lowered[] = []
  private readonly given: GivenCredit[] = []

  private constructor(
    readonly server: TestServer,
    readonly provider: TableProvider,
    readonly who: Buyer,
    readonly accountId: string,
    /** The id of the customer, or of the subscription, at the provider. */
    readonly key: string,
    private readonly operator: string,
  ) {}

  static async begin(
    server: TestServer,
    provider: TableProvider,
    beginning: Beginning,
    email = `${randomUUID().slice(0, 13)}@example.com`,
  ): Promise<Person> {
    const who = await Buyer.named(server, email)
    const accountId = await begin(server, provider, who, beginning)
    const key = await provider.keyOf(server, accountId)
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    const person = new Person(server, provider, who, accountId, key, operator)
    await person.quiet()
    person.log.push(beginning.name)
    return person
  }

  async plan(): Promise<string> {
    const { subscription, plan } = await accountOf(this.server, this.who)
    return subscription?.plan.code ?? plan.plan.code
  }

  async quantity(): Promise<number> {
    return (await accountOf(this.server, this.who)).subscription?.quantity ?? 1
  }

  /** Current entitlements of the account, not the data of the subscription. */
  async held(): Promise<Held> {
    const { plan, entitlements } = await accountOf(this.server, this.who)
    const limit = (code: string) => entitlements.find(({ feature }) => feature.code === code)?.limit ?? 0
    const { code } = plan.plan
    return { plan: code, quantity: limit('servers'), addons: (limit('storage_gb') - (STORAGE[code] ?? 0)) / 10 }
  }

  records(): Promise<Records> {
    return this.provider.records(this.server, this.key)
  }

  async change(
    mutation: 'changePlan' | 'addAddon' | 'removeAddon' | 'cancelSubscription' | 'resumeSubscription',
    input: Record<string, unknown>,
  ): Promise<boolean> {
    const { __typename, code, message, actionUrl } = await change(this.server, this.who, mutation, input)
    const done = this.note(mutation, __typename === 'Denial' ? { code, message } : null)
    if (done && actionUrl) await this.server.sandboxControl('POST', `checkouts/${this.key}/pay`, {})
    return done
  }

  async end(at: 'NOW' | 'PERIOD_END'): Promise<void> {
    if (at === 'PERIOD_END') return void (await this.change('cancelSubscription', { at }))
    const done = await this.giveUp(null, () => this.change('cancelSubscription', { at }))
    if (done) this.endedByCustomer = true
  }

  /** Lowers the terms immediately. Such a change creates no bill. */
  async lower(
    to: (before: Held) => Partial<Held>,
    mutation: 'changePlan' | 'removeAddon',
    input: Record<string, unknown>,
  ): Promise<void> {
    const before = await this.held()
    const after = { ...before, ...to(before) }
    const { bills } = await this.records()
    const done = await this.giveUp(after, () => this.change(mutation, input))
    const credit = this.given.at(-1)?.amount ?? 0
    if (done) this.lowered.push({ ...after, afterBill: bills.at(-1)?.id ?? null, credit })
  }

  /** Compares the credit for unused time, or the refund that replaces it, with the documented amount. */
  private async giveUp(after: Held | null, act: () => Promise<boolean>): Promise<boolean> {
    const [before, held, trial] = [await this.records(), await this.held(), await this.isTrial()]
    const promised = trial ? { amount: 0, until: 0 } : promisedCredit(before, held, after, this.given)
    if (!(await act())) return false
    await this.quiet()
    const now = await this.records()
    const credit = now.credit - before.credit + back(now) - back(before)
    if (credit !== promised.amount)
      this.faults.push(`unused time gave ${credit}, the documents promise ${promised.amount}`)
    this.given.push(promised)
    return true
  }

  private async isTrial(): Promise<boolean> {
    return (await accountOf(this.server, this.who)).subscription?.status === 'TRIALING'
  }

  async purchases(): Promise<VisiblePurchase[]> {
    const { purchases } = await this.who.account()
    const rows = await this.server.query<{ id: string; payment_id: string | null; reversed_minor: string }>(
      `select id, payment_id, reversed_minor from purchase where account_id = $1`,
      [this.accountId],
    )
    return purchases.nodes.map(({ id, status, money }) => {
      const row = rows.find((one) => one.id === id)
      const takenBack = Number(row?.reversed_minor ?? 0)
      return { id, status, amount: money.amountMinor, payment: row?.payment_id ?? null, takenBack }
    })
  }

  /** An operator refunds a share of the first or the last purchase that was paid with money. */
  async refund(which: 'first' | 'last', share: number): Promise<void> {
    const paid = (await this.purchases()).filter(({ status, amount }) => status !== 'PENDING' && amount > 0)
    const purchase = which === 'last' ? paid[0] : paid.at(-1)
    if (!purchase) return void this.log.push('nothing to refund')
    const input = {
      purchaseId: purchase.id,
      reason: 'the table of money',
      idempotencyKey: randomUUID(),
      ...(share === 1 ? {} : { amount: { amountMinor: Math.floor(purchase.amount * share), currency: 'USD' } }),
    }
    const { data, errors } = await this.server.graphql<{
      refundPurchase: { code?: string; message?: string }
    }>(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code message } } }`,
      variablesOf('refundPurchase', input),
      this.operator,
    )
    if (errors)
      return void this.note('refundPurchase', { code: errors[0]!.extensions.code, message: errors[0]!.message })
    const { code, message } = data.refundPurchase
    this.note('refundPurchase', code === undefined ? null : { code, message: message! })
  }

  /** The bank disputes the last payment or decides the dispute. */
  async dispute(status: 'needs_response' | 'won' | 'lost'): Promise<void> {
    const { payments } = await this.records()
    const payment =
      status === 'needs_response'
        ? payments.findLast((one) => one.refunded < one.amount && !one.wasDisputed)
        : payments.find(({ disputed }) => disputed)
    if (!payment) return void this.log.push(`no payment for a dispute: ${status}`)
    await this.server.sandboxControl('POST', 'disputes', { payment: payment.id, status })
    this.note(`dispute ${status}`, null)
  }

  /** The period ends, and the next one is charged an hour later. */
  async renewal(): Promise<void> {
    await this.server.advanceTo(new Date((await this.periodEnd()) * 1000 + 2 * HOUR).toISOString())
    this.note('renewal', null)
  }

  async unpaid(): Promise<void> {
    await this.server.sandboxControl('POST', 'payments/fail-next', { customer: this.key, times: 1000 })
    await this.renewal()
  }

  async graceOver(): Promise<void> {
    const { now } = await this.records()
    await this.server.advanceTo(iso(now + 11 * 86_400))
    this.note('grace over', null)
  }

  /** Pays the open invoice on the provider's page, as the recipient of the mail does. */
  async payOpen(): Promise<void> {
    await this.server.sandboxControl('DELETE', `payments/fail-next/${this.key}`)
    const open = (await this.records()).bills.find(({ status }) => status === 'open')
    if (!open) return void this.log.push('nothing open')
    const form = { number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ann' }
    const page = await fetch(`${this.server.sandbox.url}/i/${open.id}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
    })
    this.note('pays', page.status === 303 ? null : { code: String(page.status), message: 'the page refused' })
  }

  /** The renewal comes while no call and no webhook gets through; then an operator compares the time of the absence. */
  async away(): Promise<void> {
    const end = await this.periodEnd()
    const { now } = await this.records()
    await this.server.sandboxControl('POST', 'faults', { match: { path: this.provider.path }, action: 'drop_before' })
    await this.server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
    await this.server.sandboxControl('POST', 'clock', { to: iso(end + 4 * 86_400) })
    await this.server.sandboxControl('DELETE', 'faults')
    await this.server.advanceTo(iso(end + 4 * 86_400 + 3600))
    await this.quiet()
    const { errors } = await this.server.graphql(
      `mutation ($input: ReconcileInput!, $key: String!) { reconcile(input: $input, key: $key) { denial { code } } }`,
      { input: { heal: true, provider: this.provider.name, from: iso(now) }, key: `away-${iso(now)}` },
      this.operator,
    )
    this.note('renewal while away', errors ? { code: errors[0]!.extensions.code, message: errors[0]!.message } : null)
  }

  /** Ends what still runs, so that later paths do not renew it. */
  async leave(): Promise<void> {
    await this.server.sandboxControl('DELETE', `payments/fail-next/${this.key}`)
    for (const { id, endedAt } of (await this.records()).agreements)
      if (endedAt === null) await this.provider.endThere(this.server, id)
    await this.quiet()
  }

  /** Waits until every webhook has arrived and was processed, and everything that followed from it was carried out. */
  async quiet(): Promise<void> {
    await eventually(
      async () => {
        const { pendingDeliveries } = await this.server.sandboxControl<{ pendingDeliveries: number }>('GET', 'clock')
        const [row] = await this.server.query<{ waiting: string }>(
          `select (select count(*) from inbox_object where pending)
                + (select count(*) from outbox_event where state = 'PENDING')
                + (select count(*) from refund where status = 'CREATING')
                + (select count(*) from credit_adjustment where status = 'CREATING') as waiting`,
        )
        return pendingDeliveries + Number(row!.waiting)
      },
      (waiting) => waiting === 0,
      60_000,
    )
  }

  private async periodEnd(): Promise<number> {
    const { agreements, now } = await this.records()
    return agreements.findLast(({ endedAt }) => endedAt === null)?.periodEnd ?? now
  }

  private note(what: string, refused: { code: string; message: string } | null): boolean {
    this.log.push(refused ? `${what} refused: ${refused.code}` : what)
    if (refused && UNEXPECTED.has(refused.code)) this.faults.push(`${what}: ${refused.code} ${refused.message}`)
    return refused === null
  }
}
