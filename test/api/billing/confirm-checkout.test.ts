import { ConfirmCheckout } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Confirmation of a checkout by the returning buyer', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
    // Events are lost: only the confirmation reads the payment.
    await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
  })
  afterAll(() => server.close())

  const confirm = (providerReference: string, token: string | null) =>
    server.graphql(ConfirmCheckout, { by: { providerReference } }, token)

  it('activates the plan before the webhook, once', async () => {
    const ann = await Buyer.named(server, 'ann@example.com')
    const page = await ann.start('startSubscription', { plan: 'plus' })
    expect((await confirm(page.providerReference, ann.token)).data.confirmCheckout).toMatchObject({
      id: page.id,
      status: 'OPEN',
    })
    expect((await ann.account()).plan.plan.code).toBe('free')
    await ann.pay(page.providerReference)
    for (let time = 0; time < 2; time++)
      expect((await confirm(page.providerReference, ann.token)).data.confirmCheckout).toMatchObject({
        id: page.id,
        status: 'COMPLETED',
      })
    const account = await ann.buyerWhen(({ purchases }) => purchases.totalCount > 0)
    expect([account.plan.plan.code, account.purchases.totalCount]).toEqual(['plus', 1])
    await expectInvariants(server)
  })

  it('accepts our own ID, and returns the recorded state while the provider does not respond', async () => {
    const bob = await Buyer.named(server, 'bob@example.com')
    const page = await bob.start('startSubscription', { plan: 'plus' })
    await bob.pay(page.providerReference)
    const own = async () => {
      const { data } = await server.graphql(ConfirmCheckout, { by: { id: page.id } }, bob.token)
      return data.confirmCheckout
    }
    const match = { method: 'GET', path: `/v1/checkout/sessions/${page.providerReference}` }
    await server.sandboxControl('POST', 'faults', { match, action: '500', times: 20 })
    expect(await own()).toMatchObject({ id: page.id, status: 'OPEN' })
    await server.sandboxControl('DELETE', 'faults')
    expect(await own()).toMatchObject({ id: page.id, status: 'COMPLETED' })
  })

  it('does not find an unknown session or one of another user, and requires a token', async () => {
    const owner = await Buyer.named(server, 'private@example.com')
    const { providerReference } = await owner.start('startSubscription', { plan: 'plus' })
    const stranger = await server.token('stranger@example.com')
    expect((await confirm(providerReference, stranger)).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    for (const unknown of ['cs_test_unknown', ''])
      expect((await confirm(unknown, owner.token)).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect((await confirm(providerReference, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})
