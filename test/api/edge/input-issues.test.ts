import { randomUUID } from 'node:crypto'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('issues of wrong values', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('come together with their paths at each use', async () => {
    const token = await server.token(`${randomUUID()}@example.com`)
    const document = `mutation ($input: StartSubscriptionInput!, $other: ID!, $key: String!) {
      startSubscription(input: $input, key: $key) { denial { code } }
      cancelInvitation(id: $other) { denial { code } }
    }`
    for (let run = 0; run < 5; run++) {
      const { errors } = await server.graphql(document, { input: { interval: 'DAY', quantity: 'x', plan: 1 } }, token)
      const issues = errors?.flatMap(({ extensions }) => extensions['issues'] as { path: string[]; code: string }[])
      expect(issues?.map(({ path, code }) => `${path.join('.')} ${code}`).toSorted()).toEqual([
        'input.interval BAD_USER_INPUT',
        'input.plan BAD_USER_INPUT',
        'input.quantity BAD_USER_INPUT',
        'key BAD_USER_INPUT',
        'other BAD_USER_INPUT',
      ])
    }
  })
})
