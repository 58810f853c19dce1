import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

const PACKS = 10

describe('Payment provider after half an hour of outage', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  const openPage = async (token: string): Promise<string> => {
    const { data, errors } = await server.graphql<{ purchasePackage: { providerReference?: string } }>(
      `mutation ($key: String!) { purchasePackage(input: { provider: STRIPE, package: "stories_50" }, key: $key) { checkout { providerReference } denial { message } } }`,
      { key: randomUUID() },
      token,
    )
    if (!data?.purchasePackage.providerReference) throw new Error(JSON.stringify(errors ?? data))
    return data.purchasePackage.providerReference
  }
  const waiting = () =>
    server.query<{ object_key: string; unreachable: boolean; attempts: number }>(
      `select object_key, unreachable, attempts from inbox_object where pending and lease_until is null`,
    )
  const granted = async () =>
    (await server.query<{ count: number }>(`select count(*)::int as count from purchase where status = 'PAID'`))[0]!
      .count

  it('has every paid pack granted within 30 seconds of its first successful response', async () => {
    const pages = await Promise.all(
      Array.from({ length: PACKS }, async (_, index) => openPage(await server.token(`buyer-${index}@example.com`))),
    )
    await eventually(
      () => server.query(`select 1 from inbox_object where pending`),
      (rows) => rows.length === 0,
      20_000,
    )
    await server.sandboxControl('POST', 'faults', { match: { path: '/v1/' }, action: 'status_500' })
    for (const page of pages) await server.sandboxControl('POST', `checkouts/${page}/pay`, {})
    await eventually(
      waiting,
      (objects) => objects.filter(({ unreachable, attempts }) => unreachable && attempts > 0).length >= PACKS,
      60_000,
    )
    // State after half an hour: each object waits for as long again.
    await server.query(
      `update inbox_object set attempts = 12, available_at = now() + make_interval(mins => 30) where unreachable and lease_until is null`,
    )
    expect(await granted()).toBe(0)

    await server.sandboxControl('DELETE', 'faults')
    await eventually(
      async () => ({ count: await granted(), waits: await waiting() }),
      ({ count }) => count === PACKS,
      30_000,
    )
  })
})
