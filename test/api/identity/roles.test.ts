import { requestDeployment, enqueue, rowCounts, templateId } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { beginningOf, callAs } from '#test/support/operations.js'
import { enroll } from '#test/support/test-agent.js'
import { accountIdOf } from '#test/support/accounts.js'

const ACTORS = [
  'anonymous',
  'other user',
  'member',
  'community admin',
  'platform admin',
  'root',
  'vendor',
  'key without scope',
  'key entitlements:read',
  'key entitlements:write',
  'key billing:read',
  'key commands:write',
  'key ops:*',
  'key of this account',
  'key of another',
] as const

const ok = 'ok'
const no = 'null'
const who = 'UNAUTHENTICATED'
const gone = 'NOT_FOUND'
const not = 'FORBIDDEN'
/** Authorized, and denied for the input. */

/**
 * Permissions on a community's account. Mutations send input that is denied in a typed way after the permission check
 * (`ok`), so that the matrix changes nothing.
 */
const MATRIX: Record<string, readonly [string, readonly string[]]> = {
  'account:read': [
    `query ($account: ID) { account(id: $account) { id } }`,
    [no, no, ok, ok, ok, ok, no, no, ok, ok, ok, ok, ok, ok, no],
  ],
  'entitlements:read': [
    `query ($account: ID) { check(accountId: $account, feature: "deployments") { allowed } }`,
    [who, no, ok, ok, ok, ok, no, not, ok, ok, not, not, not, not, no],
  ],
  'entitlements:read live': [
    `subscription ($account: ID) { entitlements(accountId: $account) { __typename } }`,
    [who, gone, ok, ok, ok, ok, gone, not, ok, ok, not, not, not, not, gone],
  ],
  'billing:read live': [
    `subscription ($account: ID, $accountStart: String) { billingEvents(accountId: $account, after: $accountStart) { __typename } }`,
    [who, gone, ok, ok, ok, ok, gone, not, not, not, ok, not, not, not, gone],
  ],
  'billing:manage': [
    `mutation ($account: ID) { startSubscription(input: { provider: STRIPE, accountId: $account, plan: "free" }, key: "m") { denial { code } } }`,
    [who, gone, not, ok, not, not, gone, not, not, not, not, not, not, not, gone],
  ],
  'deployments:read': [
    `query ($hash: ID!) { deployment(id: $hash) { id } }`,
    [no, no, ok, ok, ok, ok, no, no, no, no, no, ok, ok, ok, no],
  ],
  'deployments:read live': [
    `subscription ($hash: ID!, $start: String) { commandStatus(deploymentId: $hash, after: $start) { __typename } }`,
    [who, gone, ok, ok, ok, ok, gone, not, not, not, not, ok, ok, ok, gone],
  ],
  'deployments:manage (start)': [
    `mutation ($account: ID, $plus: ID!) { startDeployment(input: { accountId: $account, templateId: $plus }, key: "m") { denial { code } } }`,
    [who, gone, ok, ok, not, not, gone, not, not, not, not, not, ok, not, gone],
  ],
  'deployments:manage (register)': [
    `mutation ($hash: ID!) { registerAgent(deploymentId: $hash, key: "m") { denial { code } } }`,
    [who, gone, ok, ok, not, not, gone, not, not, not, not, not, ok, not, gone],
  ],
  'deployments:manage (rotate)': [
    `mutation ($hash: ID!) { rotateAgentToken(deploymentId: $hash, graceSeconds: -1, key: "m") { denial { code } } }`,
    [who, gone, ok, ok, not, not, gone, not, not, not, not, not, ok, not, gone],
  ],
  'deployments:manage (stop)': [
    `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "") { denial { code } } }`,
    [who, gone, ok, ok, not, not, gone, not, not, not, not, not, ok, not, gone],
  ],
  'commands:write (enqueue)': [
    `mutation ($hash: ID!) { enqueueCommand(deploymentId: $hash, command: { other: { type: "pause", parameters: {} } }, key: "m") { denial { code } } }`,
    [who, gone, ok, ok, ok, ok, gone, not, not, not, not, ok, not, ok, gone],
  ],
  'commands:write (cancel)': [
    `mutation ($command: ID!) { cancelCommand(id: $command) { denial { code } } }`,
    [who, gone, ok, ok, ok, ok, gone, not, not, not, not, ok, not, ok, gone],
  ],
  'operators only': [
    `mutation { advanceClock(input: { bySeconds: 0 }) { denial { code } } }`,
    [who, not, not, not, ok, ok, not, not, not, not, not, not, ok, not, not],
  ],
}

describe('Permission matrix', () => {
  let server: TestServer
  const tokens: Record<string, string | null> = { anonymous: null }
  const things: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer()
    const community = { communityId: '42', communityRole: 'admin' } as const
    const admin = await server.token('admin@example.com', community)
    const started = await requestDeployment(server, admin)
    const { id, hash } = started.deployment
    await enroll(server.url, hash, started.enrolmentToken)
    const command = await enqueue(server, { owner: admin, hash })
    await callAs(server, admin, `mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`, {
      id: command.id,
    })
    const [row] = await server.query<{ account: string }>(
      `select account_id as account from deployment where id = $1`,
      [id],
    )
    const account = row!.account
    Object.assign(things, {
      account,
      hash,
      command: command.id,
      plus: await templateId(server, 'wordpress_plus'),
      start: beginningOf(id),
      accountStart: beginningOf(account),
    })
    const other = await server.token('other@example.com')
    const otherAccount = await accountIdOf(server, other)
    Object.assign(tokens, {
      'other user': other,
      member: await server.token('member@example.com', { communityId: '42', communityRole: 'member' }),
      'community admin': admin,
      'platform admin': await server.token('platform@example.com', { roles: ['admin'] }),
      root: await server.token('root@example.com', { roles: ['root'] }),
      vendor: await server.token('vendor@example.com', { roles: ['vendor', 'developer', 'user'] }),
      'key without scope': await server.serviceKey([]),
      'key entitlements:read': await server.serviceKey(['entitlements:read']),
      'key entitlements:write': await server.serviceKey(['entitlements:write']),
      'key billing:read': await server.serviceKey(['billing:read']),
      'key commands:write': await server.serviceKey(['commands:write']),
      'key ops:*': await server.serviceKey(['ops:*']),
      'key of this account': await server.serviceKey(['commands:write'], account),
      'key of another': await server.serviceKey(['commands:write', 'entitlements:read', 'billing:read'], otherAccount),
    })
    for (const token of Object.values(tokens)) await server.graphql('{ account { id } }', {}, token)
  })
  afterAll(() => server.close())

  const outcomeOf = async (query: string, token: string | null) => {
    const variables = Object.fromEntries([...query.matchAll(/\$(\w+):/g)].map(([, name]) => [name!, things[name!]]))
    const outcome = await callAs(server, token, query, variables)
    if (outcome.kind === 'error') return outcome.code
    return outcome.value === null ? no : ok
  }

  it.each(Object.entries(MATRIX))('%s', async (_permission, [query, expected]) => {
    const before = await rowCounts(server)
    const met: Record<string, string> = {}
    for (const actor of ACTORS) met[actor] = await outcomeOf(query, tokens[actor]!)
    expect(met).toEqual(Object.fromEntries(ACTORS.map((actor, index) => [actor, expected[index]])))
    expect(await rowCounts(server)).toEqual(before)
  })

  /** Statuses for callers with the permission. All others get the same status at every route of a kind. */
  const read = (met: number) => [401, 404, met, met, met, met, 404, 403, 403, 403, 403, met, met, met, 404]
  const write = (met: number) => [401, 404, met, met, met, met, 404, 403, 403, 403, 403, met, 403, met, 404]
  const manage = (met: number) => [401, 404, met, met, 403, 403, 404, 403, 403, 403, 403, 403, met, 403, 404]
  /** Bodies that cause a denial or no change for callers with the permission. */
  const ROUTES: [method: string, path: string, statuses: number[], body: object | null][] = [
    ['GET', '/api/v1/deployments/{hash}/capabilities', read(200), null],
    ['GET', '/api/v1/deployments/{hash}/state', read(200), null],
    ['GET', '/api/v1/deployments/{hash}/events', read(200), null],
    ['GET', '/api/v1/deployments/{hash}/server', read(200), null],
    ['GET', '/api/v1/deployments/{hash}/plan?operation=deploy', read(200), null],
    ['POST', '/api/v1/deployments/{hash}/plan', read(200), { operation: 'deploy' }],
    ['GET', '/api/v1/deployments/hash/{hash}', read(200), null],
    ['GET', '/api/v1/agent/deployments/{hash}', read(200), null],
    ['GET', '/api/v1/agent/deployments/{hash}/state', read(200), null],
    ['GET', '/api/v1/agent/deployments/{hash}/events', read(200), null],
    ['GET', '/api/v1/commands/{hash}', read(200), null],
    ['GET', '/api/v1/commands/{hash}/{command}', read(200), null],
    ['POST', '/api/v1/commands', write(422), { deployment_hash: '{hash}', command_type: 'pause' }],
    ['POST', '/api/v1/commands/enqueue', write(422), { deployment_hash: '{hash}', command_type: 'pause' }],
    ['POST', '/api/v1/agent/commands/enqueue', write(422), { deployment_hash: '{hash}', command_type: 'pause' }],
    ['POST', '/api/v1/commands/{hash}/{command}/cancel', write(200), null],
    ['POST', '/api/v1/deployments/{hash}/containers/restart', write(422), { app_code: 'nope', wait_ms: 0 }],
    ['POST', '/api/v1/deployments/{hash}/containers/nope/stop', write(422), { wait_ms: 0 }],
    ['GET', '/api/v1/deployments/{hash}/containers/nope/logs?wait_ms=0', write(422), null],
    ['GET', '/api/v1/compose/{hash}/status?app_code=nope&wait_ms=0', write(422), null],
    ['GET', '/api/v1/compose/{hash}/logs?app_code=nope&wait_ms=0', write(422), null],
    ['POST', '/api/v1/compose/{hash}/restart', write(422), { app_code: 'nope', wait_ms: 0 }],
    ['POST', '/api/v1/compose/{hash}/register', manage(400), { url: 'ftp://nowhere', token: 'sixteen letters!' }],
  ]

  it.each(ROUTES)('maps the same permissions to statuses over REST: %s %s', async (method, path, expected, given) => {
    const filled = (text: string) => text.replace('{hash}', things['hash']!).replace('{command}', things['command']!)
    const body = given && (JSON.parse(filled(JSON.stringify(given))) as object)
    const before = await rowCounts(server)
    const met: Record<string, number> = {}
    for (const actor of ACTORS)
      met[actor] = (
        await server.rest(method, filled(path), { token: tokens[actor]!, ...(body ? { body } : {}) })
      ).status
    expect(met).toEqual(Object.fromEntries(ACTORS.map((actor, index) => [actor, expected[index]])))
    expect(await rowCounts(server)).toEqual(before)
  })

  it('ignores a token role in another community, and grants a key no admin permissions', async () => {
    const elsewhere = await server.token('boss@example.com', { communityId: '43', communityRole: 'admin' })
    expect(await outcomeOf(MATRIX['billing:manage']![0], elsewhere)).toBe(gone)
    expect(await outcomeOf(MATRIX['account:read']![0], elsewhere)).toBe(no)
  })
})
