import { randomUUID } from 'node:crypto'
import { changeJob, jobInput } from '#test/support/account-jobs.js'
import { joinAccount, person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('cancelAccountDeletion', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  const cancel = (token: string, accountId: string, key: string = randomUUID()) =>
    changeJob(server, token, `cancelAccountDeletion${jobInput(accountId, key)}`)

  it('keeps the account after the fourteen days', async () => {
    const ann = await person(server, 'ann@example.com')
    const scheduled = await changeJob(server, ann.token, `deleteAccount${jobInput(ann.accountId, 'x')}`)
    expect(scheduled).toMatchObject({ __typename: 'AccountJob', status: 'SCHEDULED' })
    const canceled = await cancel(ann.token, ann.accountId, 'c')
    expect(canceled).toMatchObject({ id: scheduled.id, status: 'CANCELED' })
    expect(await cancel(ann.token, ann.accountId, 'c')).toEqual(canceled)
    await server.advanceTo('2026-02-01T10:00:00Z')
    expect(await server.query(`select id from account where id = $1`, [ann.accountId])).toHaveLength(1)
    expect(await cancel(ann.token, ann.accountId)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('is denied without a scheduled deletion, and without permission', async () => {
    const bob = await person(server, 'bob@example.com')
    const carl = await joinAccount(server, bob, 'carl@example.com')
    expect(await cancel(bob.token, bob.accountId)).toMatchObject({ code: 'INVALID_TRANSITION' })
    await changeJob(server, bob.token, `deleteAccount${jobInput(bob.accountId, 'x')}`)
    expect(await cancel(carl.token, bob.accountId)).toMatchObject({ code: 'FORBIDDEN' })
    const stranger = await person(server, 'stranger@example.com')
    expect(await cancel(stranger.token, bob.accountId)).toMatchObject({ code: 'NOT_FOUND' })
  })
})
