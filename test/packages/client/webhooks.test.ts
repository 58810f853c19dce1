import type { TypedDocument } from '@stackgate/client'
import {
  CancelAccountDeletion,
  CreateTeam,
  DeleteAccount,
  LeaveAccount,
  UpdateAccount,
} from '@stackgate/client/documents'
import { clientOf } from './support.js'
import { verifyWebhook, type DataOf, type WebhookEvent, type WebhookEventType } from '@stackgate/client/webhooks'
import { Buyer } from '#test/support/buyer.js'
import { joinAccount, person } from '#test/support/members.js'
import { eventually } from '#test/support/test-server.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('webhooks of a server, verified by the client', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  const received = async (path: string, secrets: string | string[], count: number): Promise<WebhookEvent[]> => {
    const requests = () => hooks.receiver.received.filter((each) => each.path === path)
    await eventually(
      () => requests().length,
      (length) => length >= count,
    )
    return requests().map(({ body, headers }) => verifyWebhook(body, headers, secrets))
  }

  it('have known types, and both secrets during a rotation', async () => {
    const endpoint = await hooks.create('/known', ['override.*'])
    await hooks.happen('ann@example.com')
    await received('/known', endpoint.secret, 1)
    const { secret } = await hooks.call('rotateWebhookSecret', { webhookEndpointId: endpoint.id })
    await hooks.happen('ann@example.com')
    const [, second] = await received('/known', [secret!, endpoint.secret], 2)
    expect(second).toMatchObject({
      isKnown: true,
      type: 'override.set',
      data: { accountId: expect.stringMatching(/^acc_/) },
    })
    expect(second!.id).not.toBe('')
    await hooks.call('testWebhookEndpoint', { webhookEndpointId: endpoint.id })
    const tests = (await received('/known', [secret!, endpoint.secret], 3)).filter(
      ({ type }) => type === 'webhook.test',
    )
    expect(tests).toMatchObject([{ isKnown: true, data: { endpointId: endpoint.id, message: expect.any(String) } }])
  })

  it('have the data that their types promise', async () => {
    const { server, admin } = hooks
    const endpoint = await hooks.create('/data', ['template.*'], admin, true)
    const { data } = await server.graphql<{ templates: { nodes: { id: string }[] } }>(
      `{ templates(first: 1) { nodes { id } } }`,
      {},
      admin,
    )
    const { errors } = await server.graphql(
      `mutation ($id: ID!) {
        grantTemplate(templateId: $id, accountId: "person:bob@example.com", reason: "gift", key: "gift-1") { denial { code } }
      }`,
      { id: data.templates.nodes[0]!.id },
      admin,
    )
    expect(errors).toBeUndefined()
    const [event] = await received('/data', endpoint.secret, 1)
    expect(event).toMatchObject({
      type: 'template.granted',
      isKnown: true,
      data: { accountId: expect.any(String), templateId: data.templates.nodes[0]!.id, reason: 'gift' },
    })
  })

  it('are sent for changes of an account and its members', async () => {
    const { server, admin } = hooks
    const endpoint = await hooks.create('/team', ['account.*', 'member.*'], admin, true)
    const ann = await person(server, 'ann@example.com')
    const actsOf = (token: string) => {
      const client = clientOf(server.url, { token })
      return async <Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables) => {
        const result = await client.mutate(document, variables as never)
        expect(result).toMatchObject({ ok: true })
        return (result as { value: { id: string } }).value
      }
    }
    const mutate = actsOf(ann.token)
    const { id: accountId } = await mutate(CreateTeam, { name: 'Crew', key: 'k' })
    await mutate(UpdateAccount, { accountId, name: 'Cast' })
    const carl = await joinAccount(server, { ...ann, accountId }, 'carl@example.com')
    await actsOf(carl.token)(LeaveAccount, { accountId })
    await mutate(DeleteAccount, { accountId, key: 'k' })
    await mutate(CancelAccountDeletion, { accountId, key: 'k' })
    const events = (await received('/team', endpoint.secret, 7)).filter(({ data }) => data.accountId === accountId)
    const data = new Map(events.map((each) => [each.type, each.data] as const))
    const found = <Type extends WebhookEventType>(type: Type) => data.get(type) as DataOf<Type> | undefined
    expect(found('account.renamed')).toMatchObject({ from: 'Crew', to: 'Cast' })
    expect(found('member.invited')).toMatchObject({ email: 'carl@example.com' })
    expect(found('member.joined')).toMatchObject({ userId: carl.userId, role: 'MEMBER' })
    expect(found('member.left')).toMatchObject({ userId: carl.userId, role: 'MEMBER' })
    expect(events.map(({ type }) => type).toSorted()).toEqual([
      'account.created',
      'account.deletion_canceled',
      'account.deletion_scheduled',
      'account.renamed',
      'member.invited',
      'member.joined',
      'member.left',
    ])
  })

  it('of a purchase have the data that their types promise', async () => {
    const { server, admin } = hooks
    const endpoint = await hooks.create(
      '/paid',
      ['checkout.*', 'subscription.*', 'purchase.*', 'override.*'],
      admin,
      true,
    )
    await hooks.happen('bob@example.com')
    await (await Buyer.named(server, 'cleo@example.com')).buy('startSubscription', { plan: 'plus' })
    const types = ['override.set', 'checkout.completed', 'subscription.activated', 'purchase.paid'] as const
    const arrived = async () =>
      new Map((await received('/paid', endpoint.secret, 1)).map((each) => [each.type, each.data] as const))
    const found = await eventually(arrived, (all) => types.every((type) => all.has(type)), 30_000)
    const text: unknown = expect.any(String)
    const amount: unknown = expect.any(Number)
    // Each value compiles only if the types have its member.
    const expected = {
      'override.set': {
        accountId: text,
        id: text,
        feature: 'deployments',
        amount: 3,
        unlimited: false,
        reason: 'goodwill',
      },
      'checkout.completed': { accountId: text, checkoutId: text },
      'subscription.activated': {
        accountId: text,
        subscriptionId: text,
        plan: 'plus',
        status: text,
        currentPeriodEnd: text,
      },
      'purchase.paid': {
        accountId: text,
        purchaseId: text,
        status: text,
        amountMinor: amount,
        refundedMinor: 0,
        currency: 'USD',
      },
    } satisfies { [Type in (typeof types)[number]]: Partial<Record<keyof DataOf<Type>, unknown>> }
    for (const type of types) expect(found.get(type)).toMatchObject(expected[type])
  })
})
