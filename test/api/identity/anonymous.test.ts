import { allOperations } from '#modules/all-declarations.js'
import { rowCounts } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { callAs, operationsOf, routesOf } from '#test/support/operations.js'
import { CALLS, newTenant, variablesFor, type Tenant } from '#test/support/tenant.js'

/** Catalog reads and approved templates; objects of the catalog are nodes as well. */
const OPEN = [
  'Query._service',
  'Query.categories',
  'Query.features',
  'Query.installation',
  'Query.node',
  'Query.nodes',
  'Query.package',
  'Query.packages',
  'Query.plan',
  'Query.plans',
  'Query.product',
  'Query.products',
  'Query.template',
  'Query.templates',
]

/** Operations that return null to anonymous callers, because everyone can call them and the object is not theirs. */
const NOTHING = [
  'Query._entities',
  'Query.account',
  'Query.checkout',
  'Query.command',
  'Query.deployment',
  'Query.invitation',
  'Query.operation',
  'Query.vendor',
  'Query.viewer',
]

/** Every route but those of the list of operations: open to anybody, or the status and code that an anonymous caller gets. */
const ROUTES: Record<string, string> = {
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'GET /metrics': 'open', // on loopback only
  'GET /api/v1/analytics/:report': '401 UNAUTHENTICATED',
  'GET /api/v1/journal.csv': '401 UNAUTHENTICATED',
  'GET /api/v1/audit-log.csv': '401 UNAUTHENTICATED',
  'GET /api/v1/account-exports/:id': '401 UNAUTHENTICATED',
  'GET /api/v1/receipts/:id': '401 UNAUTHENTICATED',
  'GET /graphiql': 'open',
  'GET /graphql/schema.graphql': 'open',
  'GET /openapi.json': 'open',
  'GET /.well-known/jwks.json': 'open',
  'POST /ofrep/v1/evaluate/flags': '401 undefined', // in the format of its protocol
  'POST /ofrep/v1/evaluate/flags/:key': '401 undefined',
  'GET /ofrep/v1/changes/:ticket': '403 undefined', // the address is the credential
  'GET /graphiql/': 'open',
  'GET /': 'open',
  'GET /graphiql/settings.json': 'open',
  'GET /billing/start': '404 NOT_FOUND', // a page for browsers
  'GET /billing/purchase-template': '404 NOT_FOUND', // a page for browsers
  'GET /invitations': '404 NOT_FOUND', // a page for browsers
  'GET /graphiql/:name': '404 NOT_FOUND', // open for the files of the page
  'GET /server/user/plans/info': 'open',
  'POST /api/stripe/create-checkout-session': '401 UNAUTHENTICATED',
  'POST /api/stripe/create-portal-session': '401 UNAUTHENTICATED',
  'GET /api/community/billing-info': '401 UNAUTHENTICATED',
  'POST /api/billing/create-checkout': '401 UNAUTHENTICATED',
  'POST /api/billing/portal': '401 UNAUTHENTICATED',
  'POST /api/attribution/track-journey': '401 UNAUTHENTICATED',
  'GET /api/packages': '401 UNAUTHENTICATED',
  'GET /api/packages/subscriptions': '401 UNAUTHENTICATED',
  'GET /api/packages/addons': '401 UNAUTHENTICATED',
  'GET /api/packages/credits': '401 UNAUTHENTICATED',
  'GET /api/packages/:id': '401 UNAUTHENTICATED',
  'POST /api/packages/checkout': '401 UNAUTHENTICATED',
  'GET /api/packages/user/purchases': '401 UNAUTHENTICATED',
  'GET /api/packages/user/credits': '401 UNAUTHENTICATED',
  'GET /api/packages/analytics/performance': '401 UNAUTHENTICATED',
  'POST /api/v1/commands/execute': '409 CONFLICT', // agents poll
  'GET /api/1.0/products': 'open',
  'GET /api/1.0/category': 'open',
  'POST /marketplace/sync': '401 UNAUTHENTICATED',
  'POST /oauth/token': '400 BAD_REQUEST',
  'GET /billing/return': 'open',
  'GET /billing/return/paypal': '404 NOT_FOUND', // open for buyers who return from a PayPal page
  'POST /webhooks/stripe': '400 INVALID_WEBHOOK',
  'POST /api/webhooks/stripe': '400 INVALID_WEBHOOK',
  'POST /webhook/stripe': '400 INVALID_WEBHOOK',
  'POST /api/packages/webhook': '400 INVALID_WEBHOOK',
  'POST /webhooks/paypal': '400 INVALID_WEBHOOK',
  'POST /api/v1/agent/register': '404 NOT_FOUND',
  'GET /api/v1/agent/commands/wait/:hash': '401 UNAUTHENTICATED',
  'POST /api/v1/agent/commands/report': '401 UNAUTHENTICATED',
  'POST /api/v1/apps/status': '401 UNAUTHENTICATED',
  'GET /api/v1/agent/notifications': '401 UNAUTHENTICATED',
  'POST /api/v1/marketplace/agents/register': '403 INVALID_ENROLMENT_TOKEN',
  'POST /api/v1/agent/login': '401 INVALID_TOKEN',
  'POST /api/v1/agent/link': '401 INVALID_TOKEN',
  'POST /api/v1/agent/hooks/:secret/metrics': '404 NOT_FOUND',
  'POST /api/v1/agent/hooks/:secret/alerts': '404 NOT_FOUND',
  'POST /api/v1/commands/report': '401 UNAUTHENTICATED',
  'POST /api/v1/agent/commands/enqueue': '401 UNAUTHENTICATED',
  'POST /api/v1/commands/enqueue': '401 UNAUTHENTICATED',
  'POST /api/v1/commands': '401 UNAUTHENTICATED',
  'GET /api/v1/commands/:hash': '401 UNAUTHENTICATED',
  'GET /api/v1/commands/:hash/:id': '401 UNAUTHENTICATED',
  'POST /api/v1/commands/:hash/:id/cancel': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:id': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/hash/:hash': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/project/:project': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/capabilities': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/state': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/events': '401 UNAUTHENTICATED',
  'GET /api/v1/agent/deployments/:hash': '401 UNAUTHENTICATED',
  'GET /api/v1/agent/deployments/:hash/state': '401 UNAUTHENTICATED',
  'GET /api/v1/agent/deployments/:hash/events': '401 UNAUTHENTICATED',
  'GET /api/v1/agent/project/:project': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/containers/restart': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/containers/start': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/containers/stop': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/containers/logs': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/containers/:app/restart': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/containers/:app/start': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/containers/:app/stop': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/containers/:app/logs': '401 UNAUTHENTICATED',
  'GET /api/v1/compose/:hash/status': '401 UNAUTHENTICATED',
  'GET /api/v1/compose/:hash/logs': '401 UNAUTHENTICATED',
  'GET /api/v1/compose/:hash/metrics': '401 UNAUTHENTICATED',
  'POST /api/v1/compose/:hash/restart': '401 UNAUTHENTICATED',
  'POST /api/v1/compose/:hash/register': '401 UNAUTHENTICATED',
  'POST /api/v1/compose/:hash/heartbeat': '401 INVALID_TOKEN',
  'GET /api/health/deployment/:hash/app/:app': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/plan': '401 UNAUTHENTICATED',
  'POST /api/v1/deployments/:hash/plan': '401 UNAUTHENTICATED',
  'POST /api/v1/marketplace/deploy-complete': '401 UNAUTHENTICATED',
  'GET /api/v1/marketplace/stacks': 'open',
  'GET /api/v1/marketplace/stacks/:id': '404 NOT_FOUND', // open for approved templates
  'POST /api/v1/entitlements/check': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/check-plan': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/consume': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/reserve': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/commit': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/release': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/allocate': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/deallocate': '401 UNAUTHENTICATED',
  'POST /api/v1/entitlements/extend': '401 UNAUTHENTICATED',
  'GET /api/v1/commands/:hash/:id/parameters': '401 UNAUTHENTICATED',
  'GET /api/v1/commands/:hash/:id/report': '401 UNAUTHENTICATED',
  'GET /api/v1/commands/:hash/:id/result': '401 UNAUTHENTICATED',
  'GET /api/v1/deployments/:hash/server': '401 UNAUTHENTICATED',
  'POST /billing/start': '401 UNAUTHENTICATED',
  'GET /api/v1/marketplace/statement.csv': '401 UNAUTHENTICATED',
  'GET /api/v1/marketplace/payouts.csv': '401 UNAUTHENTICATED',
  'GET /templates': 'open',
  'GET /templates/:id': '404 NOT_FOUND', // open for approved templates
  'GET /templates/:id/eligibility': '401 UNAUTHENTICATED',
  'POST /templates': '401 UNAUTHENTICATED',
  'PUT /templates/:id': '401 UNAUTHENTICATED',
  'DELETE /templates/:id': '401 UNAUTHENTICATED',
  'POST /billing/purchase-template': '401 UNAUTHENTICATED',
  'GET /billing/status': '401 UNAUTHENTICATED',
  'GET /oauth_server/api/me': '401 UNAUTHENTICATED',
}

const BODIES: Record<string, object> = {
  'POST /api/v1/agent/register': { deployment_hash: 'deployment_nowhere' },
  'POST /api/v1/entitlements/check': { feature: 'deployments' },
  'POST /api/v1/entitlements/check-plan': { plan: 'plus' },
  'POST /api/v1/entitlements/consume': { account_id: 'x', feature: 'deployments', idempotency_key: 'k' },
  'POST /api/v1/entitlements/reserve': { account_id: 'x', feature: 'deployments', idempotency_key: 'k' },
  'POST /api/v1/entitlements/commit': { reservation_id: 'x', idempotency_key: 'k' },
  'POST /api/v1/entitlements/release': { reservation_id: 'x', idempotency_key: 'k' },
  'POST /api/v1/entitlements/allocate': { account_id: 'x', feature: 'deployments', resource_id: 'r' },
  'POST /api/v1/entitlements/deallocate': { account_id: 'x', feature: 'deployments', resource_id: 'r' },
  'POST /api/v1/entitlements/extend': { reservation_id: 'x', idempotency_key: 'k' },
  'POST /api/v1/agent/commands/enqueue': { deployment_hash: 'x', command_type: 'health' },
  'POST /api/v1/commands/enqueue': { deployment_hash: 'x', command_type: 'health' },
  'POST /billing/purchase-template': { template_id: 'tpl_1' },
  'POST /api/v1/marketplace/agents/register': { purchase_token: 'enrol_unknown' },
  'POST /api/v1/agent/login': { email: 'ann@example.com', password: 'secret' },
  'POST /api/v1/agent/link': { session_token: 'v1.none', deployment_id: 'x' },
  'POST /api/v1/commands': { deployment_hash: 'x', command_type: 'health' },
  'POST /api/v1/compose/:hash/restart': { app_code: 'web' },
  'POST /billing/start': { plan_name: 'plus' },
  'POST /templates': { slug: 'x', name: 'X' },
  'POST /api/v1/deployments/:hash/plan': { operation: 'deploy' },
  'POST /api/v1/marketplace/deploy-complete': { deployment_hash: 'x', purchase_token: 'y', stack_id: 'z' },
}

/** Bodies of the operations of GraphQL over REST, none of which is open. */
const SHARED = new Map(allOperations.map(({ path, example }) => [`POST ${path}`, example]))

describe('Anonymous access', () => {
  let server: TestServer
  let ann: Tenant
  beforeAll(async () => {
    server = await startTestServer()
    ann = await newTenant(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it('operations: allows catalog reads, returns null for own objects, and denies the rest as UNAUTHENTICATED', async () => {
    const before = await rowCounts(server)
    const open = new Set<string>()
    const nothing = new Set<string>()
    for (const [name, query] of CALLS) {
      const outcome = await callAs(server, null, query, variablesFor(query, ann))
      const text = JSON.stringify(outcome)
      for (const id of ann.things.ids) expect([name, text.includes(id)]).toEqual([name, false])
      if (outcome.kind === 'error') expect([name, outcome.code]).toEqual([name, 'UNAUTHENTICATED'])
      else if (OPEN.includes(name)) open.add(name)
      else {
        expect([name, [outcome.value].flat()]).toEqual([name, [null]])
        nothing.add(name)
      }
    }
    expect([...open].toSorted()).toEqual(OPEN)
    expect([...nothing].toSorted()).toEqual(NOTHING)
    expect(await rowCounts(server)).toEqual(before)
    expect(new Set(CALLS.map(([name]) => name))).toEqual(new Set(await operationsOf(server)))
  })

  it('returns plans and approved templates without a token', async () => {
    const node = `query ($id: ID!) { node(id: $id) { id } }`
    expect(await callAs(server, null, node, { id: ann.things.template })).toEqual({
      kind: 'data',
      value: { id: ann.things.template },
    })
    await server.query(`update template set status = 'DRAFT' where slug = 'ghost'`)
    const [draft] = await server.query<{ id: string }>(`select id from template where slug = 'ghost'`)
    for (const token of [null, ann.token]) {
      expect(await callAs(server, token, node, { id: draft!.id })).toEqual({ kind: 'data', value: null })
      const bySlug = await callAs(server, token, `query { template(by: { slug: "ghost" }) { id } }`)
      expect(bySlug).toEqual({ kind: 'data', value: null })
      const list = await callAs(server, token, `query { templates(first: 100) { nodes { slug } } }`)
      expect(JSON.stringify(list)).toContain('static-site')
      expect(JSON.stringify(list)).not.toContain('ghost')
    }
  })

  it('routes: are all listed and return the expected status to an anonymous caller', async () => {
    const routes = routesOf(server).filter((route) => !route.endsWith(' /graphql'))
    expect(routes.toSorted()).toEqual([...Object.keys(ROUTES), ...SHARED.keys()].toSorted())
    const before = await rowCounts(server)
    for (const route of routes) {
      const [method, path] = route.split(' ') as [string, string]
      const body = method === 'POST' ? (SHARED.get(route) ?? BODIES[route] ?? {}) : undefined
      const answer = await server.rest(method, path.replace(':hash', ann.things.hash), { body })
      const { code } = answer.body as { code?: string }
      expect([route, answer.status === 200 ? 'open' : `${answer.status} ${code}`]).toEqual([
        route,
        SHARED.has(route) ? '401 UNAUTHENTICATED' : ROUTES[route],
      ])
    }
    expect(await rowCounts(server)).toEqual(before)
  })

  it('serves metrics locally, and requires an operator for forwarded requests', async () => {
    const forwarded = (token: string | null) =>
      server.rest('GET', '/metrics', { token, headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect((await forwarded(null)).status).toBe(401)
    expect((await forwarded(ann.token)).status).toBe(403)
    expect((await forwarded(await server.serviceKey(['ops:read']))).status).toBe(200)
    expect((await forwarded(await server.token('op@example.com', { roles: ['admin'] }))).status).toBe(200)
  })
})
