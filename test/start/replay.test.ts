import { insertDeadLetters } from '#test/support/dead-letters.js'
import { runCommand } from '#test/support/run-command.js'
import { stripeEvent } from '#test/support/signed-event.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { deliverEvent, listEvents } from '#test/support/webhook-events.js'

interface Printed {
  readonly dryRun: boolean
  readonly matchedCount: number
  readonly replayedCount: number
  readonly items: readonly { readonly id: string; readonly summary: string; readonly denial?: string }[]
}

/** `stackgate replay` against a server, with the scopes of a service key. */
describe('stackgate replay', () => {
  let server: TestServer
  let env: Record<string, string>
  beforeAll(async () => {
    server = await startTestServer()
    env = { STACKGATE_URL: server.url, STACKGATE_TOKEN: await server.serviceKey(['ops:read', 'ops:write']) }
    for (let index = 0; index < 3; index++)
      await deliverEvent(
        server,
        stripeEvent('radar.early_fraud_warning.created', { object: 'x', id: `issfr_${index}` }),
      )
    await insertDeadLetters(server)
  })
  beforeEach(async () => {
    await server.query(`update inbox_event set state = 'DEAD', state_reason = 'price_1 is not in the catalog'`)
  })
  afterAll(() => server.close())

  const replay = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runCommand('replay', [...args, '--json'], env)
    return { code, stderr, ...(stdout ? (JSON.parse(stdout) as Printed) : {}) }
  }
  const deadEvents = async () =>
    (await server.query<{ count: number }>(`select count(*)::int as count from inbox_event where state = 'DEAD'`))[0]!
      .count

  it('previews the events of a filter, and replays them', async () => {
    const preview = await replay('events', '--search', 'price_1', '--dry-run')
    expect(preview).toMatchObject({ code: 0, dryRun: true, matchedCount: 3, replayedCount: 0 })
    expect(preview.items).toHaveLength(3)
    expect(await deadEvents()).toBe(3)
    expect(await replay('events', '--search', 'price_1')).toMatchObject({ code: 0, matchedCount: 3, replayedCount: 3 })
    expect(await deadEvents()).toBe(0)
    expect(await replay('events', '--provider', 'paypal', '--status', 'dead')).toMatchObject({ matchedCount: 0 })
  })

  it("replays events by our ID and by the provider's, and reports IDs that do not exist", async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const [one, other] = (await listEvents(server, operator)).nodes
    const preview = await replay('events', one!.id, other!.eventId, '--dry-run')
    expect(preview).toMatchObject({ code: 0, matchedCount: 2, items: [{ id: one!.id }, { id: other!.id }] })
    const mixed = await replay('events', one!.id, 'evt_unknown')
    expect(mixed).toMatchObject({ code: 1, matchedCount: 1, replayedCount: 1 })
    expect(mixed.items![1]).toMatchObject({ id: 'evt_unknown', denial: 'NOT_FOUND' })
    expect(await deadEvents()).toBe(2)
    const text = await runCommand('replay', ['events', '--all'], env)
    expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('2 of 2 replayed\n')])
  })

  it('puts dead letters back into their queues', async () => {
    const preview = await replay('dead-letters', '--queue', 'mail', '--dry-run')
    expect(preview).toMatchObject({ code: 0, matchedCount: 1, items: [{ summary: expect.stringContaining('MAIL') }] })
    const [mail] = preview.items!
    expect(await replay('dead-letters', mail!.id)).toMatchObject({ code: 0, replayedCount: 1 })
    expect(await replay('dead-letters', mail!.id)).toMatchObject({ code: 1, replayedCount: 0 })
    expect(await replay('dead-letters', '--all', '--dry-run')).toMatchObject({ code: 0, matchedCount: 6 })
  })

  it('sends deliveries to endpoints again', async () => {
    const found = await replay('deliveries', '--all-accounts', '--dry-run')
    expect([found.code, found.stderr]).toEqual([0, ''])
    const [{ id }] = (await server.query<{ id: string }>(`select id from webhook_delivery limit 1`)) as [{ id: string }]
    expect(await replay('deliveries', id, '--dry-run')).toMatchObject({ code: 0, matchedCount: 1 })
    expect(await replay('deliveries', id)).toMatchObject({ code: 0, replayedCount: 1 })
  })

  it.each([
    [['events'], 'give IDs or a filter, or --all'],
    [['events', 'evt_1', '--all'], 'give either IDs or a filter'],
    [['events', '--from', 'yesterday'], 'must be an ISO time'],
    [['events', '--status', 'gone'], 'Allowed choices are dead'],
    [['dead-letter'], 'Did you mean dead-letters?'],
    [['events', '--status', 'quarantined'], 'INVALID_TRANSITION'],
  ])('refuses %j with exit code 2', async (args, sentence) => {
    const { code, stderr } = await replay(...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)])
  })

  it('needs a key with the scope ops:write', async () => {
    const weak = { ...env, STACKGATE_TOKEN: await server.serviceKey(['entitlements:read']) }
    const { code, stderr } = await runCommand('replay', ['events', '--all'], weak)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/FORBIDDEN|ops:/)])
  })
})
