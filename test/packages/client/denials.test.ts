import {
  createIdempotencyKey,
  DENIAL_FRAGMENT,
  DenialError,
  expectResult,
  isDenial,
  remedyActions,
  remedyDocuments,
  StackgateError,
  toDenial,
  withIdempotencyKey,
  type Denial,
  type DenialCode,
  type Stackgate,
} from '@stackgate/client'
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, text } from './support.js'

type StartResult =
  | { readonly __typename: 'Checkout'; readonly id: string; readonly url: string; readonly providerReference: string }
  | {
      readonly __typename: 'Refused'
      readonly code: DenialCode
      readonly message: string
      readonly remedies: Denial['remedies']
    }

const START = text<
  { startSubscription: StartResult },
  { input: { plan: string; provider: 'STRIPE'; idempotencyKey?: string } }
>(
  `mutation Start($input: StartSubscriptionInput!) {
    startSubscription(input: $input) { __typename ... on Checkout { id url providerReference } ...StackgateDenial }
  }
  ${DENIAL_FRAGMENT}`,
)
const CHECK = text<
  { check: { allowed: boolean; denial: (Denial & { __typename: string }) | null } },
  { amount: number }
>(
  `query Check($amount: SafeInt) { check(feature: "deployments", amount: $amount) { allowed denial { ...StackgateDenial } } } ${DENIAL_FRAGMENT}`,
)
const CONFIRM = text<{ confirmCheckout: { status: string } }, { providerReference: string }>(
  `mutation Confirm($providerReference: String!) { confirmCheckout(input: { providerReference: $providerReference }) { ... on Checkout { status } } }`,
)

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

  it('narrow a result by its type, and throw what was not expected', async () => {
    const client = await signIn()
    const { startSubscription: refused } = await client.request(START, {
      input: withIdempotencyKey({ plan: 'galaxy', provider: 'STRIPE' }),
    })
    if (!isDenial(refused)) throw new Error('not denied')
    // Compiles only if the type is narrowed.
    const code: DenialCode = refused.code
    expect(code).toBe('INVALID_PLAN')
    const thrown = (() => {
      try {
        return expectResult(refused as StartResult, 'Checkout')
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(DenialError)
    expect(thrown).toBeInstanceOf(StackgateError)
    expect(thrown).toMatchObject({ code: 'INVALID_PLAN', denial: { code: 'INVALID_PLAN' } })
    const { startSubscription: accepted } = await client.request(START, {
      input: withIdempotencyKey({ plan: 'plus', provider: 'STRIPE' }),
    })
    expect(isDenial(accepted)).toBe(false)
    const { url } = expectResult(accepted, 'Checkout')
    expect(url).toMatch(/^http/)
    expect(() => expectResult(accepted, 'Refused')).toThrow(/Checkout instead of Refused/)
    expect(isDenial(null) || isDenial(undefined) || isDenial({ code: 'X' }) || isDenial('x')).toBe(false)
    expect(isDenial({ code: 'QUOTA_EXCEEDED', message: 'All used.', remedies: [] })).toBe(true)
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
      denial.remedies.map(({ kind, label, action }) => ({ kind, label, action: action ?? null }))
    expect(steps(fromRest)).toEqual(steps(fromGraphQL))
    expect(steps(fromRest)[0]!.action).toMatchObject({ __typename: 'StartSubscriptionAction', interval: 'MONTH' })
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
    await server.sandboxControl('POST', `checkouts/${outcome.providerReference}/pay`, {})
    const { confirmCheckout } = await client.request(CONFIRM, { providerReference: outcome.providerReference! })
    expect(confirmCheckout.status).toBe('COMPLETED')
    expect((await client.request(CHECK, { amount: 2 })).check.allowed).toBe(true)
    // Further actions change the plan that exists now.
    const more = await client.request(CHECK, { amount: 100_000 })
    for (const action of remedyActions(more.check.denial, client))
      expect(action.step.__typename).not.toBe('StartSubscriptionAction')
  })

  it('return waits, pages and changed inputs to the caller, and omit what a person has to choose', async () => {
    const client = await signIn()
    const action = (step: object | null) => ({ kind: 'WAIT', label: 'x', action: step })
    const denial = {
      __typename: 'Refused',
      code: 'TRIAL_NOT_AVAILABLE',
      message: 'x',
      remedies: [
        action(null),
        action({ __typename: 'WaitAction', retryAt: '2026-02-01T00:00:00Z' }),
        action({ __typename: 'OpenUrlAction', url: 'https://example.com/' }),
        action({ __typename: 'RetryAction', provider: 'PAYPAL', at: null, omittedFields: ['trialDays'] }),
        action({ __typename: 'SomethingOfTheFuture' }),
        action({ __typename: 'CancelSubscriptionAction', at: 'NOW' }),
      ],
    }
    const outcomes = await Promise.all(remedyActions(denial, client).map(({ run }) => run()))
    expect(outcomes).toMatchObject([
      { kind: 'wait', retryAt: new Date('2026-02-01T00:00:00Z') },
      { kind: 'page', url: 'https://example.com/' },
      { kind: 'retry', changes: { fields: { provider: 'PAYPAL' }, omittedFields: ['trialDays'] } },
      { kind: 'denied', denial: { code: 'NO_ACTIVE_SUBSCRIPTION' } },
    ])
  })

  it('have documents that the schema accepts', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
    const documents = Object.entries(remedyDocuments())
    expect(documents).toHaveLength(9)
    for (const [name, document] of documents) expect([name, validate(schema, parse(document))]).toEqual([name, []])
  })

  it('read the outcome of a mutation whose response was lost', async () => {
    const client = await signIn()
    const key = createIdempotencyKey()
    expect(await client.operationStatus(key)).toBeNull()
    const { startSubscription } = await client.request(
      START,
      { input: { plan: 'plus', provider: 'STRIPE' } },
      { idempotencyKey: key },
    )
    const checkout = expectResult(startSubscription, 'Checkout')
    expect(await client.operationStatus(key)).toMatchObject({
      mutation: 'startSubscription',
      status: 'SUCCEEDED',
      result: { __typename: 'Checkout', id: checkout.id },
    })
    expect(withIdempotencyKey({ plan: 'plus', idempotencyKey: 'mine' })).toEqual({
      plan: 'plus',
      idempotencyKey: 'mine',
    })
    expect(createIdempotencyKey()).not.toBe(key)
  })
})
