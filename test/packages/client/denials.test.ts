import {
  changedArguments,
  createIdempotencyKey,
  DENIAL_FRAGMENT,
  DenialError,
  expectResult,
  remedyActions,
  remedyDocuments,
  resultOf,
  StackgateError,
  toDenial,
  type Denial,
  type Result,
  type Stackgate,
} from '@stackgate/client'
import { InviteMembers, RemoveMember, StartSubscription } from '@stackgate/client/documents'
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, text } from './support.js'

const CHECK = text<{ check: { allowed: boolean; denial: Denial | null } }, { amount: number }>(
  `query Check($amount: SafeInt) { check(feature: "deployments", amount: $amount) { allowed denial { ...StackgateDenial quantity { limit { units money { decimal } } } } } } ${DENIAL_FRAGMENT}`,
)
const CONFIRM = text<{ confirmCheckout: { checkout: { status: string; providerReference: string } } }, { id: string }>(
  `mutation Confirm($id: ID!) { confirmCheckout(by: { id: $id }) { checkout { status providerReference } } }`,
)

/** REST does not name the account of the caller. */
function withoutAccount(given: unknown): unknown {
  const { input, accountId: _, ...others } = Object(given) as { input?: object; accountId?: string }
  return input ? { input: withoutAccount(input) } : others
}

describe('Denials and remedies of the client', () => {
  let server: TestServer
  let serial = 0
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  async function signIn(): Promise<Stackgate> {
    return clientOf(server.url, { token: await server.token(`client-${++serial}@example.com`) })
  }

  it('are one of two results of a mutation, and throw what was not expected', async () => {
    const client = await signIn()
    const refused = await client.mutate(StartSubscription, { input: { provider: 'STRIPE', plan: 'galaxy' } })
    if (refused.ok) throw new Error('not denied')
    expect(refused.denial).toMatchObject({ code: 'INVALID_PLAN', remedies: expect.any(Array) as unknown[] })
    const { startSubscription } = await client.request(StartSubscription, {
      input: { provider: 'STRIPE', plan: 'galaxy' },
    })
    expect(resultOf(startSubscription)).toMatchObject({ ok: false, denial: { code: 'INVALID_PLAN' } })
    const thrown = (() => {
      try {
        return expectResult(startSubscription)
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(DenialError)
    expect(thrown).toBeInstanceOf(StackgateError)
    expect(thrown).toMatchObject({ code: 'INVALID_PLAN', denial: { code: 'INVALID_PLAN' } })
    const accepted = await client.mutate(StartSubscription, { input: { provider: 'STRIPE', plan: 'plus' } })
    expect(accepted.ok && accepted.value.url).toMatch(/^http/)
    expect(() => expectResult(null)).toThrow(/no payload/)
  })

  it('have values that are the object of the payload, or its fields, or a list', async () => {
    expect(resultOf({ account: { id: 'acc_1' }, denial: null })).toEqual({ ok: true, value: { id: 'acc_1' } })
    expect(expectResult({ apiKey: { id: 'key_1' }, secret: 's', denial: null })).toEqual({
      apiKey: { id: 'key_1' },
      secret: 's',
    })
    expect(expectResult({ deletedId: 'x', denial: null })).toEqual({ deletedId: 'x' })
    const client = await signIn()
    const invitations = [
      { email: 'new@example.com', role: 'MEMBER' as const },
      { email: 'no address', role: 'MEMBER' as const },
    ]
    const results: Result<{ readonly email: string }>[] = await client.mutate(InviteMembers, { invitations })
    expect(results.map(({ ok }) => ok)).toEqual([true, false])
    expect(await client.mutate(RemoveMember, { userId: 'usr_unknown' })).toMatchObject({
      ok: false,
      denial: { code: 'INVALID_PARAMETERS', issues: [{ path: ['userId'] }] },
    })
  })

  it('have one form for GraphQL and REST', async () => {
    const client = await signIn()
    const email = `client-${serial}@example.com`
    const { check } = await client.request(CHECK, { amount: 20 })
    const fromGraphQL = toDenial(check.denial)!
    const token = await server.token(email)
    const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
      token,
      body: { feature: 'deployments', amount: 20 },
    })
    const fromRest = toDenial((body as { denial: unknown }).denial)!
    expect([fromRest.code, fromRest.message]).toEqual([fromGraphQL.code, fromGraphQL.message])
    const steps = (denial: Denial) =>
      denial.remedies.map(({ kind, label, mutation, input }) => ({
        kind,
        label,
        mutation,
        input: withoutAccount(input),
      }))
    expect(steps(fromRest)).toEqual(steps(fromGraphQL))
    expect(steps(fromRest)[0]).toMatchObject({
      mutation: 'startSubscription',
      input: { input: { interval: { unit: 'MONTH', count: 1 } } },
    })
    const { money: _, ...limit } = fromGraphQL.quantity!.limit as { units: number; money: null }
    expect(fromRest.quantity).toMatchObject({ feature: { code: 'deployments' }, limit, requested: { units: 20 } })
    const key = await server.serviceKey(['entitlements:write'])
    const { data } = await server.graphql<{ viewer: { account: { id: string } } }>(
      '{ viewer { account { id } } }',
      {},
      token,
    )
    let status = 200
    let refused: unknown
    for (let n = 0; status < 400 && n < 50; n++)
      ({ status, body: refused } = await server.rest('POST', '/api/v1/entitlements/allocate', {
        token: key,
        body: { account_id: data.viewer.account.id, feature: 'deployments', resource_id: `r${n}` },
      }))
    expect(status).toBe(402)
    expect(toDenial(refused)).toMatchObject({
      code: 'LIMIT_REACHED',
      requestId: expect.any(String) as string,
      remedies: expect.any(Array) as unknown[],
    })
    expect(toDenial({ data: 1 })).toBeUndefined()
    expect(toDenial(new Error('x'))).toBeUndefined()
  })

  it('are lifted by a program that reads no text: denied, remedy, paid, allowed', async () => {
    const client = await signIn()
    const denied = await client.request(CHECK, { amount: 2 })
    expect(denied.check.allowed).toBe(false)
    const actions = remedyActions(denied.check.denial, client)
    expect(actions[0]).toMatchObject({ isPrimary: true, kind: 'UPGRADE_PLAN', label: expect.any(String) as string })
    const outcome = await actions[0]!.run()
    expect(await actions[0]!.run()).toEqual(outcome)
    if (outcome.kind !== 'checkout') throw new Error(`unexpected: ${outcome.kind}`)
    const id = outcome.checkoutId
    const { providerReference } = expectResult((await client.request(CONFIRM, { id })).confirmCheckout)
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    expect(expectResult((await client.request(CONFIRM, { id })).confirmCheckout).status).toBe('COMPLETED')
    expect((await client.request(CHECK, { amount: 2 })).check.allowed).toBe(true)
    // Further actions change the plan that exists now.
    const more = await client.request(CHECK, { amount: 100_000 })
    for (const action of remedyActions(more.check.denial, client))
      expect(action.remedy.mutation).not.toBe('startSubscription')
  })

  it('return waits, pages and changed inputs to the caller, and omit what a person has to choose', async () => {
    const client = await signIn()
    const remedy = (more: object) => ({ kind: 'X', label: 'x', mutation: null, input: null, ...more })
    const denial = {
      code: 'TRIAL_NOT_AVAILABLE',
      message: 'x',
      remedies: [
        remedy({ mutation: 'setTerms' }),
        remedy({ kind: 'WAIT', at: '2026-02-01T00:00:00Z' }),
        remedy({ url: 'https://example.com/' }),
        remedy({ input: { input: { provider: 'PAYPAL', trialDays: null } } }),
        remedy({ mutation: 'somethingOfTheFuture', input: {} }),
        remedy({ mutation: 'cancelSubscription', input: { at: 'NOW' } }),
      ],
    }
    const outcomes = await Promise.all(remedyActions(denial, client).map(({ run }) => run()))
    expect(outcomes).toMatchObject([
      { kind: 'wait', retryAt: new Date('2026-02-01T00:00:00Z') },
      { kind: 'page', url: 'https://example.com/' },
      { kind: 'retry', changes: { input: { provider: 'PAYPAL', trialDays: null } } },
      { kind: 'denied', denial: { code: 'NO_ACTIVE_SUBSCRIPTION' } },
    ])
    const given = { input: { plan: 'plus', provider: 'STRIPE', trialDays: 3 } }
    const [, , retried] = outcomes
    expect(changedArguments(given, retried?.kind === 'retry' ? retried.changes : null)).toEqual({
      input: { plan: 'plus', provider: 'PAYPAL' },
    })
  })

  it('have documents that the schema accepts', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
    const documents = Object.entries(remedyDocuments())
    expect(documents).toHaveLength(11)
    for (const [name, document] of documents) expect([name, validate(schema, parse(document))]).toEqual([name, []])
  })

  it('read the outcome of a mutation whose response was lost', async () => {
    const client = await signIn()
    const key = createIdempotencyKey()
    expect(await client.operationStatus(key)).toBeNull()
    const { startSubscription } = await client.request(
      StartSubscription,
      { input: { provider: 'STRIPE', plan: 'plus' } },
      { key },
    )
    const checkout = expectResult(startSubscription)
    expect(await client.operationStatus(key)).toMatchObject({
      mutation: 'startSubscription',
      status: 'SUCCEEDED',
      result: { __typename: 'Checkout', id: checkout.id },
    })
  })
})
