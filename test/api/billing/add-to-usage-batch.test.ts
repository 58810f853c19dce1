import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

describe('addToUsageBatch', () => {
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

  const line = (accountId: string, key: string, amount: number, more: object = {}) => ({
    accountId,
    feature: FEATURE,
    amount,
    key,
    ...more,
  })

  it('rejects lines that can never be applied, and lists of unknown accounts', async () => {
    const ann = await newAccount(server)
    const { id } = await batches.open()
    expect(
      await batches.add(id, [
        line(ann, 'ok', 1),
        line(ann, 'zero', 0),
        line(ann, 'no key', 1),
        line(ann, 'future', 1, { usedAt: '2026-03-06T09:00:00Z' }),
        { ...line(ann, 'limit', 1), feature: 'api_keys' },
        { ...line(ann, 'none', 1), feature: 'nothing' },
      ]),
    ).toMatchObject({
      accepted: 1,
      duplicates: 0,
      rejected: [
        { index: 1, code: 'INVALID_AMOUNT' },
        { index: 2, code: 'INVALID_PARAMETERS', message: expect.stringMatching(/^key must be 1 to 255/) },
        { index: 3, code: 'INVALID_PARAMETERS', message: 'usedAt must not be in the future.' },
        { index: 4, code: 'INVALID_PARAMETERS' },
        { index: 5, code: 'FEATURE_NOT_INCLUDED' },
      ],
    })
    expect(await batches.add(id, [line(ann, 'b', 1), line('person:nobody', 'c', 1)])).toEqual({ code: 'NOT_FOUND' })
    expect((await batches.read(id)).progress).toMatchObject({ totalCount: 1 })
    const many = Array.from({ length: 501 }, (_, index) => line(ann, `many-${index}`, 1))
    expect(await batches.add(id, many)).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })
})
