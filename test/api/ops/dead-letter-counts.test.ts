import { DeadLetterCounts } from '@stackgate/client/documents'
import { startTestServer } from '#test/support/test-server.js'
import { insertDeadLetters } from '#test/support/dead-letters.js'

it('deadLetterCounts counts every queue, also the empty ones', async () => {
  const server = await startTestServer()
  try {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    await insertDeadLetters(server)
    await server.query(`delete from broker_message`)
    const { data } = await server.graphql(DeadLetterCounts, {}, operator)
    expect(data.deadLetterCounts!.map(({ queue, count }) => `${queue} ${count}`)).toEqual([
      'MAIL 1',
      'OUTBOX 1',
      'WEBHOOK_DELIVERY 1',
      'USAGE_REPORT 1',
      'SCHEDULED_JOB 1',
      'SYNC 1',
      'BROKER 0',
    ])
    expect(data.deadLetterCounts!.at(-1)!.oldestAt).toBeNull()
  } finally {
    await server.close()
  }
})
