import { createHook } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { accountIdOf } from '../support/accounts.js'
import { entitlementService, grantTestCredits } from '../support/entitlements.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const BASELINE = 'test/architecture/request-counts-baseline.json'
const UPDATE = 'UPDATE_COUNTS=1 npm test -- test/architecture/request-counts.test.ts'
/** Figures may rise by this share before the test fails. */
const TOLERANCE = 0.03
const WARM_UP = 20
const RUNS = 60

interface Counts {
  readonly statements: number
  readonly promises: number
}

const REQUESTS = {
  check: {
    query: `query Check($id: ID!) { check(accountId: $id, feature: "ai_stories") { allowed entitlement { remaining } } }`,
    variables: (id: string): object => ({ id }),
  },
  consume: {
    query: `mutation Consume($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id amount } denial { code } } }`,
    variables: (id: string): object => ({
      input: { accountId: id, feature: 'ai_stories', amount: 1 },
      key: randomUUID(),
    }),
  },
} as const

/** Counts that no load of the machine changes: of a request alone, the fewest of many. */
describe('Work of a request', () => {
  let server: TestServer
  let token: string
  let account: string
  let statements = 0
  let promises = 0
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'PROMISE') promises++
    },
  })
  beforeAll(async () => {
    server = await startTestServer({
      env: { CATALOG: 'agileforge' },
      app: { onStatement: () => void statements++ },
    })
    account = await accountIdOf(server, await server.token('ann@example.com'))
    await grantTestCredits(server, account, 'ai_stories', 1_000)
    await entitlementService(server)
    token = await server.serviceKey(['entitlements:read', 'entitlements:write'])
    hook.enable()
  })
  afterAll(async () => {
    hook.disable()
    agent.destroy()
    await server.close()
  })

  /** A request without promises of the client. */
  const send = (body: string, done: (answer: string) => void): void => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    request(`${server.url}/graphql`, { agent, method: 'POST', headers }, (response) => {
      let answer = ''
      response.setEncoding('utf8').on('data', (part: string) => (answer += part))
      response.once('end', () => done(answer))
    }).end(body)
  }

  const countOf = (body: string): Promise<Counts & { readonly answer: string }> =>
    new Promise((resolve) => {
      const [statementsBefore, promisesBefore] = [statements, promises]
      send(body, (answer) =>
        resolve({ answer, statements: statements - statementsBefore, promises: promises - promisesBefore }),
      )
    })

  it.each(['check', 'consume'] as const)('does not grow: %s', async (name) => {
    const { query, variables } = REQUESTS[name]
    const counts: Counts[] = []
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      const { answer, ...found } = await countOf(JSON.stringify({ query, variables: variables(account) }))
      expect(answer).toMatch(/"allowed":true|"denial":null/)
      if (run >= WARM_UP) counts.push(found)
    }
    const least = (figure: keyof Counts) => Math.min(...counts.map((count) => count[figure]))
    const actual: Counts = { statements: least('statements'), promises: least('promises') }
    const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Record<string, Counts>
    if (process.env['UPDATE_COUNTS'])
      writeFileSync(BASELINE, `${JSON.stringify({ ...baseline, [name]: actual }, null, 2)}\n`)
    else
      for (const figure of ['statements', 'promises'] as const)
        expect([figure, actual[figure], UPDATE, actual[figure] <= baseline[name]![figure] * (1 + TOLERANCE)]).toEqual([
          figure,
          actual[figure],
          UPDATE,
          true,
        ])
  })
})
