import { DropDeadLetter } from '@stackgate/client/documents'
import { deadLetterOf, insertDeadLetters, listDeadLetters } from '#test/support/dead-letters.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('dropDeadLetter', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await insertDeadLetters(server)
  })
  afterAll(() => server.close())

  const drop = async (id: string, reason: string) =>
    (await server.graphql(DropDeadLetter, { id, reason }, operator)).data.dropDeadLetter

  it.each(['MAIL', 'OUTBOX', 'WEBHOOK_DELIVERY', 'USAGE_REPORT', 'SCHEDULED_JOB', 'SYNC', 'BROKER'])(
    'drops a dead letter of %s with a reason, which the audit log keeps',
    async (queue) => {
      const letter = await deadLetterOf(server, operator, queue)
      expect(await drop(letter.id, ' ')).toMatchObject({ code: 'INVALID_PARAMETERS', issues: [{ path: ['reason'] }] })
      expect(await drop(letter.id, `not needed: ${queue}`)).toMatchObject({ deletedId: letter.id })
      expect((await listDeadLetters(server, operator, { queue })).nodes).toEqual([])
      const [entry] = await server.query<{ details: object }>(
        `select details from audit_entry where action = 'dead_letter.dropped' and details ->> 'queue' = $1`,
        [queue],
      )
      expect(entry!.details).toMatchObject({ reason: `not needed: ${queue}`, summary: letter.summary })
      // The call of the operator is in the log of the account that the letter concerns.
      const [call] = await server.query<{ account: string | null }>(
        `select a.name as account from audit_entry e left join account a on a.id = e.account_id
           where e.action = 'mutation.dropDeadLetter' and e.details -> 'before' ->> 'queue' = $1 order by e.id desc limit 1`,
        [queue],
      )
      expect(call!.account).toBe(letter.account?.name ?? 'ops@example.com')
    },
  )

  it('keeps the row of dropped usage, so that it is not billed again', async () => {
    expect(await server.query(`select state from usage_report`)).toEqual([{ state: 'DROPPED' }])
  })
})
