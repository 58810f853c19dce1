import { mutationText, variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('An amount of null', () => {
  let server: TestServer
  let accountId: string
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    accountId = await newAccount(server)
    key = await server.serviceKey(['entitlements:write'], accountId)
  })
  afterAll(() => server.close())

  const FEATURE = 'attribution_runs'
  const held = async (): Promise<string> => {
    const { data } = await server.graphql<{ reserve: { id: string } }>(
      `mutation ($input: ReserveInput!, $key: String!) { reserve(input: $input, key: $key) { reservation { id } } }`,
      { input: { accountId, feature: FEATURE, amount: 2 }, key: randomUUID() },
      key,
    )
    return data.reserve.id
  }
  const used = async (): Promise<object> => {
    const { data } = await server.graphql<{ account: { usage: { entitlement: object } } }>(
      `query ($id: ID!) { account(id: $id) { usage { entitlement(feature: "${FEATURE}") { used reserved } } } }`,
      { id: accountId },
      await server.token('ops@example.com', { roles: ['admin'] }),
    )
    return data.account.usage.entitlement
  }

  it.each([
    ['consume', () => Promise.resolve({ accountId, feature: FEATURE })],
    ['reserve', () => Promise.resolve({ accountId, feature: FEATURE })],
    ['commitReservation', async () => ({ reservationId: await held() })],
  ] as const)('is a mistake of %s, in a variable and in the document', async (name, input) => {
    const given = await input()
    const before = await used()
    const values = Object.entries(given).map(([field, value]) => `${field}: "${value}"`)
    const passed =
      name === 'commitReservation'
        ? `amount: null, ${values.join(', ').replace('reservationId', 'id')}`
        : `input: { amount: null, ${values.join(', ')} }`
    const calls = [
      server.graphql(
        mutationText(name, `denial { code }`),
        variablesOf(name, { ...given, amount: null, idempotencyKey: randomUUID() }),
        key,
      ),
      server.graphql(`mutation { ${name}(${passed}, key: "${randomUUID()}") { denial { code } } }`, {}, key),
    ]
    // An input with a default is validated before it is executed.
    for (const { errors } of await Promise.all(calls))
      expect(errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/)
    expect(await used()).toEqual(before)
  })

  it('is the default of check and of each of checks', async () => {
    const { data, errors } = await server.graphql(
      `query ($id: ID!) {
        check(accountId: $id, feature: "${FEATURE}", amount: null) { allowed }
        checks(requests: [{ accountId: $id, feature: "${FEATURE}", amount: null }]) { allowed }
      }`,
      { id: accountId },
      key,
    )
    expect([data, errors]).toEqual([{ check: { allowed: true }, checks: [{ allowed: true }] }, undefined])
  })

  it('is a mistake over REST', async () => {
    const before = await used()
    for (const [route, body] of [
      ['check', { account_id: accountId, feature: FEATURE }],
      ['consume', { account_id: accountId, feature: FEATURE, idempotency_key: randomUUID() }],
      ['reserve', { account_id: accountId, feature: FEATURE, idempotency_key: randomUUID() }],
      ['commit', { reservation_id: 'rsv_1', idempotency_key: randomUUID() }],
    ] as const) {
      const answer = await server.rest('POST', `/api/v1/entitlements/${route}`, {
        token: key,
        body: { ...body, amount: null },
      })
      expect([route, answer.status, (answer.body as { field: string }).field]).toEqual([route, 400, 'amount'])
    }
    expect(await used()).toEqual(before)
  })
})
