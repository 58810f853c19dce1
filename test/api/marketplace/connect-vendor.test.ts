import { PayOutVendor } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'

interface Connection {
  readonly __typename: string
  readonly url: string | null
  readonly expiresAt: string | null
  readonly code: string
  readonly issues: readonly { readonly path: readonly string[] }[]
}

const CONNECT = `mutation ($returnUrl: String, $key: String!) {
  connectVendor(returnUrl: $returnUrl, key: $key) { __typename url expiresAt denial { __typename code issues { path } } }
}`

describe('Vendor with transfer payouts', () => {
  const servers: TestServer[] = []
  afterAll(async () => {
    for (const server of servers) await server.close()
  })
  const open = async (env: Record<string, string>) => {
    const server = await startTestServer({ start: '2026-03-02T09:00:00Z', env })
    servers.push(server)
    return server
  }
  const connect = async (
    server: TestServer,
    token: string | null,
    returnUrl: string | null = null,
    key: string = randomUUID(),
  ): Promise<Connection> => {
    const { data, errors } = await server.graphql<{ connectVendor: Connection }>(CONNECT, { returnUrl, key }, token)
    return errors ? ({ __typename: 'error', code: errors[0]!.extensions.code } as Connection) : data.connectVendor
  }
  const accounts = async (server: TestServer) => {
    const response = await fetch(`${server.sandbox.url}/v1/accounts`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    return ((await response.json()) as { data: { id: string; email: string; metadata: object }[] }).data
  }

  it('gets a connected account at the provider, completes its onboarding, and is paid', async () => {
    const server = await open({ VENDOR_PAYOUTS: 'stripe' })
    const adminToken = await server.token('admin@example.com', { roles: ['admin'] })
    const vera = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
    const { id } = await publishTemplate(vera, new MarketplaceClient(server, adminToken))
    await vera.price(id, 1000)
    const buyer = await Buyer.named(server, 'ann@example.com')
    await buyer.buy('purchaseTemplate', { templateId: id })
    const [vendor] = await server.query<{ id: string }>(`select vendor_id as id from template where id = $1`, [id])
    const payOut = async (key: string) =>
      (
        await server.graphql(
          PayOutVendor,
          { input: { vendorId: vendor!.id, currency: 'USD', method: 'PROVIDER', reason: 'Due.' }, key },
          adminToken,
        )
      ).data.payOutVendor

    // Two concurrent calls with one key, and one more after a lost response: one account.
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/accounts' },
      action: 'drop_after',
      times: 1,
    })
    const links = await Promise.all([1, 2].map(() => connect(server, vera.token, `${server.url}/done`, 'one')))
    expect(links).toMatchObject([
      { __typename: 'ProviderPagePayload', url: expect.any(String), expiresAt: '2026-03-02T09:05:00.000Z' },
      { __typename: 'ProviderPagePayload', url: expect.any(String) },
    ])
    const made = await accounts(server)
    expect(made).toMatchObject([{ email: 'vera@example.com', metadata: { vendor_id: vendor!.id } }])
    expect(await server.query(`select payout_account_id from vendor where id = $1`, [vendor!.id])).toEqual([
      { payout_account_id: made[0]!.id },
    ])
    expect(await connect(server, vera.token, null, 'one')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await payOut('early')).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })

    const page = await fetch(links[0]!.url!)
    expect([page.status, (await page.text()).includes('Submit')]).toEqual([200, true])
    const submitted = await fetch(links[0]!.url!, { method: 'POST', body: new URLSearchParams(), redirect: 'manual' })
    expect([submitted.status, submitted.headers.get('location')]).toEqual([303, `${server.url}/done`])
    // A link opens once; there is nothing left to say.
    const again = await fetch(links[0]!.url!, { redirect: 'manual' })
    expect(again.status).toBe(303)
    expect(await connect(server, vera.token)).toMatchObject({ url: null, expiresAt: null })
    await eventually(
      () => payOut('now'),
      (paid) => paid.__typename === 'VendorPayout' && paid.status === 'PAID',
    )
    const events = await server.query<{ count: number }>(
      `select count(*)::int as count from stream_event where type = 'vendor.payout_account_changed'`,
    )
    expect(events).toEqual([{ count: 1 }])
  })

  it('is denied without permission, with a foreign return URL, and while transfers are disabled', async () => {
    const [on, off] = [servers[0] ?? (await open({ VENDOR_PAYOUTS: 'stripe' })), await open({})]
    const vendor = await on.token('vic@example.com', { roles: ['vendor'] })
    expect((await connect(on, null)).code).toBe('UNAUTHENTICATED')
    expect((await connect(on, await on.token('user@example.com'))).code).toBe('FORBIDDEN')
    expect(await connect(on, vendor, 'https://evil.example.com/')).toMatchObject({
      code: 'INVALID_RETURN_URL',
      issues: [{ path: ['returnUrl'] }],
    })
    expect(await connect(off, await off.token('vic@example.com', { roles: ['vendor'] }))).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    })
  })
})
