import { insertDeadLetters } from '#test/support/dead-letters.js'
import { startTestServer } from '#test/support/test-server.js'

interface Stats {
  queue: string
  waitingCount: number
  oldestWaitingSeconds: number | null
  deadCount: number
  oldestDeadAt: string | null
}

it('queueStats counts what waits in each queue, its age and its dead letters', async () => {
  const server = await startTestServer()
  try {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    await insertDeadLetters(server)
    await server.query(
      `insert into broker_message (id, routing_key, body, available_at)
       values ('obx_00000000000000000000000099', 'deployment.started', '{}', now() - interval '90 seconds'),
         ('obx_00000000000000000000000098', 'deployment.started', '{}', now() + interval '1 hour')`,
    )
    const { data } = await server.graphql<{ queueStats: Stats[] }>(
      `{ queueStats { queue waitingCount oldestWaitingSeconds deadCount oldestDeadAt } }`,
      {},
      operator,
    )
    const broker = data.queueStats.find(({ queue }) => queue === 'BROKER')!
    expect(broker).toMatchObject({ waitingCount: 1, deadCount: 1 })
    expect(broker.oldestWaitingSeconds).toBeGreaterThanOrEqual(90)
    expect(data.queueStats.map(({ queue, deadCount }) => `${queue} ${deadCount}`)).toEqual([
      'INBOX 0',
      'MAIL 1',
      'OUTBOX 1',
      'WEBHOOK_DELIVERY 1',
      'USAGE_REPORT 1',
      'SCHEDULED_JOB 1',
      'SYNC 1',
      'BROKER 1',
    ])
    expect(data.queueStats[0]).toMatchObject({ oldestWaitingSeconds: null, oldestDeadAt: null })
    await server.query(`delete from broker_message where state = 'DEAD'`)
    const { data: emptied } = await server.graphql<{ queueStats: Stats[] }>(
      `{ queueStats { queue deadCount oldestDeadAt } }`,
      {},
      operator,
    )
    expect(emptied.queueStats.at(-1)).toEqual({ queue: 'BROKER', deadCount: 0, oldestDeadAt: null })
    const mail = emptied.queueStats.find(({ queue }) => queue === 'MAIL')!
    expect(Date.parse(mail.oldestDeadAt!)).toBeGreaterThan(0)
  } finally {
    await server.close()
  }
})
