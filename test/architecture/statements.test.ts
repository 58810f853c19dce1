import { variablesOf } from '../support/mutations.js'
import { randomUUID } from 'node:crypto'
import { statementsOf } from '../support/statements.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

describe('statements', () => {
  let server: TestServer
  let customer: string
  const seen: string[] = []
  const background = new Set<string>()
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    customer = await server.token('customer@example.com')
    await buyPlan()
    await fillMarketplace(60)
    // Statements of workers and polls without any request.
    seen.length = 0
    await new Promise((wake) => setTimeout(wake, 2200))
    seen.forEach((text) => background.add(text))
  })
  afterAll(() => server.close())

  async function buyPlan(): Promise<void> {
    const { data } = await server.graphql<{ startSubscription: { providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "one") { checkout { providerReference } } }`,
      {},
      customer,
    )
    await server.sandboxControl('POST', `checkouts/${data.startSubscription.providerReference}/pay`, {})
    await eventually(
      () =>
        server.query<{ active: number; open: number }>(
          `select (select count(*)::int from billing_subscription where status = 'ACTIVE') as active,
             (select count(*)::int from inbox_object where pending) + (select count(*)::int from outbox_event where state = 'PENDING') as open`,
        ),
      ([now]) => now!.active === 1 && now!.open === 0,
    )
  }

  /** Each template has a separate vendor and category, so that no result is shared by chance. */
  async function fillMarketplace(count: number): Promise<void> {
    await server.query(
      `with number as (select generate_series(1, ${count}) as n),
       vendors as (insert into vendor (id, name) select 'ven_test' || n, 'Vendor ' || n from number),
       categories as (insert into category (id, code, title, metadata) select 'cat_test' || n, 'code' || n, 'Title ' || n, '{}' from number)
       insert into template (id, slug, name, category_id, vendor_id, status, stack, definition, approved_at)
       select 'tpl_test' || n, 'slug' || n, 'Template ' || n, 'cat_test' || n, 'ven_test' || n, 'APPROVED', 'wordpress', '{}', now() from number`,
    )
  }

  /** Number of statements of a request, without those of background jobs. */
  async function count(query: string, variables: Record<string, unknown> = {}, token: string | null = null) {
    const statements = await statementsOf(seen, async () => {
      const { errors } = await server.graphql(query, variables, token)
      expect(errors).toBeUndefined()
    })
    return statements.filter((text) => !background.has(text)).length
  }

  it('are counted: one for a template, one for its price', async () => {
    expect(await count(`{ template(by: { slug: "slug1" }) { id } }`)).toBe(2)
  })

  it('are not needed for plans', async () => {
    const plans = `{ plans { id code name rank features { enabled feature { code name } } prices { id money { amountMinor currency } } } }`
    expect(await count(plans)).toBe(0)
  })

  it('are at most four for a page of templates, plus one each for categories and vendors', async () => {
    const page = (first: number, more = '') =>
      count(
        `query ($first: Int) { templates(first: $first) { totalCount pageInfo { hasNextPage }
           nodes { id name isPaid product { id code } price { id money { amountMinor } } ${more} } } }`,
        { first },
      )
    const plain = await page(20)
    expect(plain).toBeLessThanOrEqual(4)
    expect([await page(1), await page(50)]).toEqual([plain, plain])
    const whole = 'category { title } vendor { name }'
    expect([await page(20, whole), await page(50, whole)]).toEqual([plain + 2, plain + 2])
  })

  it('are two more for the eligibility of any number of templates on a page', async () => {
    const page = (first: number, more: string) =>
      count(
        `query ($first: Int) { templates(first: $first) { nodes { id isPaid product { id code } price { id money { amountMinor } } ${more} } } }`,
        { first },
        customer,
      )
    const plain = await page(20, '')
    expect(plain).toBeLessThanOrEqual(3)
    const requested = 'eligibility { allowed explain denials { code price { id } } }'
    await page(1, requested) // the snapshot of the account is cached from then on
    expect([await page(1, requested), await page(60, requested)]).toEqual([plain + 2, plain + 2])
  })

  it('are few for many eligibility checks in one request', async () => {
    const ask = (many: number) =>
      count(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Template { eligibility { allowed } } } }`,
        { ids: Array.from({ length: many }, (_, n) => `tpl_test${n + 1}`) },
        customer,
      )
    await ask(1) // the snapshot of the account is cached from then on
    expect(await ask(10)).toBe(await ask(1))
  })

  it('are few for an account with all dashboard data', async () => {
    const dashboard = await count(
      `{ account { id name plan { plan { code } deploymentsLeft } usage { entitlements { granted limit used feature { code } sources { code object { id } } } }
           billing {
             subscription { id status plan { code } items { quantity price { id } } }
             events(first: 50) { nodes { id type } }
           }
           deployments(first: 20) { nodes { id hash template { id } agent { id } capabilities { presence } } }
           members { nodes { role user { email } } } } }`,
      {},
      customer,
    )
    expect(dashboard).toBeLessThanOrEqual(12)
  })

  it('do not grow with the features of a check', async () => {
    const ask = (many: number) =>
      count(
        `query ($requests: [CheckInput!]!) { checks(requests: $requests) { allowed } }`,
        { requests: Array.from({ length: many }, () => ({ feature: 'deployments' })) },
        customer,
      )
    const one = await ask(1)
    expect(one).toBe(1)
    expect(await ask(20)).toBe(one)
  })

  it('do not grow with the accounts of a check', async () => {
    const service = await server.serviceKey(['entitlements:read'])
    const accounts = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const token = await server.token(`${randomUUID()}@example.com`)
        const { data } = await server.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, token)
        return data.account.id
      }),
    )
    const ask = (many: number) =>
      count(
        `query ($requests: [CheckInput!]!) { checks(requests: $requests) { allowed } }`,
        { requests: accounts.slice(0, many).map((accountId) => ({ accountId, feature: 'deployments' })) },
        service,
      )
    expect([await ask(20), await ask(1)]).toEqual([1, 1])
  })

  it('are one to consume, reserve, commit or release units', async () => {
    const service = await server.serviceKey(['entitlements:read', 'entitlements:write'])
    const { data } = await server.graphql<{ account: { id: string } }>(`{ account { id } }`, {}, customer)
    const accountId = data.account.id
    const take = `mutation ($accountId: ID!, $feature: String!, $resourceId: String!) { allocate(accountId: $accountId, feature: $feature, resourceId: $resourceId) { allocation { __typename allocated entitlement { used } } } }`
    let resource = 0
    const counts: number[] = []
    for (let attempt = 0; attempt < 5; attempt++) {
      seen.length = 0
      const input = { accountId, feature: 'managed_servers', resourceId: `server-${resource++}` }
      await server.graphql(take, variablesOf('allocate', input), service)
      counts.push(seen.filter((text) => !background.has(text) && !text.includes('pg_notify')).length)
    }
    expect(Math.min(...counts)).toBe(1)
  })

  it('do not grow with the number of events with subjects', async () => {
    const events = (first: number) =>
      count(
        `query ($first: Int) { account { billing { events(first: $first) { nodes { id subject { id } } } } } }`,
        { first },
        customer,
      )
    const [account] = await server.query<{ id: string; checkout: string }>(
      `select account.id, checkout.id as checkout from account join checkout on checkout.account_id = account.id`,
    )
    await server.query(
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, data, at)
       select $1, 1000 + n, 'evt_test' || n, $1, 'checkout.test', 'A test.', 'Checkout', $2, '{}', now() from generate_series(1, 40) n`,
      [account!.id, account!.checkout],
    )
    expect(await events(40)).toBe(await events(2))
  })
})
