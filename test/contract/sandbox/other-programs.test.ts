import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { customerWithCard, planPrice } from './support/catalog-helpers.js'
import { expectError } from './support/expect-error.js'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'

// These are the calls that programs of other people make. Each test names the programs and their versions.
describe('calls of other programs', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  // dj-stripe 2.11 retrieves the account in every synchronization, and names it in the other calls.
  it('retrieves the own account, also by its ID', async () => {
    const account = await bench.stripe.accounts.retrieveCurrent()
    expect(account).toMatchObject({ object: 'account', type: 'standard', charges_enabled: true })
    expect(await bench.stripe.accounts.retrieve(account.id)).toEqual(account)
    expect((await bench.stripe.accounts.list()).data).toEqual([])
    const { data } = await bench.stripe.customers.list({}, { stripeAccount: account.id })
    expect(data).toEqual([])
  })

  // pay 11 expands tax and the credit balance in every call; dj-stripe 2.11 expands the sources.
  it('expands tax, sources and credit of a customer', async () => {
    const { id } = await bench.stripe.customers.create({ balance: -500 })
    const customer = await bench.stripe.customers.retrieve(id, {
      expand: ['tax', 'sources', 'invoice_credit_balance', 'tax_ids'],
    })
    expect(customer).toMatchObject({
      tax: { automatic_tax: 'unrecognized_location', location: null },
      sources: { object: 'list', data: [] },
      invoice_credit_balance: { usd: -500 },
      tax_ids: { data: [] },
    })
  })

  // @better-auth/stripe 1.7.6 looks for the customer of a person by email and metadata.
  it('searches customers', async () => {
    const { stripe } = bench
    const ada = await stripe.customers.create({ email: 'Ada@example.com', metadata: { kind: 'user', userId: '7' } })
    const team = await stripe.customers.create({ email: 'ada@example.com', metadata: { kind: 'organization' } })
    const search = async (query: string) => (await stripe.customers.search({ query })).data.map(({ id }) => id)
    expect(await search('email:"ada@example.com" AND -metadata["kind"]:"organization"')).toEqual([ada.id])
    expect(await search("email~'EXAMPLE' AND created>0")).toEqual([team.id, ada.id])
    expect(await search("metadata['userId']:'7' OR metadata['kind']:'organization'")).toEqual([team.id, ada.id])
    expect(await search("name:null AND metadata['userId']:null")).toEqual([team.id])
    const first = await stripe.customers.search({ query: 'created>0', limit: 1 })
    expect(await stripe.customers.search({ query: 'created>0', limit: 1, page: first.next_page! })).toMatchObject({
      data: [{ id: ada.id }],
      has_more: false,
    })
    for (const [query, statusCode] of [
      ["email:'a' AND name:'b' OR phone:'c'", 400],
      ['email', 400],
      ["address:'x'", 501],
    ] as const)
      expect(await expectError(stripe.customers.search({ query }))).toMatchObject({ statusCode })
  })

  // @better-auth/stripe 1.7.6 lets customers confirm a change on the page of the portal.
  it('lets a customer confirm a change that the program chose', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const [plus, pro] = [await planPrice(bench, 'Plus', 1000), await planPrice(bench, 'Pro', 3000)]
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: plus.id }] })
    const ask = (configuration?: string) =>
      stripe.billingPortal.sessions.create({
        customer: customer.id,
        ...(configuration === undefined ? {} : { configuration }),
        flow_data: {
          type: 'subscription_update_confirm',
          after_completion: { type: 'redirect', redirect: { return_url: 'https://shop.example/done' } },
          subscription_update_confirm: {
            subscription: subscription.id,
            items: [{ id: subscription.items.data[0]!.id, quantity: 2, price: pro.id }],
          },
        },
      })
    expect((await expectError(ask())).message).toContain('portal configuration is disabled')
    const configure = async (prices: string[]) =>
      (
        await stripe.billingPortal.configurations.create({
          features: {
            subscription_update: {
              enabled: true,
              default_allowed_updates: ['price'],
              proration_behavior: 'always_invoice',
              products: [{ product: idOf(pro.product)!, prices }],
            },
          },
        })
      ).id
    const session = await ask(await configure([pro.id]))
    expect(session.flow).toMatchObject({ subscription_update_confirm: { items: [{ price: pro.id, quantity: 2 }] } })
    const page = await fetch(session.url)
    expect(await page.text()).toContain('Confirm your new plan')
    const confirmed = await fetch(page.url.split('?')[0]!, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ price: pro.id, quantity: '2' }),
    })
    expect(confirmed.headers.get('location')).toBe('https://shop.example/done')
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data).toMatchObject([
      { price: { id: pro.id }, quantity: 2 },
    ])
  })

  // @better-auth/stripe 1.7.6 schedules a change at the end of the period without an end of the last phase.
  it('gives a last phase without an end the length of an interval', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const [plus, pro] = [await planPrice(bench, 'Plus', 1000), await planPrice(bench, 'Pro', 3000)]
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }] })
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id })
    const [present] = schedule.phases
    const update = (...phases: object[]) =>
      stripe.subscriptionSchedules.update(schedule.id, { phases: phases as never, end_behavior: 'release' })
    const now = { items: [{ price: pro.id }], start_date: present!.start_date }
    const later = { items: [{ price: plus.id }], proration_behavior: 'none' }
    expect(await expectError(update(now, later))).toMatchObject({ statusCode: 400 })
    const updated = await update({ ...now, end_date: present!.end_date }, later)
    expect(updated.phases[1]).toMatchObject({
      start_date: present!.end_date,
      end_date: Date.UTC(2026, 2, 28, 10) / 1000,
    })
    await bench.moveTo('2026-03-01T00:00:00Z')
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(plus.id)
  })

  // @supabase/stripe-sync-engine 0.48.5 and dj-stripe 2.11 copy these lists.
  it('lists plans, and nothing where the sandbox makes nothing', async () => {
    const { stripe } = bench
    const price = await planPrice(bench, 'Plus', 1000)
    const { id: customer } = await stripe.customers.create({})
    expect((await stripe.plans.list()).data).toMatchObject([{ id: price.id, object: 'plan', amount: 1000 }])
    expect(await stripe.plans.retrieve(price.id)).toMatchObject({ product: price.product })
    for (const list of [
      stripe.creditNotes.list({ limit: 100 }),
      stripe.taxIds.list(),
      stripe.customers.listTaxIds(customer),
      stripe.customers.listSources(customer, { object: 'card' }),
      stripe.products.listFeatures(idOf(price.product)!),
      stripe.radar.earlyFraudWarnings.list({ limit: 100 }),
    ])
      expect(await list).toMatchObject({ object: 'list', data: [], has_more: false })
    expect(await expectError(stripe.creditNotes.retrieve('cn_1'))).toMatchObject({ statusCode: 404 })
  })
})
