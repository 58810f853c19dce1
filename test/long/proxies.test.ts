import { deploymentWithAgent } from '../support/deployments.js'
import { recordStream } from '../support/graphql-stream.js'
import { noProxy, startReverseProxy } from '../support/reverse-proxies.js'
import { describeUnless } from '../support/skip.js'
import { TestAgent } from '../support/test-agent.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const PREFIX = '/billing/'
const MAX_POLL_SECONDS = 120
const PROXIES = (['nginx', 'haproxy', 'caddy'] as const).filter((name) => noProxy(name) === null)

/** `npm run test:long -- proxies`: what lasts longer than the time limits that proxies have by default. */
describeUnless(PROXIES.length === 0 ? 'this machine has no nginx, haproxy or caddy' : null)('Idle connections', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { PUBLIC_URL: `https://example.com${PREFIX}` } })
  })
  afterAll(() => server.close())

  it(`of ${PROXIES.join(', ')} last as long as the longest poll of an agent`, async () => {
    const backend = Number(new URL(server.url).port)
    const ends = await Promise.all(
      PROXIES.map(async (name) => {
        const proxy = await startReverseProxy(name, { backend, prefix: PREFIX })
        try {
          const base = `${proxy.url}${PREFIX.slice(0, -1)}`
          const { agent } = await deploymentWithAgent(server)
          const stream = await recordStream(
            base,
            await server.token(`${name}@example.com`),
            'subscription { entitlements { ... on EntitlementsChanged { snapshot } } }',
          )
          const { status, body } = await new TestAgent(base, agent.identity).wait(MAX_POLL_SECONDS)
          const { ended, errors } = stream
          await stream.stop()
          return [name, status, body.item, ended, errors]
        } finally {
          await proxy.stop()
        }
      }),
    )
    expect(ends).toEqual(PROXIES.map((name) => [name, 200, null, false, []]))
  })
})
