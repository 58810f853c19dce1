import { randomUUID } from 'node:crypto'
import { buyPlan } from '#test/support/buy-plan.js'
import { enqueue, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Each type with a plan limit: its request, and the rates per minute of the two plans. */
const LIMITED: [type: string, feature: string, command: (app: string) => object, free: number, plus: number][] = [
  ['deploy', 'deploy_rate', (appCode) => ({ deployApp: { appCode } }), 10, 20],
  ['restart', 'restart_rate', (appCode) => ({ restart: { appCode } }), 5, 10],
  ['logs', 'logs_rate', (appCode) => ({ logs: { appCode } }), 20, 40],
]

describe('Command rates of the plan', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  /** Number of accepted calls of a concurrent batch. The others received a retry time. */
  const letIn = async (served: DeploymentWithAgent, command: object, count: number) => {
    const answers = await Promise.all(Array.from({ length: count }, () => enqueue(server, served, { command })))
    const refused = answers.filter(({ __typename: name }) => name !== 'Command')
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'RATE_LIMITED'))
    return count - refused.length
  }
  const limitOf = async (served: DeploymentWithAgent, feature: string) => {
    const { data } = await server.graphql<{
      account: { usage: { entitlements: { feature: { code: string }; limit: number }[] } }
    }>(`{ account { usage { entitlements { feature { code } limit } } } }`, {}, served.owner)
    return data.account.usage.entitlements.find((held) => held.feature.code === feature)?.limit
  }

  it.each(LIMITED)(
    "%s: allows the plan's rate per minute and app under concurrency; a new plan counts from the next call",
    async (_type, feature, command, free, plus) => {
      const served = await deploymentWithAgent(server, { email: `${randomUUID()}@example.com` })
      expect(await limitOf(served, feature)).toBe(free)
      expect(await letIn(served, command('web'), free + 3)).toBe(free)
      // Upgraded within the minute: usage is kept, and the rest of the higher limit is available immediately.
      await buyPlan(server, served.owner, 'plus')
      expect(await limitOf(served, feature)).toBe(plus)
      expect(await letIn(served, command('web'), plus - free + 3)).toBe(plus - free)
    },
  )

  it.each(['commands', 'agent/commands/enqueue'])(
    'POST /api/v1/%s returns 429 with the seconds to wait, for deploys, logs and restarts',
    async (path) => {
      const served = await deploymentWithAgent(server)
      for (const [, , command, free] of LIMITED) expect(await letIn(served, command('web'), free)).toBe(free)
      for (const type of ['deploy_app', 'restart', 'logs']) {
        const { status, headers, body } = await server.rest('POST', `/api/v1/${path}`, {
          token: served.owner,
          body: { deployment_hash: served.hash, command_type: type, parameters: { app_code: 'web' } },
        })
        expect([type, status, body]).toMatchObject([
          type,
          429,
          { code: 'RATE_LIMITED', retry_after_ms: expect.any(Number) },
        ])
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
      }
      // Deploys of another application, and commands that no rate knows, have nothing to do with it.
      expect((await enqueue(server, served, { command: { deployApp: { appCode: 'cache' } } })).__typename).toBe(
        'Command',
      )
      expect((await enqueue(server, served, { command: { start: { appCode: 'web' } } })).__typename).toBe('Command')
    },
  )
})
