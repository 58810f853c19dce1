import { StartSubscription, RetryDeadLetter } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { transitionCheckout } from '#services/billing/checkout/transition-checkout.js'
import { alertOutages } from '#services/deployments/outages/alert-outages.js'
import { markStaleAgents } from '#services/deployments/presence/watch-presence.js'
import { recordDeadLetter, recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { editPolicy } from '#test/support/policies.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { deliverEvent } from '#test/support/webhook-events.js'
import { ofType } from '#test/support/of-type.js'

const EVENTS = `subscription ($after: String, $types: [String!], $except: [String!]) {
  operatorEvents(after: $after, types: $types, except: $except) {
    __typename cursor at
    ... on Resync { reason }
    ... on Event { id type summary sequence data account { id } subject { __typename id } }
  }
}`

interface Item {
  readonly __typename: string
  readonly cursor: string
  readonly id?: string
  readonly type?: string
  readonly summary?: string
  readonly data?: Record<string, unknown>
  readonly account?: { readonly id: string } | null
  readonly subject?: { readonly __typename: string; readonly id: string } | null
  readonly reason?: string
}

describe('operatorEvents', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('operator@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const follow = (token: string, variables: Record<string, unknown> = {}) =>
    recordStream<Item>(server.url, token, EVENTS, variables)
  const record = (summary: string) =>
    server.app.context.database.transaction((transaction) =>
      recordOperatorEvent(transaction, { type: 'drift.found', summary, accountId: null }),
    )
  const until = async (stream: Awaited<ReturnType<typeof follow>>, type: string) =>
    (await stream.until((items) => items.some((item) => item.type === type), 20_000)).find(
      (item) => item.type === type,
    )!

  it('asks for the state, then emits the events of all accounts', async () => {
    const stream = await follow(operator)
    const [first] = await stream.until(({ length }) => length === 1)
    expect(first).toMatchObject({ __typename: 'Resync', reason: 'STARTED' })

    const run = await reconcile(server, operator)
    expect(await until(stream, 'reconciliation.completed')).toMatchObject({
      subject: { __typename: 'ReconciliationRun', id: run.id },
      account: null,
    })

    const served = await deploymentWithAgent(server)
    await served.agent.wait(0)
    await server.query(`update agent set last_heartbeat_at = now() - interval '6 minutes' where deployment_id = $1`, [
      served.id,
    ])
    await markStaleAgents(server.app.context)
    await alertOutages(server.app.context)
    expect(await until(stream, 'agent.unreachable')).toMatchObject({
      subject: { __typename: 'Deployment', id: served.id },
      account: { id: expect.stringMatching(/^acc_/) },
    })

    const { data } = await server.graphql(
      StartSubscription,
      { input: { provider: 'STRIPE', plan: 'plus' }, key: 'buy' },
      served.owner,
    )
    const checkout = ofType(data.startSubscription, 'Checkout').id
    await transitionCheckout(server.app.context, checkout, 'QUARANTINED', { statusReason: 'another amount' })
    expect(await until(stream, 'checkout.quarantined')).toMatchObject({
      subject: { __typename: 'Checkout', id: checkout },
      data: { statusReason: 'another amount' },
    })
    await stream.stop()
  })

  it('are nodes for operators only, and continue at their cursor', async () => {
    const stream = await follow(operator)
    await stream.until(({ length }) => length === 1)
    await record('the first')
    await record('the second')
    const [, event] = await stream.until(({ length }) => length === 3)
    await stream.stop()
    const read = async (token: string) => {
      const { data } = await server.graphql<{ node: { cursor: string; summary: string } | null }>(
        `query ($id: ID!) { node(id: $id) { ... on Event { cursor summary } } }`,
        { id: event!.id },
        token,
      )
      return data.node
    }
    const node = await read(operator)
    expect(node).toMatchObject({ summary: 'the first' })
    expect(await read(await server.token('customer@example.com'))).toBeNull()
    const rest = await follow(operator, { after: node!.cursor })
    expect(await rest.until(({ length }) => length === 1)).toMatchObject([{ summary: 'the second' }])
    await rest.stop()
  })

  it('names dead letters, so that one can be retried', async () => {
    const id = server.app.context.database.newId('mal')
    const owner = await deploymentWithAgent(server)
    const [row] = await server.query<{ account: string }>(
      `select account_id as account from deployment where id = $1`,
      [owner.id],
    )
    const stream = await follow(operator, { types: ['dead_letter.*'] })
    await stream.until(({ length }) => length === 1)
    await server.query(
      `insert into mail_message (id, account_id, recipient, subject, body, html, state, last_error, at)
       values ($1, $2, 'a@example.com', 'Hello', '', '', 'DEAD', 'refused', now())`,
      [id, row!.account],
    )
    await server.app.context.database.transaction((transaction) =>
      recordDeadLetter(transaction, { queue: 'MAIL', id, accountId: row!.account, error: 'refused' }),
    )
    const letter = await until(stream, 'dead_letter.added')
    expect(letter).toMatchObject({
      data: { queue: 'MAIL', error: 'refused' },
      account: { id: row!.account },
      subject: { __typename: 'DeadLetter' },
    })
    const { data } = await server.graphql(RetryDeadLetter, { id: letter.subject!.id }, operator)
    expect(data.retryDeadLetter.__typename).not.toBe('Denial')
    await stream.stop()
  })

  it('emits received provider events only on request', async () => {
    const [all, requested] = [await follow(operator), await follow(operator, { types: ['webhook_event.*'] })]
    for (const stream of [all, requested]) await stream.until(({ length }) => length === 1)
    await deliverEvent(server, {
      id: `evt_${randomUUID()}`,
      object: 'event',
      type: 'balance.available',
      livemode: false,
      data: { object: {} },
    })
    expect(await until(requested, 'webhook_event.received')).toMatchObject({
      subject: { __typename: 'WebhookEvent' },
      data: { provider: 'STRIPE', eventType: 'balance.available' },
    })
    await record('after it')
    await all.until((items) => items.some(({ summary }) => summary === 'after it'))
    expect(all.events.some(({ type }) => type === 'webhook_event.received')).toBe(false)
    for (const stream of [all, requested]) await stream.stop()
  })

  it('continues after any cursor, without a gap', async () => {
    const begin = await follow(operator)
    const [first] = await begin.until(({ length }) => length === 1)
    await begin.stop()
    for (let count = 0; count < 250; count++) await record(`event ${count}`)
    const whole = await follow(operator, { after: first!.cursor })
    await whole.until(({ length }) => length === 250, 20_000)
    const summaries = whole.events.map(({ summary }) => summary)
    expect(new Set(summaries).size).toBe(250)
    for (const place of [3, 199, 200]) {
      const rest = await follow(operator, { after: whole.events[place]!.cursor })
      const items = await rest.until(({ length }) => length === 249 - place, 20_000)
      expect(items.map(({ summary }) => summary)).toEqual(summaries.slice(place + 1))
      await rest.stop()
    }
    await whole.stop()
  })

  it('is refused for customers, and ends when the policy is removed that allowed it', async () => {
    const refused = await follow(await server.token('customer@example.com'))
    await eventually(
      () => refused.errors.length,
      (count) => count === 1,
    )
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    await refused.stop()
    const developer = await server.token('dev@example.com', { roles: ['developer'] })
    const { data } = await editPolicy(server, operator, 'add', { subject: 'developer', object: 'ops', action: 'read' })
    const stream = await eventually(
      async () => {
        const opened = await follow(developer)
        await eventually(() => opened.events.length + opened.errors.length, Boolean)
        if (opened.errors.length === 0) return opened
        await opened.stop()
        return null
      },
      Boolean,
      10_000,
    )
    await editPolicy(server, operator, 'remove', { id: data.edited.id })
    await eventually(() => stream!.errors.length, Boolean, 10_000)
    expect(stream!.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    await record('after the policy')
    expect(stream!.events.some(({ summary }) => summary === 'after the policy')).toBe(false)
    await stream!.stop()
  })
})
