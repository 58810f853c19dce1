import type Stripe from 'stripe'
import { stripeObject } from '#test/support/subscribers.js'
import type { TestServer } from '#test/support/test-server.js'
import { checkPayPal } from './check-paypal.js'
import { costOf, INTERVALS, type Feature, type Sold, type SoldPlan } from './combinations.js'
import type { Life } from './life.js'

export const TAX_PERCENT = 20

type List<Item> = { data: Item[]; has_more: boolean }
type Money = { readonly amountMinor: number }

interface OurInvoice {
  readonly number: string | null
  readonly status: string
  readonly total: Money
  readonly tax: Money
  readonly amountPaid: Money
  readonly lines: { readonly nodes: readonly { readonly money: Money }[] }
}

interface OurPurchase {
  readonly id: string
  readonly status: string
  readonly money: Money
  readonly refunded: Money | null
  readonly product: { readonly code: string }
}

/** Use as the account's own ledger has it. */
interface Consumption {
  readonly amount: number
  readonly feature: { readonly code: Feature }
  readonly overageCharges: readonly {
    readonly units: number
    readonly cost: Money
    readonly windowStart: string
    readonly plan: { readonly code: string }
  }[]
}

/** Everything that our API says of an account. */
export interface Ours {
  readonly invoices: readonly OurInvoice[]
  readonly purchases: readonly OurPurchase[]
  readonly consumptions: readonly Consumption[]
  readonly openCharges: readonly { readonly description: string; readonly cost: Money }[]
}

const STATUSES: Readonly<Record<string, string>> = { uncollectible: 'WRITTEN_OFF' }
const isUse = (line: Stripe.InvoiceLineItem) => line.description?.includes('beyond the allowance') ?? false
/** A line that charges what was used of a period whose invoice is void. */
const isUsedPart = (line: Stripe.InvoiceLineItem) => line.description?.startsWith('Used part of ') ?? false
/** A line that charges use again whose payment the bank has returned. */
const isClaim = (line: Stripe.InvoiceLineItem) => line.description?.endsWith('charged back by the bank') ?? false
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

async function readOurs(server: TestServer, { buyer: { token } }: Life): Promise<Ours> {
  const pages = async <Node>(
    select: string,
    read: (data: never) => { nodes: Node[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } },
  ) => {
    const nodes: Node[] = []
    for (let after: string | null = null; ;) {
      const { data, errors } = await server.graphql(
        `query ($after: String) { account { ${select} } }`,
        { after },
        token,
      )
      if (errors) throw new Error(JSON.stringify(errors))
      const page = read((data as { account: never }).account)
      nodes.push(...page.nodes)
      if (!page.pageInfo.hasNextPage) return nodes
      after = page.pageInfo.endCursor
    }
  }
  const info = `pageInfo { endCursor hasNextPage }`
  const invoices = await pages<OurInvoice>(
    `billing { invoices(first: 20, after: $after) { ${info} nodes { number status total { amountMinor } tax { amountMinor } amountPaid { amountMinor } lines(first: 30) { nodes { money { amountMinor } } } } } }`,
    ({ billing }: { billing: { invoices: never } }) => billing.invoices,
  )
  const purchases = await pages<OurPurchase>(
    `billing { purchases(first: 50, after: $after) { ${info} nodes { id status money { amountMinor } refunded { amountMinor } product { code } } } }`,
    ({ billing }: { billing: { purchases: never } }) => billing.purchases,
  )
  const consumptions = await pages<Consumption>(
    `usage { consumptions(first: 50, after: $after, features: ["calls", "exports"]) { ${info} nodes { amount feature { code } overageCharges { units cost { amountMinor } windowStart plan { code } } } } }`,
    ({ usage }: { usage: { consumptions: never } }) => usage.consumptions,
  )
  const { data } = await server.graphql<{ account: { billing: Pick<Ours, 'openCharges'> } }>(
    `{ account { billing { openCharges { description cost { amountMinor } } } } }`,
    {},
    token,
  )
  return { invoices, purchases, consumptions, ...data.account.billing }
}

/** Checks everything that holds when a life is over, all windows have ended and every invoice is paid. */
export async function checkLife(server: TestServer, sold: Sold, life: Life): Promise<string[]> {
  const ours = await readOurs(server, life)
  const faults = [...life.faults, ...checkUse(sold, life, ours)]
  faults.push(...checkPacks(sold, life, ours))
  const { plan } = (await life.buyer.account()).plan
  const isOwned = (status: string) => ['PAID', 'PARTIALLY_REFUNDED'].includes(status)
  const owned =
    life.plan.lifetime !== null &&
    ours.purchases.some(({ product, status }) => product.code === life.plan.code && isOwned(status))
  const left = owned ? life.plan.code : 'free'
  // A won dispute restores what was paid, until the end of a period that can be longer than the life.
  const isRestored = life.hasWonDispute && ['QUARTER', 'YEAR'].includes(life.combination.interval)
  if (plan.code !== left && !isRestored) faults.push(`the plan ${plan.code} is held after the end, not ${left}`)
  if (life.combination.provider === 'PAYPAL') return [...faults, ...(await checkPayPal(server, sold, life, ours))]
  const customer = await life.customerId()
  if (!customer) return faults
  const theirs = await readStripe(server, customer)
  return [
    ...faults,
    ...checkStripe(sold, life, ours, theirs),
    ...(await checkPayments(server, life, { customer, theirs })),
  ]
}

/** Each pack costs its price with its tax. */
function checkPacks({ pack, taxes }: Sold, { combination }: Life, { purchases }: Ours): string[] {
  const percent = taxes === 'automatic' && combination.customer === 'taxed' ? TAX_PERCENT : 0
  const prices = [1, 2, 3].map((count) => Math.round((count * pack * (100 + percent)) / 100))
  return purchases
    .filter(({ product, money }) => product.code === 'pack' && !prices.includes(money.amountMinor))
    .map(({ id, money }) => `${id}: packs of ${pack} cost ${money.amountMinor}`)
}

/** The ledger has every use once, and each window costs what the price of its units says. */
function checkUse(sold: Sold, { used }: Life, { consumptions, openCharges }: Ours): string[] {
  const faults: string[] = []
  for (const code of ['calls', 'exports'] as const) {
    const counted = sum(consumptions.flatMap(({ feature, amount }) => (feature.code === code ? [amount] : [])))
    if (counted !== used[code]) faults.push(`the ledger has ${counted} ${code}, ${used[code]} were taken`)
  }
  for (const { description, cost } of openCharges)
    faults.push(`left without an invoice: ${description}, ${cost.amountMinor}`)
  for (const [window, { cost, charged }] of costsOf(sold, consumptions))
    if (cost !== charged) faults.push(`use of ${window} costs ${cost}, the ledger says ${charged}`)
  return faults
}

/** Cost of the use of each feature and window by the price of its units, and what the ledger charges. A volume price can fall: `highest` is before that. */
function costsOf(sold: Sold, consumptions: readonly Consumption[]) {
  const windows = new Map<string, { cost: number; highest: number; charged: number }>()
  const units = new Map<string, number>()
  const peaks = new Map<string, number>()
  for (const { feature, windowStart, plan, units: more, cost } of consumptions
    .toReversed()
    .flatMap(({ feature: { code }, overageCharges }) =>
      overageCharges.map((charge) => ({ ...charge, feature: code })),
    )) {
    const of = `${feature} of ${windowStart}`
    const key = `${of} ${plan.code}`
    const tariff = sold.plans.find(({ code }) => code === plan.code)!.tariffs[feature]
    const before = units.get(key) ?? 0
    units.set(key, before + more)
    const window = windows.get(of) ?? { cost: 0, highest: 0, charged: 0 }
    window.cost += costOf(tariff!, before + more) - costOf(tariff!, before)
    const highest = Math.max(peaks.get(key) ?? 0, costOf(tariff!, before + more))
    window.highest += highest - (peaks.get(key) ?? 0)
    peaks.set(key, highest)
    window.charged += cost.amountMinor
    windows.set(of, window)
  }
  return windows
}

interface AtStripe {
  readonly invoices: readonly Stripe.Invoice[]
  readonly subscriptions: readonly Stripe.Subscription[]
  readonly products: ReadonlyMap<string, string>
  readonly pendingItems: number
}

async function listAll<Item extends { readonly id?: string }>(server: TestServer, path: string): Promise<Item[]> {
  const items: Item[] = []
  for (let after = ''; ;) {
    const page = await stripeObject<List<Item>>(server, `${path}${path.includes('?') ? '&' : '?'}limit=100${after}`)
    items.push(...page.data)
    if (!page.has_more) return items
    after = `&starting_after=${page.data.at(-1)!.id}`
  }
}

async function readStripe(server: TestServer, customer: string): Promise<AtStripe> {
  const invoices = await listAll<Stripe.Invoice>(server, `invoices?customer=${customer}&expand[]=data.payments`)
  for (const invoice of invoices)
    if (invoice.lines.has_more) invoice.lines.data = await listAll(server, `invoices/${invoice.id}/lines`)
  const products = await listAll<Stripe.Product>(server, 'products')
  const items = await listAll<Stripe.InvoiceItem>(server, `invoiceitems?customer=${customer}&pending=true`)
  return {
    invoices: invoices.toReversed(),
    subscriptions: await listAll<Stripe.Subscription>(server, `subscriptions?customer=${customer}&status=all`),
    products: new Map(products.map(({ id, name }) => [id, name])),
    pendingItems: items.length,
  }
}

function checkStripe(sold: Sold, life: Life, ours: Ours, theirs: AtStripe): string[] {
  return [
    ...checkSame(ours, theirs),
    ...theirs.invoices.flatMap((invoice) => checkAmounts(sold, life, invoice)),
    ...checkPeriods(sold, life, theirs),
    ...checkUseOnInvoices(sold, life, ours, theirs),
    ...checkDiscounts(sold, life, theirs),
    ...(theirs.pendingItems > 0 ? [`${theirs.pendingItems} items wait for an invoice`] : []),
  ]
}

/** Our invoices are those of the provider. */
function checkSame(ours: Ours, { invoices }: AtStripe): string[] {
  const textOf = (number: string | null, status: string, amounts: readonly number[], lines: readonly number[]) =>
    `${number} ${status}: total, tax and paid ${amounts.join(', ')}; lines ${lines.toSorted((one, other) => one - other).join(', ')}`
  const here = ours.invoices.map(({ number, status, total, tax, amountPaid, lines }) =>
    textOf(
      number,
      status,
      [total, tax, amountPaid].map(({ amountMinor }) => amountMinor),
      lines.nodes.map(({ money }) => money.amountMinor),
    ),
  )
  const there = invoices.map(({ number, status, total, total_taxes: taxes, amount_paid: paid, lines }) =>
    textOf(
      number,
      STATUSES[status!] ?? status!.toUpperCase(),
      [total, sum((taxes ?? []).map(({ amount }) => amount)), paid],
      lines.data.map(({ amount }) => amount),
    ),
  )
  return [
    ...here.filter((one) => !there.includes(one)).map((one) => `only here: ${one}`),
    ...there.filter((one) => !here.includes(one)).map((one) => `only at the provider: ${one}`),
  ]
}

const netOf = ({ amount, discount_amounts: discounts }: Stripe.InvoiceLineItem): number =>
  amount - sum((discounts ?? []).map((discount) => discount.amount))

/** The lines are the total, and every one has its tax. */
function checkAmounts({ taxes }: Sold, { combination }: Life, invoice: Stripe.Invoice): string[] {
  const faults: string[] = []
  const name = invoice.number ?? invoice.id
  const isTaxed = taxes !== 'none'
  const isCredit = sum(invoice.lines.data.map(netOf)) <= 0
  const percent = isTaxed && combination.customer === 'taxed' && !isCredit ? TAX_PERCENT : 0
  let total = 0
  for (const line of invoice.lines.data) {
    const net = netOf(line)
    const tax = sum((line.taxes ?? []).map(({ amount }) => amount))
    total += net + (taxes === 'automatic' ? tax : 0)
    if (isTaxed && net !== 0 && (line.taxes ?? []).length === 0)
      faults.push(`${name}: "${line.description}" has no tax`)
    const exact = taxes === 'inclusive' ? (net * percent) / (100 + percent) : (net * percent) / 100
    if (Math.abs(exact - tax) > 1)
      faults.push(`${name}: "${line.description}" of ${net} has a tax of ${tax}, not ${exact}`)
  }
  if (isTaxed && !invoice.automatic_tax.enabled) faults.push(`${name} has no automatic taxes`)
  if (total !== invoice.total) faults.push(`${name}: its lines are ${total}, its total ${invoice.total}`)
  return faults
}

/** Each period of a subscription is on one invoice, at the price of the catalog, and none is left out. */
function checkPeriods(sold: Sold, life: Life, { invoices, subscriptions, products }: AtStripe): string[] {
  const faults: string[] = []
  const lines = invoices
    .filter(({ status }) => status !== 'draft')
    .flatMap((invoice) => invoice.lines.data.map((line) => ({ invoice, line, terms: termsOf(sold, products, line) })))
    .filter(({ line, terms }) => terms !== null && line.parent?.subscription_item_details?.proration === false)
  const trialOf = (line: Stripe.InvoiceLineItem) =>
    subscriptions.find(({ id }) => id === line.parent!.subscription_item_details!.subscription)?.trial_end ?? 0
  const [agreed] = subscriptions.toSorted((one, other) => one.created - other.created)
  for (const { invoice, line, terms } of lines) {
    const isNegotiated =
      life.negotiated !== null &&
      terms!.price === life.plan.prices[life.combination.interval] &&
      line.parent!.subscription_item_details!.subscription === agreed!.id
    // A change can end a trial early.
    const isFree = terms!.isPlan && line.period.start < trialOf(line)
    const ordinary = terms!.price * (line.quantity ?? 1)
    const price = isFree ? 0 : isNegotiated ? life.negotiated! * (line.quantity ?? 1) : ordinary
    // Another plan ends the offer, also for a return.
    const hasEnded = isNegotiated && life.hasChangedBeforeEnd && line.amount === ordinary
    if (line.amount !== price && !hasEnded)
      faults.push(`${invoice.number}: "${line.description}" is ${line.amount}, not ${price}`)
  }
  for (const { id, ended_at: endedAt, status } of subscriptions) {
    const of = lines.filter(
      ({ line, terms }) => line.parent!.subscription_item_details!.subscription === id && terms!.isPlan,
    )
    const valid = of.filter(({ invoice }) => invoice.status !== 'void')
    // A change to another interval in the second of the start begins another period.
    const byPeriod = Map.groupBy(
      valid,
      ({ line: { period, pricing } }) => `${iso(period.start)} at ${pricing!.price_details!.price as string}`,
    )
    for (const [period, some] of byPeriod)
      if (some.length > 1)
        faults.push(`the period of ${period} is on ${some.map(({ invoice }) => invoice.number).join(' and ')}`)
    const periods = of.map(({ line }) => line.period).toSorted((one, other) => one.start - other.start)
    for (const [index, { end }] of periods.entries()) {
      const next = periods[index + 1]?.start ?? endedAt
      if (next === null || next === undefined) continue
      if (next > end) faults.push(`${id}: nothing is invoiced from ${iso(end)} to ${iso(next)}`)
      if (next < end && periods[index + 1] && !life.hasChanged)
        faults.push(`${id}: two periods overlap, ${iso(next)} is before ${iso(end)}`)
    }
    if (endedAt === null) faults.push(`${id} is ${status} after the end of the life`)
  }
  return faults
}

/** Percentages of the coupons of the lives, and months in which they discount. */
export const COUPONS = {
  once: { percent: 25, months: 0 },
  repeating: { percent: 33, months: 3 },
  forever: { percent: 7, months: Infinity },
} as const

/** The coupon discounts the periods of its duration, and no use. */
function checkDiscounts(sold: Sold, { combination }: Life, { invoices, subscriptions, products }: AtStripe): string[] {
  const faults: string[] = []
  const coupon = combination.coupon === 'none' ? null : COUPONS[combination.coupon]
  for (const invoice of invoices)
    for (const line of invoice.lines.data) {
      const discount = line.amount - netOf(line)
      if (isUse(line) && discount > 0)
        faults.push(`${invoice.number}: "${line.description}" is discounted by ${discount}`)
      const details = line.parent?.subscription_item_details
      if (!details || details.proration || !termsOf(sold, products, line)?.isPlan) continue
      const { start_date: start } = subscriptions.find(({ id }) => id === details.subscription)!
      const isFirst = invoice.billing_reason === 'subscription_create'
      const isValid = coupon !== null && (isFirst || invoice.created < monthsAfter(start, coupon.months))
      const expected = isValid ? (line.amount * coupon.percent) / 100 : 0
      if (Math.abs(expected - discount) > 1)
        faults.push(`${invoice.number}: "${line.description}" is discounted by ${discount}, not ${expected}`)
    }
  return faults
}

/** The same day of a later month, or its last day. */
function monthsAfter(seconds: number, months: number): number {
  if (months === Infinity) return Infinity
  const date = new Date(seconds * 1000)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + months, 1)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return date.setUTCDate(Math.min(day, lastDay)) / 1000
}

/** Price of a line of the catalog for one of its units. Null for other lines. */
function termsOf(sold: Sold, products: ReadonlyMap<string, string>, line: Stripe.InvoiceLineItem) {
  const name = products.get(line.pricing?.price_details?.product as string)
  if (name === 'More storage') return { price: sold.addon, isPlan: false }
  const plan: SoldPlan | undefined = sold.plans.find(({ code }) => `Plan ${code}` === name)
  if (!plan) return null
  const days = (line.period.end - line.period.start) / 86_400
  return { price: plan.prices[INTERVALS.find(({ maxDays }) => days <= maxDays)!.name], isPlan: true }
}

/** The use of each window is on invoices once, and without a reason on none of its own. */
function checkUseOnInvoices(sold: Sold, life: Life, ours: Ours, { invoices, subscriptions }: AtStripe): string[] {
  const faults: string[] = []
  const minimums = sold.plans
    .flatMap(({ tariffs }) => Object.values(tariffs).map(({ minimum }) => minimum))
    .filter((minimum) => minimum > 0)
  const committed = minimumsOf(life, subscriptions)
  const valid = invoices.filter(({ status }) => status !== 'void')
  const costs = costsOf(sold, ours.consumptions)
  const invoiced = new Map<string, number>()
  for (const line of valid.flatMap(({ lines }) => lines.data).filter((one) => isUse(one) && !isClaim(one))) {
    const window = `${line.description!.split(' ', 1)[0]!.toLowerCase()} of ${iso(line.period.start)}`
    invoiced.set(window, (invoiced.get(window) ?? 0) + line.amount)
  }
  for (const window of new Set([...costs.keys(), ...invoiced.keys(), ...committed.keys()])) {
    const { cost = 0, highest = 0 } = costs.get(window) ?? {}
    const amount = invoiced.get(window) ?? 0
    const least = committed.get(window) ?? 0
    if (amount < least) faults.push(`the minimum of ${window} is ${least}, invoiced are ${amount}`)
    // Without use at a price, a window costs the minimum of its plan.
    if (amount < cost || (amount > highest && !(cost < amount && minimums.includes(amount))))
      faults.push(
        `use of ${window} costs ${cost}${highest > cost ? ` (at most ${highest})` : ''}, invoiced are ${amount}`,
      )
  }
  // It charges a part of its window, also if it is sent later.
  const isOfThreshold = ({ lines }: Stripe.Invoice) =>
    lines.data.some((line) => isUse(line) && line.period.end < monthsAfter(line.period.start, 1))
  const own = valid.filter(
    (invoice) =>
      invoice.billing_reason === 'manual' &&
      invoice.lines.data.some((line) => isUse(line) || isUsedPart(line)) &&
      !isOfThreshold(invoice),
  )
  // In sandbox mode, a server that was stopped does the work of each day after the other.
  const dayOf = ({ lines }: Stripe.Invoice) =>
    Math.ceil(Math.max(...lines.data.map(({ period }) => period.end)) / 86_400)
  const momentOf = (invoice: Stripe.Invoice) =>
    [
      `${iso(invoice.created)} in ${invoice.currency}`,
      ...(life.world.restarts.has(invoice.created) ? [`for day ${dayOf(invoice)}`] : []),
    ].join(' ')
  // Each returned payment is claimed by itself.
  const first = own.filter(({ lines }) => !lines.data.some(isClaim))
  for (const [moment, some] of Map.groupBy(first, momentOf))
    if (some.length > 1)
      faults.push(`use has ${some.length} invoices of ${moment}: ${some.map(({ number }) => number).join(', ')}`)
  const isFree = life.combination.temper === 'troubled' || ['QUARTER', 'YEAR'].includes(life.combination.interval)
  const alone = isFree ? [] : own.filter(({ lines }) => lines.data.some(isUse))
  for (const { created, number, lines } of alone)
    if (created < life.endedAt)
      faults.push(
        `${number} of ${iso(created)} has use alone: ${lines.data.map(({ description }) => description).join('; ')}`,
      )
  return faults
}

/** Minimums that a customer owes who keeps one plan until the end: of each window that is within its subscription. */
function minimumsOf(
  { combination, plan, hasChangedBeforeEnd }: Life,
  subscriptions: readonly Stripe.Subscription[],
): Map<string, number> {
  const committed = new Map<string, number>()
  const [only, ...more] = subscriptions
  if (!only || more.length > 0 || combination.temper !== 'calm' || hasChangedBeforeEnd) return committed
  const first = new Date(only.start_date * 1000)
  const anchor =
    combination.window === 'month'
      ? Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) / 1000
      : (only.trial_end ?? only.start_date)
  const ended = only.ended_at ?? only.start_date
  for (let month = 0; monthsAfter(anchor, month + 1) <= ended; month++)
    if (monthsAfter(anchor, month) >= (only.trial_end ?? 0))
      for (const [feature, { minimum }] of Object.entries(plan.tariffs))
        if (minimum > 0) committed.set(`${feature} of ${iso(monthsAfter(anchor, month))}`, minimum)
  return committed
}

/** Every charge is one purchase of the same amount with the same refunds, and no invoice is paid twice. */
async function checkPayments(
  server: TestServer,
  life: Life,
  { customer, theirs }: { customer: string; theirs: AtStripe },
): Promise<string[]> {
  const faults: string[] = []
  const charges = (await listAll<Stripe.Charge>(server, `charges?customer=${customer}&expand[]=data.refunds`)).filter(
    ({ status }) => status === 'succeeded',
  )
  const rows = await server.query<{ id: string; payment_id: string | null; amount: number; reversed: number }>(
    `select id, payment_id, amount_minor::int as amount, reversed_minor::int as reversed from purchase where account_id = $1 and status <> 'PENDING'`,
    [life.accountId],
  )
  const disputes = await listAll<Stripe.Dispute>(server, 'disputes')
  const payments = await listAll<Stripe.InvoicePayment>(server, `invoice_payments?status=paid`)
  faults.push(...checkClaims(theirs, { charges, disputes, payments }))
  for (const { id, payment_intent: payment, amount, refunds, amount_refunded: returned } of charges) {
    const lost = disputes.filter((dispute) => dispute.charge === id && dispute.status === 'lost')
    const refunded = Math.min(amount, returned + sum(lost.map((dispute) => dispute.amount)))
    const of = rows.filter(({ payment_id: paid }) => paid === payment)
    const pending = (refunds?.data ?? []).filter(({ status }) => status === 'pending').length
    if (of.length !== 1 && !(of.length === 0 && refunded === amount))
      faults.push(`${id} of ${amount} is ${of.length} purchases`)
    else if (of[0] && of[0].amount !== amount) faults.push(`${of[0].id} says ${of[0].amount}, it was ${amount}`)
    else if (of[0] && pending === 0 && of[0].reversed !== refunded)
      faults.push(`${of[0].id} says that ${of[0].reversed} came back, the provider ${refunded}`)
  }
  const money = sum(
    charges
      .filter(({ payment_intent: payment }) => rows.some((row) => row.payment_id === payment))
      .map(({ amount }) => amount),
  )
  if (sum(rows.map(({ amount }) => amount)) !== money)
    faults.push(`purchases say ${sum(rows.map(({ amount }) => amount))}, the money is ${money}`)
  const paidIntents = new Set(charges.map(({ payment_intent: payment }) => payment))
  const of = payments.filter(({ payment }) => paidIntents.has(payment.payment_intent as string))
  for (const [invoice, some] of Map.groupBy(of, (one) => one.invoice as string))
    if (some.length > 1) faults.push(`${invoice} is paid ${some.length} times`)
  return faults
}

interface Payments {
  readonly charges: readonly Stripe.Charge[]
  readonly disputes: readonly Stripe.Dispute[]
  readonly payments: readonly Stripe.InvoicePayment[]
}

/**
 * Use whose payment the bank has returned is on an invoice again, in the share of the payment that the bank returned. The customer never owes more
 * than that, and no other use is charged twice.
 */
function checkClaims({ invoices }: AtStripe, { charges, disputes, payments }: Payments): string[] {
  const valid = invoices.filter(({ status }) => status !== 'void')
  let [unpaid, returned, tolerance] = [0, 0, 0]
  const windows = new Set<number>()
  for (const { charge, amount, status } of disputes) {
    const of = charges.find(({ id }) => id === charge)
    const payment = payments.find(({ payment: { payment_intent: intent } }) => intent === of?.payment_intent)
    const invoice = valid.find(({ id }) => id === payment?.invoice)
    if (status !== 'lost' || !of || !invoice) continue
    const use = invoice.lines.data.filter(isUse)
    const back = Math.min(amount, of.amount - of.amount_refunded)
    unpaid += (sum(use.map((line) => line.amount)) * back) / (invoice.total + Math.abs(invoice.starting_balance))
    returned += back
    tolerance += use.length
    for (const { period } of use) windows.add(period.start)
  }
  const claims = valid.filter(({ lines }) => lines.data.some(isClaim))
  const lines = claims.flatMap((invoice) => invoice.lines.data)
  const claimed = sum(lines.map(({ amount }) => amount))
  const total = sum(claims.map((invoice) => invoice.total))
  return [
    ...lines.filter((line) => !isClaim(line)).map(({ description }) => `"${description}" is on an invoice of a claim`),
    ...lines
      .filter(({ period }) => !windows.has(period.start))
      .map(({ period }) => `use of ${iso(period.start)} is claimed, its payment was not returned`),
    ...(Math.abs(claimed - unpaid) > tolerance
      ? [`use of ${unpaid} is unpaid after lost disputes, claimed are ${claimed}`]
      : []),
    ...(total > returned + 2 * tolerance ? [`the bank returned ${returned}, claimed are ${total}`] : []),
  ]
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()
