import { randomUUID } from 'node:crypto'
import { createEntitlements } from '@stackgate/client/entitlements'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, grantTestCredits, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { connectMcp } from '#test/support/mcp-client.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'

describe('Notes of uses', () => {
  let server: TestServer
  let service: EntitlementService
  let buyer: Buyer
  let accountId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'scale' })
    accountId = await accountIdOf(server, buyer.token)
    await grantTestCredits(server, accountId, FEATURE, 10)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const notes = async () => {
    const { data } = await server.graphql<{
      account: { usage: { credits: { entries: { nodes: { kind: string; amount: number; note: string | null }[] } }[] } }
    }>(`{ account { usage { credits { entries(first: 100) { nodes { kind amount note } } } } } }`, {}, buyer.token)
    return data.account.usage.credits[0]!.entries.nodes.map(({ kind, amount, note }) => [kind, amount, note])
  }

  it('are in the ledger, from GraphQL, REST, the client and MCP', async () => {
    await service.consume({ accountId, feature: FEATURE, amount: 1, note: 'By GraphQL' })
    const body = { account_id: accountId, feature: FEATURE, amount: 2, note: 'By REST', idempotency_key: randomUUID() }
    const { status } = await server.rest('POST', '/api/v1/entitlements/consume', { token: service.key, body })
    expect(status).toBe(200)
    const client = createEntitlements({ url: server.url, key: service.key })
    expect(await client.consume({ accountId, feature: FEATURE, amount: 3, note: 'By the client' })).toMatchObject({
      ok: true,
    })
    client.close()
    const mcp = await connectMcp({ STACKGATE_URL: server.url, STACKGATE_TOKEN: service.key })
    const use = { account: accountId, feature: FEATURE, amount: 4, note: 'By MCP' }
    const { previewToken } = (await mcp.call('preview_consume', use)).content
    expect(await mcp.call('consume', { ...use, previewToken })).toMatchObject({ isError: false })
    await mcp.close()
    expect(await notes()).toEqual([
      ['CONSUME', -4, 'By MCP'],
      ['CONSUME', -3, 'By the client'],
      ['CONSUME', -2, 'By REST'],
      ['CONSUME', -1, 'By GraphQL'],
      ['GRANT', 10, null],
    ])
  })

  it('of a reservation are on the entry of its commit', async () => {
    const reserved = await service.reserve({ accountId, feature: FEATURE, amount: 5, note: 'Reserved' })
    await service.commit({ reservationId: reserved.id })
    expect(await notes()).toContainEqual(['CONSUME', -5, 'Reserved'])
  })

  it('are part of the call that an idempotency key repeats', async () => {
    const call = { accountId, feature: FEATURE, amount: 1, note: 'First', idempotencyKey: randomUUID() }
    const first = await service.consume(call)
    expect(await service.consume(call)).toMatchObject({ id: first.id })
    expect(await service.consume({ ...call, note: 'Second' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it.each(['x'.repeat(201), 'a\u0000b', '\ud800'])('are denied if they cannot be stored (%#)', async (note) => {
    const before = await notes()
    expect(await service.consume({ accountId, feature: FEATURE, amount: 1, note })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: expect.stringContaining('note must be at most 200 characters long'),
    })
    expect(await notes()).toEqual(before)
  })

  it('are on the invoice that charges the units, once each and in their order', async () => {
    await service.consume({ accountId, feature: FEATURE, amount: 599_994, note: 'Within the allowance' })
    for (const note of ['Campaign May', 'Campaign June', 'Campaign May', null])
      await service.consume({ accountId, feature: FEATURE, amount: 1_250, note })
    for (let each = 0; each < 20; each++)
      await service.consume({ accountId, feature: FEATURE, amount: 1, note: `${each} ${'long '.repeat(19)}` })
    await server.advanceTo('2026-04-05T10:00:00Z')
    await reportUsage(server.app.context)
    const lines = await eventually(
      async () => {
        const { data } = await server.graphql<{
          account: { billing: { invoices: { nodes: { lines: { nodes: { description: string }[] } }[] } } }
        }>(
          `{ account { billing { invoices(first: 20) { nodes { lines { nodes { description } } } } } } }`,
          {},
          buyer.token,
        )
        return data.account.billing.invoices.nodes
          .flatMap((invoice) => invoice.lines.nodes.map(({ description }) => description))
          .filter((description) => description.includes('beyond the allowance'))
      },
      (found) => found.length > 0,
      20_000,
    )
    expect(lines).toEqual([
      expect.stringMatching(
        /^AI credits beyond the allowance: 5,020 at \$0\.40 per 1,000\. Notes: Campaign May; Campaign June; 0 long .*; \d+ more$/,
      ),
    ])
    expect(lines[0]!.length).toBeLessThanOrEqual(500)
  })
})
