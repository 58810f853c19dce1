import type { AccountInput } from '@stackgate/client'
import { Account, Check, Consume, StartSubscription, UpsertAccount } from '@stackgate/client/documents'
import { CURRENCIES } from '#services/kernel/money/currency.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const SCOPES = ['entitlements:read', 'entitlements:write', 'billing:write', 'accounts:write']
const FEATURE = 'ai_stories'

describe('upsertAccount', () => {
  let server: TestServer
  let key: string
  let customers = 0
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-12-01T00:00:00Z', env: { CATALOG: 'agileforge' } })
    key = await server.serviceKey(SCOPES)
  })
  afterAll(() => server.close())

  const unused = () => `customer:${++customers}`
  const check = async (account: string, token = key) =>
    server.graphql(Check, { account, feature: FEATURE, amount: 1 }, token)
  const consume = async (accountId: string, idempotencyKey: string, token = key) =>
    server.graphql(Consume, { input: { accountId, feature: FEATURE, amount: 1 }, key: idempotencyKey }, token)
  const upsert = (account: string, fields: AccountInput = {}, token = key) =>
    server.graphql(UpsertAccount, { account, input: fields }, token)
  const named = (id: string) =>
    server.query<{ id: string; kind: string }>(`select id, kind from account where external_id = $1`, [id])

  it('creates the account at the first check, consumption, checkout or read', async () => {
    const [checked, used, buyer, read] = [unused(), unused(), unused(), unused()]
    expect((await check(checked)).data.check!.allowed).toBe(true)
    expect((await consume(used, 'first')).data.consume).toMatchObject({ amount: 1 })
    const input = {
      accountId: buyer,
      plan: 'professional',
      provider: 'STRIPE' as const,
      userEmail: 'buyer@example.com',
    }
    const started = await server.graphql(StartSubscription, { input, key: 'buy' }, key)
    expect(started.data.startSubscription ?? started.errors).toMatchObject({
      __typename: 'Checkout',
      url: expect.any(String),
    })
    expect((await server.graphql(Account, { account: read }, key)).data.account).toMatchObject({ kind: 'CUSTOMER' })
    for (const reference of [checked, used, buyer, read])
      expect(await named(reference.slice('customer:'.length))).toMatchObject([{ kind: 'CUSTOMER' }])
  })

  it('creates one account under parallel first calls of several servers', async () => {
    const customer = unused()
    const calls = Array.from({ length: 200 }, (_, index) =>
      index % 2 ? check(customer) : consume(customer, `parallel ${index}`),
    )
    const results = await Promise.all(calls)
    expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([])
    expect(await named(customer.slice('customer:'.length))).toHaveLength(1)
  })

  it.each([
    ['one character', 'x'],
    ['200 characters', 'y'.repeat(200)],
    ['200 characters outside of the basic plane', '🦊'.repeat(200)],
    ['a colon and a space at its end', 'org:1 '],
    ['joined characters', '👩‍👩‍👧‍👦'],
    ['composed characters', 'é'],
    ['the same text, decomposed', 'e\u0301'],
    ['text from right to left', 'שלום'],
  ])('takes an ID of %s unchanged', async (_, id) => {
    const { data } = await upsert(`customer:${id}`)
    expect(data.upsertAccount).toMatchObject({ externalId: id })
    const [account] = await named(id)
    expect((await check(`customer:${id}`)).data.check!.allowed).toBe(true)
    expect(await named(id)).toEqual([account])
  })

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(201)],
    ['with half a character', 'a\ud83e'],
  ])('refuses an ID that is %s', async (_, id) => {
    for (const { errors } of [await check(`customer:${id}`), await upsert(`customer:${id}`)])
      expect(errors?.[0]).toMatchObject({
        message: 'customer: must be followed by an ID of 1 to 200 printable characters.',
        extensions: { code: 'BAD_USER_INPUT' },
      })
  })

  it('names the scope to a key without it, and creates nothing for others', async () => {
    const customer = unused()
    const reader = await server.serviceKey(['entitlements:read', 'entitlements:write'])
    for (const { errors } of [await check(customer, reader), await consume(customer, 'no', reader)])
      expect(errors?.[0]).toMatchObject({
        message: 'The customer does not exist. Scope accounts:write is required to create it.',
        extensions: { code: 'FORBIDDEN' },
      })
    const root = await server.token('root@example.com', { roles: ['root'] })
    expect((await check(customer, root)).data.check).toBeNull()
    expect(await named(customer.slice('customer:'.length))).toEqual([])
  })

  it('keeps what the application knows, and changes only what is given', async () => {
    const customer = unused()
    const profile = {
      name: 'Acme',
      billingEmail: 'pay@acme.example',
      currency: 'GBP',
      language: 'de-de',
      timeZone: 'Europe/Berlin',
    }
    const made = await upsert(customer, { ...profile, metadata: { tier: 'gold', region: 'eu' } })
    expect(made.data.upsertAccount).toMatchObject({
      ...profile,
      language: 'de-DE',
      metadata: { tier: 'gold', region: 'eu' },
    })
    const changed = await upsert(customer, { billingEmail: null, metadata: { region: null, seats: '7' } })
    expect(changed.data.upsertAccount).toMatchObject({
      name: 'Acme',
      billingEmail: null,
      currency: 'GBP',
      metadata: { tier: 'gold', seats: '7' },
    })
    const cleared = await upsert(customer, { metadata: null })
    expect(cleared.data.upsertAccount).toMatchObject({ metadata: {} })
  })

  it.each([
    [{ name: ' ' }, 'name'],
    [{ currency: 'EURO' }, 'currency'],
    [{ language: 'german!' }, 'language'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ metadata: { 'a b': 'x' } }, 'metadata.a b'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ metadata: { a: 'x'.repeat(501) } }, 'metadata.a'],
    [{ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v'])) }, 'metadata'],
  ])('refuses %j', async (fields, path) => {
    const { data, errors } = await upsert(unused(), fields)
    const denial = data?.upsertAccount as { issues?: { path: unknown }[]; field?: string } | null
    expect(errors?.[0]?.extensions?.['code'] ?? JSON.stringify(denial)).toMatch(
      path === 'currency' ? /BAD_USER_INPUT|currency/ : new RegExp(path.split('.').at(-1)!),
    )
  })

  it('takes a currency only if the catalog sells in it, and prefers it afterwards', async () => {
    const { data: sale } = await server.graphql<{ installation: { currencies: string[] } }>(
      '{ installation { currencies } }',
    )
    const sold = sale.installation.currencies
    expect(sold).toEqual(['USD', 'GBP'])
    for (const currency of CURRENCIES.filter((_, index) => index % 12 === 0).concat(sold)) {
      const customer = unused()
      const { data } = await upsert(customer, { currency })
      if (!sold.includes(currency)) {
        const message = `The catalog sells nothing in ${currency}. Use USD or GBP, or leave out currency.`
        expect(data.upsertAccount).toMatchObject({ code: 'INVALID_PARAMETERS', message })
        expect(await named(customer.slice('customer:'.length))).toEqual([])
        continue
      }
      expect(data.upsertAccount).toMatchObject({ currency })
      // The plan is sold in dollars only: a currency without a subscription is a wish, which excludes nothing.
      const input = {
        accountId: customer,
        plan: 'professional',
        provider: 'STRIPE' as const,
        userEmail: 'b@example.com',
      }
      const started = await server.graphql(StartSubscription, { input, key: `buy-${currency}` }, key)
      expect(started.data.startSubscription).toMatchObject({ __typename: 'Checkout' })
    }
  })

  it('takes IDs of the same lengths over GraphQL and over REST', async () => {
    for (const [length, accepted] of [
      [1, true],
      [191, true],
      [192, true],
      [200, true],
      [201, false],
    ] as const)
      for (const letter of ['z', '🦊']) {
        const reference = `customer:${letter.repeat(length)}`
        const body = { account_id: reference, name: 'Long' }
        const rest = await server.rest('POST', '/api/v1/accounts/upsert', { token: key, body })
        const checked = { account_id: reference, feature: FEATURE }
        const checks = await server.rest('POST', '/api/v1/entitlements/check', { token: key, body: checked })
        const { errors } = await upsert(reference)
        expect([length, rest.status === 200, checks.status === 200, errors === undefined]).toEqual([
          length,
          accepted,
          accepted,
          accepted,
        ])
      }
  })

  it('creates no account if it is denied', async () => {
    const customer = unused()
    const metadata = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v']))
    expect((await upsert(customer, { metadata })).data.upsertAccount).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await named(customer.slice('customer:'.length))).toEqual([])
    await upsert(customer, { metadata: Object.fromEntries(Object.entries(metadata).slice(1)) })
    expect((await upsert(customer, { metadata: { more: 'v' } })).data.upsertAccount).toMatchObject({
      code: 'INVALID_PARAMETERS',
    })
  })

  it('is found by its metadata', async () => {
    const customer = unused()
    await upsert(customer, { name: 'Found', metadata: { crm: '4711', plan: 'x' } })
    const root = await server.token('root@example.com', { roles: ['root'] })
    const query = 'query ($filter: AccountFilter) { accounts(filter: $filter) { nodes { name metadata } } }'
    const find = async (metadata: object) =>
      (await server.graphql<{ accounts: { nodes: unknown[] } }>(query, { filter: { metadata } }, root)).data.accounts
        .nodes
    expect(await find({ crm: '4711' })).toEqual([{ name: 'Found', metadata: { crm: '4711', plan: 'x' } }])
    expect(await find({ crm: '4711', plan: 'y' })).toEqual([])
    await upsert(unused(), { name: 'Other', metadata: { crm: '4712', plan: 'x' } })
    const names = async (metadata: object) => (await find(metadata)).map((node) => (node as { name: string }).name)
    expect(await names({ crm: ['4711', '4712'] })).toEqual(['Other', 'Found'])
    expect(await names({ crm: ['4711', 'none'], plan: 'x' })).toEqual(['Found'])
    expect(await names({ crm: ['4711', '4712'], plan: ['x'] })).toEqual(['Other', 'Found'])
    expect(await names({ crm: [] })).toEqual([])
    expect(await names({ crm: '4711', plan: null })).toEqual(['Found'])
    const refused = await server.graphql(query, { filter: { metadata: { crm: 4711 } } }, root)
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'metadata' })
  })

  it('names the key and the user of the application in the audit log', async () => {
    const customer = unused()
    const { body } = (await server.rest('POST', '/graphql', {
      token: key,
      headers: { 'stackgate-actor': 'user-42' },
      body: { query: `mutation { upsertAccount(accountId: "${customer}", input: {}) { account { id } } }` },
    })) as { body: { data: { upsertAccount: { account: { id: string } } } } }
    const entries = await server.query(
      `select details->>'onBehalfOf' as user, actor like 'key_%' as by_key from audit_entry where action = 'mutation.upsertAccount' and details->'input'->>'accountId' = $1`,
      [customer],
    )
    expect(entries).toEqual([{ user: 'user-42', by_key: true }])
    expect(body.data.upsertAccount.account.id).toMatch(/^acc_/)
  })

  it('takes the same over REST', async () => {
    const body = { account_id: unused(), name: 'Acme', billing_email: 'pay@acme.example', metadata: { tier: 'gold' } }
    const made = await server.rest('POST', '/api/v1/accounts/upsert', { token: key, body })
    expect([made.status, made.body]).toMatchObject([200, { name: 'Acme', metadata: { tier: 'gold' } }])
    const session = await server.rest('POST', '/api/v1/accounts/create-session', {
      token: key,
      body: { account_id: body.account_id, permissions: ['entitlements_read'] },
    })
    expect([session.status, session.body]).toMatchObject([200, { secret: expect.stringMatching(/^session_/) }])
    const wrong = await server.rest('POST', '/api/v1/accounts/upsert', {
      token: key,
      body: { ...body, billing_email: 'x' },
    })
    expect([wrong.status, wrong.body]).toMatchObject([400, { code: 'INVALID_EMAIL' }])
  })

  it('stays deleted until it is created again by upsertAccount', async () => {
    const customer = unused()
    await upsert(customer)
    const [account] = await named(customer.slice('customer:'.length))
    const operator = await server.token('root@example.com', { roles: ['root'] })
    const deletion =
      'mutation ($id: ID!) { deleteAccount(accountId: $id, key: "d") { accountJob { id } denial { message } } }'
    const { data } = await server.graphql<object>(deletion, { id: account!.id }, operator)
    expect(JSON.stringify(data)).toContain('"id"')
    await server.advanceTo('2026-12-16T00:00:00Z')
    await eventually(
      () => server.query<{ name: string }>('select name from account where id = $1', [account!.id]),
      ([row]) => row!.name === 'Deleted account',
    )
    expect((await check(customer)).errors?.[0]).toMatchObject({
      message: 'The customer was deleted. upsertAccount creates it again.',
      extensions: { code: 'CONFLICT' },
    })
    expect((await upsert(customer)).data.upsertAccount).toMatchObject({ kind: 'CUSTOMER' })
    expect((await check(customer)).data.check!.allowed).toBe(true)
    const [again] = await named(customer.slice('customer:'.length))
    expect(again!.id).not.toBe(account!.id)
  })
})
