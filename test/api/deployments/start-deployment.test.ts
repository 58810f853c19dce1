import { variablesOf } from '#test/support/mutations.js'
import { requestDeployment, templateId } from '#test/support/deployments.js'
import { callAs } from '#test/support/operations.js'
import { assignTestPlan, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('startDeployment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('limits startDeployment like deploy commands; a repeated call counts once', async () => {
    const email = 'busy@example.com'
    const accountId = await newAccount(server, email)
    await assignTestPlan(server, accountId, 'individual')
    const owner = await server.token(email)
    const { data } = await server.graphql<{ account: { usage: { entitlement: { limit: number } } } }>(
      `{ account { usage { entitlement(feature: "deploy_rate") { limit } } } }`,
      {},
      owner,
    )
    const { limit } = data.account.usage.entitlement
    const start = (key: string) => requestDeployment(server, owner, { key })
    const first = await start('start-0')
    const keys = Array.from({ length: limit + 2 }, (_, index) => `start-${index}`)
    const outcomes = await Promise.all(keys.map(start))
    const started = outcomes.filter(({ __typename: name }) => name === 'DeploymentPayload')
    const refused = outcomes.filter(({ __typename: name }) => name !== 'DeploymentPayload')
    expect(started).toHaveLength(limit)
    expect(refused.map(({ __typename: name, code }) => [name, code])).toEqual([
      ['Denial', 'RATE_LIMITED'],
      ['Denial', 'RATE_LIMITED'],
    ])
    expect(outcomes[0]!.deployment.id).toBe(first.deployment.id)
    expect((await start('start-0')).deployment.id).toBe(first.deployment.id)
  })

  it('starts a deployment once per key, and is not found for an unknown template or account', async () => {
    const start = `mutation ($input: StartDeploymentInput!, $key: String!) { startDeployment(input: $input, key: $key) { __typename enrolmentToken deployment { __typename hash status } denial { __typename code } } }`
    const owner = await server.token('calm@example.com')
    const call = (input: object, token: string | null = owner) =>
      callAs(server, token, start, variablesOf('startDeployment', input))
    const input = { templateId: await templateId(server, 'static-site'), idempotencyKey: 'calm' }
    const first = await call(input)
    expect(first).toMatchObject({ value: { __typename: 'DeploymentPayload', deployment: { status: 'PENDING' } } })
    const { deployment } = (first as { value: { deployment: object } }).value
    expect(await call(input)).toMatchObject({ value: { deployment } })
    expect(await call({ ...input, idempotencyKey: 'other', templateId: 'tpl_none' })).toMatchObject({
      code: 'NOT_FOUND',
    })
    const foreign = { ...input, idempotencyKey: 'foreign', accountId: 'person:busy@example.com' }
    expect(await call(foreign)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await call(input, null)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('returns every problem of the name and of the application codes', async () => {
    const owner = await server.token('careless@example.com')
    const apps = [{ code: 'all' }, { code: 'web' }, { code: 'web' }]
    const input = { templateId: await templateId(server, 'static-site'), name: ' ', apps, idempotencyKey: 'k' }
    const document = `mutation ($input: StartDeploymentInput!, $key: String!) { startDeployment(input: $input, key: $key) { denial { issues { path } } } }`
    const { data } = await server.graphql(document, variablesOf('startDeployment', input), owner)
    const issues = [['name'], ['apps', '0', 'code'], ['apps', '2', 'code']].map((path) => ({ path }))
    expect(data).toEqual({ startDeployment: { issues } })
  })
})
