import { randomUUID } from 'node:crypto'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { change } from '#test/support/members.js'
import { seatTeam } from '#test/support/seats.js'
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

  it('rejects lines that can never be applied or whose account is unknown, and lists of unknown accounts', async () => {
    const ann = await newAccount(server)
    const { id } = await batches.open()
    expect(
      await batches.add(id, [
        line(ann, 'ok', 1),
        line(ann, 'zero', 0),
        line(ann, 'no key', 1),
        line(ann, 'future', 1, { at: '2026-03-06T09:00:00Z' }),
        { ...line(ann, 'limit', 1), feature: 'api_keys' },
        { ...line(ann, 'none', 1), feature: 'nothing' },
      ]),
    ).toMatchObject({
      acceptedCount: 1,
      duplicateCount: 0,
      rejected: [
        { index: 1, code: 'INVALID_AMOUNT' },
        { index: 2, code: 'INVALID_PARAMETERS', message: expect.stringMatching(/^key must be 1 to 255/) },
        { index: 3, code: 'INVALID_PARAMETERS', message: 'at must not be more than 5 minutes in the future.' },
        { index: 4, code: 'INVALID_PARAMETERS' },
        { index: 5, code: 'NOT_FOUND' },
      ],
    })
    const unknown = line('person:nobody', 'c', 1)
    expect(await batches.add(id, [line(ann, 'b', 1), unknown])).toMatchObject({
      acceptedCount: 1,
      rejected: [{ index: 1, code: 'NOT_FOUND' }],
    })
    expect(await batches.add(id, [unknown])).toEqual({ code: 'NOT_FOUND' })
    expect(await batches.read(id)).toMatchObject({ lineCount: 2 })
    const many = Array.from({ length: 501 }, (_, index) => line(ann, `many-${index}`, 1))
    expect(await batches.add(id, many)).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('counts lines for the member that they name, and its cap denies what exceeds it', async () => {
    const { owner, accountId, members } = await seatTeam(server, randomUUID().slice(0, 8), { seats: 1, members: 2 })
    const [ann, bob] = members.map(({ userId }) => userId)
    await grantTestCredits(server, accountId, FEATURE, 10_000)
    await server.graphql(
      `mutation ($input: SetSpendCapInput!, $key: String!) { setSpendCap(input: $input, key: $key) { denial { code } } }`,
      {
        input: { accountId, feature: FEATURE, period: 'DAY', limit: { units: 100 }, userId: ann },
        key: randomUUID(),
      },
      owner.token,
    )
    const { id } = await batches.open()
    const lines = [
      line(accountId, 'ann-1', 90, { userId: ann }),
      line(accountId, 'ann-2', 20, { userId: ann }),
      line(accountId, 'bob', 500, { userId: bob }),
      line(accountId, 'nobody', 500),
    ]
    const stranger = line(accountId, 'stranger', 1, { userId: 'usr_unknown' })
    expect(await batches.add(id, [...lines, stranger])).toMatchObject({
      acceptedCount: 4,
      rejected: [{ index: 4, code: 'INVALID_PARAMETERS', message: 'userId must be a member of the account.' }],
    })
    // The member is a part of the line.
    expect(await batches.add(id, [line(accountId, 'ann-1', 90, { userId: bob })])).toMatchObject({
      acceptedCount: 0,
      rejected: [{ index: 0, code: 'IDEMPOTENCY_MISMATCH' }],
    })
    await change(server, owner, `removeMember(accountId: "${accountId}" userId: "${bob}")`)
    expect(await batches.add(id, lines)).toMatchObject({ acceptedCount: 0, duplicateCount: 4, rejected: [] })
    expect(await batches.preview(id)).toMatchObject({
      lineCount: 4,
      effects: {
        nodes: [
          {
            units: 590,
            denied: [
              { key: 'ann-2', code: 'SPEND_CAP_REACHED' },
              { key: 'bob', code: 'INVALID_PARAMETERS' },
            ],
          },
        ],
      },
    })
    await batches.close(id)
    const closed = await batches.ended(id, 'CLOSED')
    expect(
      closed.lines.nodes.map(({ key, user, units, denialCode }) => [key, user?.id ?? null, units, denialCode]),
    ).toEqual([
      ['ann-1', ann, 90, null],
      ['ann-2', ann, null, 'SPEND_CAP_REACHED'],
      ['bob', bob, null, 'INVALID_PARAMETERS'],
      ['nobody', null, 500, null],
    ])
    const used = () =>
      server.query(
        `select user_id as "userId", -sum(amount)::int as used from ledger_entry
         where account_id = $1 and kind in ('CONSUME', 'ADJUST') group by 1 order by 1`,
        [accountId],
      )
    expect(await used()).toEqual([
      { userId: ann, used: 90 },
      { userId: null, used: 500 },
    ])
    await batches.revert(id)
    await batches.ended(id, 'REVERTED')
    expect(await used()).toEqual([
      { userId: ann, used: 0 },
      { userId: null, used: 0 },
    ])
  })

  it('names members over REST', async () => {
    const { accountId, members } = await seatTeam(server, randomUUID().slice(0, 8), { seats: 1, members: 1 })
    const user_id = members[0]!.userId
    const { id: batch_id } = await batches.open()
    const post = (route: string, body: object) =>
      server.rest('POST', `/api/v1/usage-batches/${route}`, { token: batches.token, body })
    const one = { account_id: accountId, feature: FEATURE, amount: 1, key: 'a', user_id }
    expect(await post('add', { batch_id, lines: [one] })).toMatchObject({ status: 200, body: { accepted: 1 } })
    expect(await post('lines', { batch_id })).toMatchObject({ body: { lines: [{ key: 'a', user_id }] } })
  })

  it('rejects anonymous callers also without lines', async () => {
    expect(await server.rest('POST', '/api/v1/usage-comparisons/compare', { body: { uses: [] } })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    })
    for (const call of ['compareUsage(uses: [])', 'recordUsage(events: [])']) {
      const { errors } = await server.graphql(`mutation { ${call} { denial { code } } }`, {}, null)
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    }
  })
})
