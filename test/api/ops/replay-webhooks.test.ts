import { variablesOf } from '#test/support/mutations.js'
import { ReplayWebhooks } from '@stackgate/client/documents'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent } from '#test/support/signed-event.js'
import { deliverEvent } from '#test/support/webhook-events.js'

describe('replayWebhooks', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const replay = async (input: object) => {
    const { data, errors } = await server.graphql(ReplayWebhooks, variablesOf('replayWebhooks', input), operator)
    expect(errors).toBeUndefined()
    return data.replayWebhooks
  }

  it('replays the dead events of a filter, and counts them only for a dry run', async () => {
    for (let index = 0; index < 3; index++)
      await deliverEvent(
        server,
        stripeEvent('radar.early_fraud_warning.created', { object: 'x', id: `issfr_${index}` }),
      )
    await server.query(`update inbox_event set state = 'DEAD', state_reason = 'price_1 is not in the catalog'`)
    const filter = { search: 'PRICE_1' }
    expect(await replay({ filter, dryRun: true })).toMatchObject({
      matchedCount: 3,
      replayedCount: 0,
      remainingCount: 3,
    })
    expect(await replay({ filter: { search: 'price_2' } })).toMatchObject({ matchedCount: 0 })
    expect(await replay({ filter })).toMatchObject({ matchedCount: 3, replayedCount: 3, remainingCount: 0 })
    expect(await server.query(`select 1 from inbox_event where state = 'DEAD' and attempts = 0`)).toEqual([])
  })

  it('refuses quarantined events', async () => {
    expect(await replay({ filter: { statuses: ['QUARANTINED'] } })).toMatchObject({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['filter', 'statuses'] }],
    })
  })
})
