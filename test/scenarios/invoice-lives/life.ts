import { randomUUID } from 'node:crypto'
import type { Random } from '#services/kernel/random/random.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import type { EntitlementService } from '#test/support/entitlements.js'
import { mutationText, variablesOf } from '#test/support/mutations.js'
import { offerPlan } from '#test/support/negotiated-plans.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { change, stripeObject } from '#test/support/subscribers.js'
import type { TestServer } from '#test/support/test-server.js'
import {
  INTERVALS,
  pick,
  whole,
  type Combination,
  type Feature,
  type IntervalName,
  type Sold,
  type SoldPlan,
} from './combinations.js'

/** One server and its catalog, which its customers share. */
export interface World {
  readonly server: TestServer
  readonly sold: Sold
  readonly service: EntitlementService
  readonly operator: string
  /** Times at the provider at which the server started again, in seconds. */
  readonly restarts: Set<number>
}

/** Denials that no act may get: they are defects of the server. */
const UNEXPECTED = new Set(['INTERNAL', 'UNAVAILABLE', 'BAD_USER_INPUT', 'BAD_INPUT', 'PROVIDER_UNAVAILABLE'])

/** The page of a sale, or its denial. */
interface StartedPage {
  readonly providerReference: string
  readonly code: string
  readonly message: string
  readonly remedies: readonly object[]
}

type Act = [weight: number, act: () => Promise<unknown>]

const BILLING = `{ account { billing {
  subscription { status currentPeriodEnd cancelAt quantity plan { code } items { quantity package { code } } }
} } }`

interface Billing {
  readonly subscription: {
    readonly status: string
    readonly currentPeriodEnd: string | null
    readonly cancelAt: string | null
    readonly quantity: number
    readonly plan: { readonly code: string }
    readonly items: readonly { readonly quantity: number; readonly package: { readonly code: string } | null }[]
  } | null
}

function intervalInput(wanted: IntervalName): object {
  const { unit, count } = INTERVALS.find(({ name }) => name === wanted)!
  return { unit, count }
}

const ENDED = new Set(['CANCELED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'EXPIRED'])

/** One customer of a server, who acts at random over half a year: the same seed and server give the same acts. */
export class Life {
  /** Acts and their results. */
  readonly log: string[] = []
  readonly faults: string[] = []
  /** Units of every use that was taken. */
  readonly used = { calls: 0, exports: 0 }
  /** Time at which the customer ended everything, in seconds. */
  endedAt = Infinity
  /** True once something has changed the terms within a period. */
  hasChanged = false
  /** Price of a period of the plan that an operator has offered. Null without one. */
  negotiated: number | null = null
  /** IDs of purchases whose payment is disputed. */
  private readonly disputed = new Set<string>()
  /** IDs of purchases whose dispute has ended: a payment is disputed once. */
  private readonly endedDisputes = new Set<string>()
  /** True once the bank has returned a disputed payment to the seller. */
  hasWonDispute = false
  private isDeniedByPayPal = false
  /** `hasChanged` before the acts at the end. */
  hasChangedBeforeEnd = false
  private readonly random: Random
  private customer: string | null = null

  private constructor(
    readonly world: World,
    readonly combination: Combination,
    readonly plan: SoldPlan,
    readonly buyer: Buyer,
    readonly accountId: string,
    readonly seed: number,
  ) {
    this.random = createSeededRandom(seed)
  }

  static async begin(world: World, combination: Combination, plan: SoldPlan, seed: number): Promise<Life> {
    const buyer = await Buyer.named(world.server, `life-${seed}-${randomUUID().slice(0, 8)}@example.com`)
    const life = new Life(world, combination, plan, buyer, await accountIdOf(world.server, buyer.token), seed)
    if (combination.customer === 'exempt') await life.exempt()
    if (combination.price === 'negotiated') await life.subscribe(plan, await life.negotiate())
    else if (combination.price !== 'none') await life.subscribe(plan)
    return life
  }

  get name(): string {
    const { log, combination } = this
    return `seed ${this.seed}, ${Object.values(combination).join(' | ')}\n    ${this.plan.code}: ${log.join(' > ')}`
  }

  /** The customer at Stripe. Null before the first purchase, and with PayPal. */
  async customerId(): Promise<string | null> {
    if (this.combination.provider === 'PAYPAL') return null
    const [row] = await this.world.server.query<{ id: string }>(
      `select customer_id as id from billing_customer where account_id = $1 and provider = 'STRIPE' and customer_id is not null`,
      [this.accountId],
    )
    return (this.customer ??= row?.id ?? null)
  }

  async subscription(): Promise<Billing['subscription']> {
    const { data } = await this.world.server.graphql<{ account: { billing: Billing } }>(BILLING, {}, this.buyer.token)
    const { subscription } = data.account.billing
    return subscription && !ENDED.has(subscription.status) ? subscription : null
  }

  /** One to three acts of a week. */
  async week(): Promise<void> {
    const now = (await this.now()).toISOString().slice(0, 16)
    this.log.push(`[${now}]`)
    for (let act = whole(this.random, 1, 3); act > 0; act--) await this.act()
  }

  private async act(): Promise<void> {
    const { random, combination } = this
    const running = await this.subscription()
    if (combination.price === 'lifetime') return void (await this.actOfOwner())
    if (combination.price === 'none') return random.next() < 0.4 ? this.buyPack() : this.use(running?.quantity ?? 1)
    if (!running) return random.next() < 0.5 ? this.subscribe(this.plan) : this.use(1)
    const quantity = running.quantity
    const [isCalm, hasAddons] = [combination.temper === 'calm', combination.addons === 'some']
    const ordinary: Act[] = [
      [12, () => this.use(quantity)],
      [2, () => this.useLate(whole(random, 1, 72))],
      [combination.packs === 'some' ? 2 : 0, () => this.buyPack()],
      [hasAddons ? 1.5 : 0, () => this.change('addAddon', { package: 'more' })],
      [hasAddons ? 0.8 : 0, () => this.change('removeAddon', { package: 'more' })],
      [1, () => this.changePlan(pick(random, ['NOW', 'PERIOD_END', undefined]))],
      [combination.seats === 'per seat' ? 1 : 0, () => this.changeQuantity(running.plan.code)],
      [combination.provider === 'PAYPAL' ? 1 : 0, () => this.askUnsupported(running.plan.code)],
    ]
    const troubles: Act[] = [
      [0.3, () => this.change('cancelSubscription', { at: 'NOW' })],
      [0.5, () => this.change('cancelSubscription', { at: 'PERIOD_END' })],
      [0.4, () => this.change('pauseSubscription', {})],
      [0.8, () => this.change('resumeSubscription', {})],
      [0.5, () => this.refund()],
      [this.disputed.size > 0 ? 3 : 1, () => this.dispute()],
      [0.8, () => this.failPayments()],
      [1.2, () => this.payOpen()],
    ]
    const acts = isCalm ? ordinary : [...ordinary, ...troubles]
    let at = random.next() * acts.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, act] of acts) {
      at -= weight
      if (at < 0) return void (await act())
    }
  }

  /** An act of a customer whose plan is paid for a lifetime. */
  private actOfOwner(): Promise<unknown> {
    const { random, combination, plan } = this
    const kind = random.next()
    if (kind < 0.6) return this.use(1)
    if (kind < 0.8) return this.buyPack()
    if (combination.temper === 'calm' || kind < 0.9) return this.subscribe(plan)
    return kind < 0.95 ? this.refund() : this.dispute()
  }

  /** An operator offers the plan below its price. Returns the ID of the offer. */
  private async negotiate(): Promise<string> {
    const { combination, plan, world, accountId } = this
    this.negotiated = Math.ceil(plan.prices[combination.interval] * 0.8)
    const { id, code, message } = await offerPlan(world.server, world.operator, {
      accountId,
      plan: plan.code,
      price: { amountMinor: this.negotiated, currency: world.sold.secondCurrency ?? world.sold.currency },
      interval: intervalInput(combination.interval),
      periods: combination.interval === 'WEEK' ? 60 : 12,
    })
    if (code !== undefined) this.faults.push(`offer of ${plan.code}: ${code} ${message}`)
    return id
  }

  /** Disputes a payment, or ends the dispute of one. */
  private async dispute(): Promise<void> {
    const { random, buyer } = this
    const { nodes } = (await buyer.account()).purchases
    const paid = nodes.filter(
      ({ id, status, money }) => status === 'PAID' && money.amountMinor > 0 && !this.endedDisputes.has(id),
    )
    const [open] = this.disputed
    if (open === undefined && paid.length === 0) return
    const id = open ?? pick(random, paid).id
    const status = open === undefined ? 'needs_response' : pick(random, ['won', 'lost'])
    await buyer.dispute(id, status)
    if (open === undefined) this.disputed.add(id)
    else {
      this.disputed.delete(id)
      this.endedDisputes.add(id)
      if (status === 'won') this.hasWonDispute = true
    }
    this.log.push(`a dispute is ${status}`)
  }

  private async subscribe(plan: SoldPlan, negotiatedPlanId?: string): Promise<void> {
    const { combination, random } = this
    const input = {
      plan: plan.code,
      provider: combination.provider,
      ...(plan.lifetime === null
        ? { interval: intervalInput(combination.interval), quantity: plan.isPerSeat ? whole(random, 1, 4) : 1 }
        : { lifetime: true }),
      ...(negotiatedPlanId ? { negotiatedPlanId } : {}),
      ...this.inCurrency(),
      ...(combination.coupon === 'none' ? {} : { promotionCode: combination.coupon.toUpperCase() }),
    }
    if (
      plan.tariffs.calls !== undefined ||
      negotiatedPlanId ||
      combination.coupon !== 'none' ||
      combination.taxes !== 'none'
    )
      await this.askPayPal('startSubscription', input)
    const page = await this.buyer.start<StartedPage>('startSubscription', input)
    if (!this.note(`buy ${plan.code}`, page.code ? page : null)) return
    await this.pay(page.providerReference)
  }

  private async buyPack(): Promise<void> {
    const { combination, random } = this
    const quantity = whole(random, 1, 3)
    const input = { package: 'pack', provider: combination.provider, quantity, ...this.inCurrency() }
    if (combination.taxes !== 'none') await this.askPayPal('purchasePackage', input)
    const page = await this.buyer.start<StartedPage>('purchasePackage', input)
    if (!this.note(`${quantity} packs`, page.code ? page : null)) return
    await this.pay(page.providerReference)
  }

  /** The first sale is asked of PayPal, which denies it, and says what is possible instead: Stripe sells it afterwards. */
  private async askPayPal(mutation: 'startSubscription' | 'purchasePackage', input: object): Promise<void> {
    if (this.isDeniedByPayPal) return
    this.isDeniedByPayPal = true
    this.noteUnsupported(
      `${mutation} by PayPal`,
      await this.buyer.start<StartedPage>(mutation, { ...input, provider: 'PAYPAL' }),
    )
  }

  /** PayPal denies changes that only Stripe makes, and says what is possible instead. */
  private async askUnsupported(running: string): Promise<void> {
    const { world, buyer, random } = this
    const other = world.sold.plans.find(({ code, lifetime }) => code !== running && lifetime === null)
    const [mutation, input] = pick(random, [
      ['addAddon', { package: 'more' }],
      ...(other ? ([['changePlan', { plan: other.code, at: 'NOW' }]] as const) : []),
      ...(other ? ([['changePlan', { plan: other.code, promotionCode: 'FOREVER' }]] as const) : []),
    ] as const)
    this.noteUnsupported(
      `${mutation} ${Object.values(input).join(' ')}`,
      await change(world.server, buyer, mutation, input),
    )
  }

  private noteUnsupported(what: string, { code, message, remedies = [] }: Partial<StartedPage>): void {
    this.log.push(`${what} (${code})`)
    if (code === undefined) this.faults.push(`${what} is not denied`)
    // Another cause can be named first, for example that nothing is active.
    else if (UNEXPECTED.has(code) || remedies.length === 0)
      this.faults.push(`${what}: ${code} ${message}, with ${remedies.length} remedies`)
  }

  private async pay(reference: string): Promise<void> {
    await this.buyer.pay(reference)
    await this.buyer.confirm(reference)
  }

  private inCurrency(): object {
    return this.combination.currency === 'EUR beside USD' ? { currency: 'EUR' } : {}
  }

  /** Uses calls or exports, by the share of the allowance that three uses a week exceed. */
  private async use(quantity: number): Promise<void> {
    const amount = whole(this.random, 1, 60) * (this.plan.isPerSeat ? quantity : 1)
    const feature = this.pickFeature()
    const { amount: taken, code } = await this.world.service.consume({ accountId: this.accountId, feature, amount })
    if (code === undefined) this.used[feature] += taken
    this.note(`use ${amount} ${feature}`, code === undefined ? null : { code, message: '' })
  }

  /** Reports use of some hours ago, which the service has allowed then. */
  async useLate(hours: number): Promise<void> {
    if (this.combination.price === 'none') return
    const amount = whole(this.random, 1, 30)
    const feature = this.pickFeature()
    const at = new Date((await this.now()).getTime() - hours * 3_600_000).toISOString()
    const { data, errors } = await this.world.server.graphql<{
      recordUsage: { acceptedCount: number; rejected: { reason: string }[] }
    }>(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount } }`,
      { events: [{ accountId: this.accountId, feature, amount, at, key: randomUUID() }] },
      this.world.service.key,
    )
    if (errors) this.faults.push(`recordUsage: ${JSON.stringify(errors)}`)
    const isTaken = data?.recordUsage.acceptedCount === 1
    if (isTaken) this.used[feature] += amount
    this.log.push(`${amount} ${feature} used ${hours.toFixed(1)} h ago${isTaken ? '' : ' (rejected)'}`)
  }

  private pickFeature(): Feature {
    return this.combination.features === 'calls' ? 'calls' : pick(this.random, ['calls', 'calls', 'exports'])
  }

  private async changePlan(at: string | undefined): Promise<void> {
    const { sold } = this.world
    const plan = pick(this.random, sold.plans)
    const isSame = this.combination.temper === 'calm' || this.random.next() < 0.85
    const interval = isSame ? this.combination.interval : pick(this.random, INTERVALS).name
    await this.change('changePlan', {
      plan: plan.code,
      interval: intervalInput(interval),
      quantity: plan.isPerSeat ? whole(this.random, 1, 4) : 1,
      ...(at ? { at } : {}),
    })
  }

  private async changeQuantity(plan: string): Promise<void> {
    if (!this.world.sold.plans.find(({ code }) => code === plan)?.isPerSeat) return
    const at = pick(this.random, ['NOW', 'PERIOD_END', undefined])
    await this.change('changePlan', { plan, quantity: whole(this.random, 1, 5), ...(at ? { at } : {}) })
  }

  private async change(
    mutation:
      | 'changePlan'
      | 'addAddon'
      | 'removeAddon'
      | 'cancelSubscription'
      | 'pauseSubscription'
      | 'resumeSubscription',
    input: Record<string, unknown>,
  ): Promise<boolean> {
    const { __typename, code, message, actionUrl } = await change(this.world.server, this.buyer, mutation, input)
    const isDone = this.note(
      `${mutation} ${Object.values(input)
        .map((value) => JSON.stringify(value))
        .join(' ')}`,
      __typename === 'Denial' ? { code, message } : null,
    )
    if (isDone) this.hasChanged = true
    else if (UNEXPECTED.has(code)) this.faults.push(`because ${await this.failureReason()}`)
    const [subscription] = actionUrl ? await this.subscriptionIds() : []
    if (subscription && this.combination.provider === 'PAYPAL')
      await this.world.server.sandboxControl('POST', `checkouts/${subscription}/pay`, {})
    return isDone
  }

  private async failureReason(): Promise<string | undefined> {
    const [row] = await this.world.server.query<{ failure_reason: string }>(
      `select failure_reason from subscription_change where account_id = $1 and status = 'FAILED' order by id desc limit 1`,
      [this.accountId],
    )
    return row?.failure_reason
  }

  /** IDs of the subscriptions at the provider, the newest first. */
  async subscriptionIds(): Promise<string[]> {
    const rows = await this.world.server.query<{ id: string }>(
      `select external_id as id from billing_subscription where account_id = $1 order by started_at desc, id desc`,
      [this.accountId],
    )
    return rows.map(({ id }) => id)
  }

  private async refund(): Promise<void> {
    const { purchases } = await this.buyer.account()
    const paid = purchases.nodes.filter(({ status, money }) => status !== 'PENDING' && money.amountMinor > 1)
    if (paid.length === 0) return
    const { id, money } = pick(this.random, paid)
    const share = pick(this.random, [0.25, 0.5, 1])
    const amount = share === 1 ? null : { ...money, amountMinor: Math.floor(money.amountMinor * share) }
    const { data, errors } = await this.world.server.graphql<{ refundPurchase: { code?: string; message?: string } }>(
      mutationText('refundPurchase', 'purchase { status } denial { code message }'),
      variablesOf('refundPurchase', { purchaseId: id, amount, reason: 'a life', idempotencyKey: randomUUID() }),
      this.world.operator,
    )
    const { code, message = '' } = errors ? errors[0]!.extensions : data.refundPurchase
    this.note(`refund ${share} of ${money.amountMinor}`, code ? { code, message: String(message) } : null)
  }

  /** The next payments are declined: one of a renewal, or all until the subscription ends. */
  private async failPayments(): Promise<void> {
    const [subscription] = await this.subscriptionIds()
    const customer = (await this.customerId()) ?? subscription
    if (!customer) return
    const times = pick(this.random, [1, 2, 30])
    await this.world.server.sandboxControl('POST', 'payments/fail-next', { customer, times })
    this.log.push(`${times} payments fail`)
  }

  /** The customer has money again, and pays what is open on the page of the mail. */
  async payOpen(): Promise<void> {
    const { server } = this.world
    const [subscription] = await this.subscriptionIds()
    const customer = await this.customerId()
    await server.sandboxControl('DELETE', `payments/fail-next/${customer ?? subscription ?? 'none'}`)
    if (!customer) return
    const { data } = await stripeObject<{ data: { id: string }[] }>(server, `invoices?customer=${customer}&status=open`)
    for (const { id } of data) {
      const form = { number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ann' }
      const page = await fetch(`${server.sandbox.url}/i/${id}`, {
        method: 'POST',
        body: new URLSearchParams(form),
        redirect: 'manual',
      })
      this.note('pay what is open', page.status === 303 ? null : { code: String(page.status), message: '' })
    }
  }

  /** Ends what runs, without failures of payments. */
  async end(): Promise<void> {
    await this.payOpen()
    for (const id of this.disputed) {
      await this.buyer.dispute(id, 'won')
      this.hasWonDispute = true
    }
    this.endedAt = (await this.now()).getTime() / 1000
    this.hasChangedBeforeEnd = this.hasChanged
    const running = await this.subscription()
    if (!running) return
    // A year is not waited for.
    const isSoon = Date.parse(running.currentPeriodEnd ?? '') - (await this.now()).getTime() < 32 * 86_400_000
    await this.change('cancelSubscription', { at: isSoon && this.random.next() < 0.5 ? 'PERIOD_END' : 'NOW' })
  }

  private async exempt(): Promise<void> {
    const { errors } = await this.world.server.graphql(
      mutationText('setChargingTerms', 'account { id } denial { code }'),
      { input: { accountId: this.accountId, taxExemption: 'EXEMPT', reason: 'a life' } },
      this.world.operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
  }

  private async now(): Promise<Date> {
    return this.world.server.app.context.clock.now()
  }

  private note(what: string, denied: { readonly code: string; readonly message: string } | null): boolean {
    this.log.push(denied ? `${what} (${denied.code})` : what)
    if (denied && UNEXPECTED.has(denied.code)) this.faults.push(`${what}: ${denied.code} ${denied.message}`)
    return denied === null
  }
}
