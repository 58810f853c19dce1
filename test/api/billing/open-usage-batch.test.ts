import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

interface Rest {
  readonly id: string
}

describe('openUsageBatch', () => {
  let server: TestServer
  let batches: BatchClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    batches = batchClient(server, (await entitlementService(server)).key)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('opens one batch for a key, with a name and a reason', async () => {
    const input = { idempotencyKey: 'once' }
    const [first, again] = await Promise.all([batches.open(input), batches.open(input)])
    expect(first).toMatchObject({ __typename: 'UsageBatch', status: 'OPEN', name: 'March', lineCount: 0 })
    expect(again).toEqual(first)
    expect(await batches.open({ ...input, name: 'April' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await batches.open({ name: ' ' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await batches.open({ reason: '' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('serves the same operations over REST', async () => {
    const token = await server.serviceKey(['entitlements:write'])
    const ann = await newAccount(server)
    const post = async (path: string, body: object) =>
      (await server.rest('POST', `/api/v1/usage-batches/${path}`, { token, body })) as { status: number; body: Rest }
    const { body: opened } = await post('open', { name: 'March', reason: 'Meter', idempotency_key: 'rest' })
    const batch_id = opened.id
    const lines = [{ account_id: ann, feature: FEATURE, amount: 10, key: 'a' }]
    expect((await post('add', { batch_id, lines })).body).toMatchObject({ accepted: 1 })
    expect((await post('lines', { batch_id })).body).toMatchObject({
      batch: { line_count: 1, pending_count: 1, applied_count: 0 },
    })
    expect((await post('preview', { batch_id })).body).toMatchObject({
      line_count: 1,
      effects: [
        { account_id: ann, units: 10, overage: null, invoice_effect: 'none', taken: [{ kind: 'plan', amount: 10 }] },
      ],
      next_after: null,
    })
    expect((await post('close', { batch_id })).status).toBe(200)
    await batches.ended(batch_id, 'CLOSED')
    expect((await post('lines', { batch_id })).body).toMatchObject({
      batch: { status: 'closed' },
      lines: [{ key: 'a', status: 'applied', units: 10, denial: null }],
    })
    expect((await post('preview', { batch_id })).status).toBe(409)
    expect((await post('revert', { batch_id, reason: 'Wrong' })).status).toBe(200)
    expect((await post('list', {})).body).toMatchObject({ batches: expect.arrayContaining([]), next_after: null })
    expect((await post('lines', { batch_id: 'ubt_unknown' })).status).toBe(404)
    await batches.ended(batch_id, 'REVERTED')
    // The denial names the field of the route.
    expect((await post('add', { batch_id, lines })).body).toMatchObject({
      code: 'INVALID_TRANSITION',
      field: 'batch_id',
    })
  })
})
