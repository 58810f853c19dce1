import { RetryDeadLetter } from '@stackgate/client/documents'
import { deadLetterOf, insertDeadLetters, listDeadLetters } from '#test/support/dead-letters.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('retryDeadLetter', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await insertDeadLetters(server)
  })
  afterAll(() => server.close())

  const retry = async (id: string, token = operator) => server.graphql(RetryDeadLetter, { id }, token)

  it.each(['MAIL', 'OUTBOX', 'WEBHOOK_DELIVERY', 'USAGE_REPORT', 'SCHEDULED_JOB', 'SYNC', 'BROKER'])(
    'puts a dead letter of %s back into its queue, and records it',
    async (queue) => {
      const letter = await deadLetterOf(server, operator, queue)
      expect((await retry(letter.id)).data.retryDeadLetter).toMatchObject({ deletedId: letter.id })
      expect((await listDeadLetters(server, operator, { queue })).nodes).toEqual([])
      expect((await retry(letter.id)).errors![0]!.extensions.code).toBe('NOT_FOUND')
      const entries = await server.query<{ details: { queue: string } }>(
        `select details from audit_entry where action = 'dead_letter.retried'`,
      )
      expect(entries.map(({ details }) => details.queue)).toContain(queue)
    },
  )

  it('does not send usage again that the provider may have counted', async () => {
    await server.query(`update usage_report set state = 'DEAD', first_sent_at = now(), last_error = 'unknown'`)
    const letter = await deadLetterOf(server, operator, 'USAGE_REPORT')
    expect((await retry(letter.id)).data.retryDeadLetter).toMatchObject({ code: 'INVALID_TRANSITION' })
  })
})
