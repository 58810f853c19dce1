import { newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

describe('usageBatches', () => {
  let server: TestServer
  let operator: BatchClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = batchClient(server, await server.token('ops@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const line = (accountId: string, key: string, amount: number, more: object = {}) => ({
    accountId,
    feature: FEATURE,
    amount,
    key,
    ...more,
  })

  it('shows keys of an account only their batches, and users none', async () => {
    const [ann, ben] = [await newAccount(server), await newAccount(server)]
    const ofAnn = batchClient(server, await server.serviceKey(['entitlements:write'], ann))
    const ofBen = batchClient(server, await server.serviceKey(['entitlements:write'], ben))
    const { id } = await ofAnn.open()
    expect(await ofAnn.add(id, [line(ben, 'a', 1)])).toEqual({ code: 'NOT_FOUND' })
    expect(await ofAnn.add(id, [line(ann, 'a', 1)])).toMatchObject({ acceptedCount: 1 })
    expect((await ofAnn.list()).nodes).toMatchObject([{ id }])
    expect((await ofBen.list()).nodes).toEqual([])
    expect(await ofBen.read(id)).toEqual({ code: null })
    expect(await ofBen.preview(id)).toEqual({ code: null })
    for (const answer of [ofBen.add(id, []), ofBen.close(id), ofBen.revert(id)])
      expect(await answer).toEqual({ code: 'NOT_FOUND' })
    expect((await operator.list()).nodes.map((batch) => batch.id)).toContain(id)
    const user = batchClient(server, await server.token('user@example.com'))
    const reading = batchClient(server, await server.serviceKey(['entitlements:read']))
    for (const caller of [user, reading])
      for (const answer of [caller.open(), caller.read(id), caller.list(), caller.close(id)])
        expect(await answer).toEqual({ code: 'FORBIDDEN' })
  })

  it('refuses pages over REST that do not exist', async () => {
    const key = await server.serviceKey(['entitlements:write'])
    const list = (body: object) =>
      fetch(`${server.url}/api/v1/usage-batches/list`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const refused: readonly (readonly [object, number])[] = [
      [{ first: 1.5 }, 400],
      [{ first: 1e300 }, 400],
      [{ first: -1 }, 422],
      [{ first: 101 }, 422],
      [{ after: 'unknown' }, 422],
    ]
    for (const [body, status] of refused) expect([body, (await list(body)).status]).toEqual([body, status])
    expect((await list({ first: 1 })).status).toBe(200)
  })
})
