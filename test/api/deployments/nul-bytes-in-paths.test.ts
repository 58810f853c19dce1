import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { routesOf } from '#test/support/operations.js'

type Answer = { status: number; body: { code?: string } }

describe('URL segments that the database cannot store', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
    operator = await server.serviceKey(['ops:write', 'ops:read', 'commands:write', 'marketplace:sync', 'billing:read'])
  })
  afterAll(() => server.close())

  /** Response of a route if each of its parts has this value. Bodies are empty, because no route reads them first. */
  const answerOf = async (route: string, part: string, token: string): Promise<string> => {
    const [method, path] = route.split(' ') as [string, string]
    const url = path.replaceAll(/:\w+/g, part)
    const { status, body } = (await server.rest(method, url, {
      token,
      ...(method === 'GET' ? {} : { body: {} }),
    })) as Answer
    return `${route} ${status} ${body?.code}`
  }

  it('return the response for a missing object at every route', async () => {
    const routes = routesOf(server).filter((route) => /:\w/.test(route) && !/^(HEAD|OPTIONS)/.test(route))
    expect(routes.length).toBeGreaterThan(20)
    for (const token of [served.owner, operator])
      for (const route of routes)
        expect(await answerOf(route, '%00', token)).toBe(await answerOf(route, '%EF%BF%BD', token))
  })

  it.each(['%00', 'cmd_%00', '%EF%BF%BD', 'cmd_nowhere'])(
    'returns 404 for a command %s and for its cancellation',
    async (id) => {
      const path = `/api/v1/commands/${served.hash}/${id}`
      for (const [method, url] of [
        ['GET', path],
        ['GET', `${path}/report`],
        ['POST', `${path}/cancel`],
      ] as const) {
        const { status, body } = (await server.rest(method, url, { token: served.owner })) as Answer
        expect([status, body.code]).toEqual([404, 'NOT_FOUND'])
        expect((await server.rest(method, url)).status).toBe(401)
      }
    },
  )
})
