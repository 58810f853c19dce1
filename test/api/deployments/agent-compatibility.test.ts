import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sweepCommands } from '#services/deployments/commands/sweep-commands.js'
import { commandReference } from '#test/support/command-reference.js'
import {
  enqueue,
  newDeployment,
  readCommand,
  deploymentWithAgent,
  type DeploymentWithAgent,
} from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { ProtocolAgent, type ProtocolAgentOptions } from '#test/support/protocol-agent.js'
import { startVault } from '#test/support/stub-servers.js'
import { enroll } from '#test/support/test-agent.js'

const VAULT_TOKEN = 'vault-root'
const done = () => ({ status: 'success' })

interface Body {
  readonly code?: string
  readonly item: { readonly commands: { command_type: string; supported: boolean }[] } & Record<string, unknown>
}

describe('Differences between the agent and its legacy server', () => {
  let server: TestServer
  let vault: Awaited<ReturnType<typeof startVault>>
  beforeAll(async () => {
    vault = await startVault(VAULT_TOKEN)
    server = await startTestServer({
      env: { VAULT_ADDR: vault.url, VAULT_TOKEN, ALLOWED_PRIVATE_HOSTS: '127.0.0.1', ALLOWED_COMMANDS: 'backup' },
    })
  })
  afterAll(async () => {
    await server.close()
    await vault.close()
  })

  const agentOf = (served: DeploymentWithAgent, options: Partial<ProtocolAgentOptions> = {}) =>
    new ProtocolAgent({
      dashboardUrl: server.url,
      agentId: served.agent.identity.id,
      token: served.agent.identity.token,
      hash: served.hash,
      pollSeconds: 1,
      secondMs: 20,
      ...options,
    })
  const rest = async (method: string, path: string, token: string | null, body?: unknown) => {
    const answer = await server.rest(method, path, { token, ...(body === undefined ? {} : { body }) })
    return { status: answer.status, body: answer.body as Body }
  }
  const push = (served: DeploymentWithAgent, type: string, parameters: object) =>
    rest('POST', '/api/v1/commands', served.owner, { deployment_hash: served.hash, command_type: type, parameters })
  const rotate = (served: DeploymentWithAgent, graceSeconds: number) =>
    server.graphql<{ rotateAgentToken: { token: string; warnings: { code: string }[] } }>(
      `mutation ($hash: ID!, $grace: Int, $key: String!) {
        rotateAgentToken(deploymentId: $hash, graceSeconds: $grace, key: $key) { __typename token warnings { code } }
      }`,
      { hash: served.hash, grace: graceSeconds, key: randomUUID() },
      served.owner,
    )
  const inVault = (hash: string, name: string) =>
    (vault.secrets.get(`agent/${hash}/${name}`) as { token?: string } | undefined)?.token

  describe('an agent that reads its token from a Vault', () => {
    it('finds the token under both names after registration, and continues after a rotation without a restart', async () => {
      const served = await deploymentWithAgent(server)
      for (const name of ['status_panel_token', 'token'])
        expect(inVault(served.hash, name)).toBe(served.agent.identity.token)
      const agent = agentOf(served, { refresh: () => inVault(served.hash, 'status_panel_token')! })
      const { data } = await rotate(served, 0)
      expect(inVault(served.hash, 'status_panel_token')).toBe(data.rotateAgentToken.token)
      expect(inVault(served.hash, 'token')).toBe(data.rotateAgentToken.token)
      const { id } = await enqueue(server, served)
      expect(await agent.turn(done)).toMatchObject({ kind: 'command', item: { command_id: id } })
      expect(agent.calls.map(([, , status]) => status)).toEqual([401, 200, 200])
      expect(agent.token).toBe(data.rotateAgentToken.token)
    })

    it('works without the Vault: returns the token, keeps the grace period of the earlier one, and rejects an invalid one', async () => {
      const served = await deploymentWithAgent(server)
      vault.sealed = true
      try {
        const { data } = await rotate(served, 60)
        expect(data.rotateAgentToken.token).toMatch(/^[\w-]{64,}$/)
        expect(
          (await agentOf(served).call('GET', `/api/v1/agent/commands/wait/${served.hash}?timeout=0`, null)).status,
        ).toBe(200)
        const fresh = agentOf(served, { token: data.rotateAgentToken.token })
        expect((await fresh.call('GET', `/api/v1/agent/commands/wait/${served.hash}?timeout=0`, null)).status).toBe(200)
        expect(data.rotateAgentToken.warnings).toEqual([{ code: 'VAULT_UNAVAILABLE' }])
        // The legacy server accepts any bearer token if its Vault is on this machine and does not respond.
        const anyBearer = agentOf(served, { token: 'anything' })
        expect((await anyBearer.call('GET', `/api/v1/agent/commands/wait/${served.hash}?timeout=0`, null)).status).toBe(
          401,
        )
      } finally {
        vault.sealed = false
      }
    })
  })

  describe('new token in the Vault', () => {
    const wait = (served: DeploymentWithAgent) => `/api/v1/agent/commands/wait/${served.hash}?timeout=0`

    it('is written before the previous one ends if there is no grace period', async () => {
      const served = await deploymentWithAgent(server)
      let open = () => {}
      let isWriting = () => {}
      const writing = new Promise<void>((resolve) => (isWriting = resolve))
      const gate = new Promise<void>((resolve) => (open = resolve))
      vault.onWrite = () => {
        isWriting()
        return gate
      }
      try {
        const rotation = rotate(served, 0)
        await writing
        expect((await agentOf(served).call('GET', wait(served), null)).status).toBe(200)
        const held = served.agent.wait(100)
        open()
        expect((await held).status).toBe(401)
        const inVaultNow = inVault(served.hash, 'status_panel_token')
        expect((await rotation).data.rotateAgentToken).toMatchObject({ token: inVaultNow, warnings: [] })
        expect((await agentOf(served).call('GET', wait(served), null)).status).toBe(401)
      } finally {
        vault.onWrite = () => Promise.resolve()
      }
    })

    it('is written later if the Vault was down, and the agent continues unaided', async () => {
      const served = await deploymentWithAgent(server)
      const agent = agentOf(served, { refresh: () => inVault(served.hash, 'status_panel_token')! })
      vault.sealed = true
      const { data } = await rotate(served, 0)
      expect(data.rotateAgentToken.warnings).toEqual([{ code: 'VAULT_UNAVAILABLE' }])
      expect((await agentOf(served).call('GET', wait(served), null)).status).toBe(401)
      await failedOnce(served)
      vault.sealed = false
      await written(served, data.rotateAgentToken.token)
      const { id } = await enqueue(server, served)
      expect(await agent.turn(done)).toMatchObject({ kind: 'command', item: { command_id: id } })
    })

    it('is also written later if it is the first one, with the same warning to the installer', async () => {
      const own = await newDeployment(server)
      vault.sealed = true
      const { body } = await enroll(server.url, own.hash, own.enrolmentToken)
      expect(body.data.item).toMatchObject({ warnings: [{ code: 'VAULT_UNAVAILABLE' }] })
      vault.sealed = false
      await written(own, body.data.item.agent_token)
    })

    it('is deleted when the agent is revoked, even if the Vault was down', async () => {
      const served = await deploymentWithAgent(server)
      await written(served, served.agent.identity.token)
      vault.sealed = true
      await server.graphql(
        `mutation ($hash: ID!) { revokeAgent(deploymentId: $hash, key: "r") { denial { code } } }`,
        { hash: served.hash },
        served.owner,
      )
      await failedOnce(served)
      vault.sealed = false
      await eventually(
        () => retryOutbox().then(() => ['status_panel_token', 'token'].map((name) => inVault(served.hash, name))),
        (found) => found.every((token) => token === undefined),
        20_000,
      )
    })

    /** The outbox has tried, and waits to try again. */
    const failedOnce = (own: { hash: string }) =>
      eventually(
        () =>
          server.query(
            `select 1 from outbox_event where payload ->> 'deploymentHash' = $1 and type like 'agent.%' and state = 'PENDING' and attempts > 0 and lease_token is null`,
            [own.hash],
          ),
        (waiting) => waiting.length > 0,
        20_000,
      )
    const retryOutbox = () => server.query(`update outbox_event set available_at = now() where state = 'PENDING'`)
    const written = (own: { hash: string }, token: string) =>
      eventually(
        () => retryOutbox().then(() => ['status_panel_token', 'token'].map((name) => inVault(own.hash, name))),
        (found) => found.every((each) => each === token),
        20_000,
      )
  })

  it('lists types that no agent supports, denies them over REST and GraphQL, and allows them if the operator does', async () => {
    const served = await deploymentWithAgent(server, { capabilities: ['docker', 'logs', 'compose', 'backup'] })
    const { body } = await rest('GET', `/api/v1/deployments/${served.hash}/capabilities`, served.owner)
    const unsupported = body.item.commands.filter(({ supported }) => !supported).map(({ command_type: type }) => type)
    expect(unsupported).toEqual(['pause', 'rebuild', 'backup'])
    for (const type of ['pause', 'rebuild', 'check_connections', 'stacker.PAUSE']) {
      expect([type, await push(served, type, {})]).toMatchObject([
        type,
        { status: 422, body: { code: 'COMMAND_NOT_SUPPORTED' } },
      ])
      expect([type, await enqueue(server, served, { command: { other: { type, parameters: {} } } })]).toMatchObject([
        type,
        { __typename: 'Denial', code: 'COMMAND_NOT_SUPPORTED' },
      ])
    }
    expect((await push(served, 'backup', {})).status).toBe(202)
  })

  it('allows pipe commands for an agent without the `pipes` capability after link', async () => {
    const served = await deploymentWithAgent(server, { capabilities: ['status_panel', 'docker'] })
    const { status } = await push(served, 'deactivate_pipe', { pipe_instance_id: 'p1' })
    expect(status).toBe(202)
    const turn = await agentOf(served).turn(done)
    expect(turn).toMatchObject({
      kind: 'command',
      item: { type: 'deactivate_pipe', parameters: { pipe_instance_id: 'p1' } },
    })
  })

  it('enforces timeout and priority on the server, because the agent ignores them', async () => {
    const served = await deploymentWithAgent(server)
    const slow = await enqueue(server, served, { timeoutSeconds: 1, priority: 'LOW' })
    const urgent = await enqueue(server, served, { priority: 'CRITICAL' })
    const agent = agentOf(served)
    expect(await agent.turn(done)).toMatchObject({ item: { command_id: urgent.id } })
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(slow.id)
    // The delivery is recorded right after the response. It must be recorded before the sweep.
    const { leaseUntil } = await eventually(
      () => readCommand(server, served.owner, slow.id),
      ({ status }) => status === 'RUNNING',
    )
    const seconds = (Date.parse(leaseUntil!) - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(1)
    expect(seconds).toBeLessThanOrEqual(61)
    await server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [slow.id])
    await sweepCommands(server.app.context)
    expect(await readCommand(server, served.owner, slow.id)).toMatchObject({ status: 'LOST', error: { code: 'LOST' } })
  })

  it('sends host and account of a proxy manager to the agent, and its password to the agent only', async () => {
    const served = await deploymentWithAgent(server)
    const parameters = {
      app_code: 'web',
      domain_names: ['a.example'],
      forward_port: 80,
      npm_host: 'http://npm:81',
      npm_email: 'npm@example.com',
      npm_password: 'a password of the proxy',
    }
    const { body } = await push(served, 'configure_proxy', parameters)
    expect(body.item['parameters']).toMatchObject({
      npm_host: 'http://npm:81',
      npm_email: 'npm@example.com',
      npm_password: '***',
    })
    expect(await agentOf(served).turn(done)).toMatchObject({ item: { parameters } })
    const rows = await server.query<{ row: string }>(
      `select command::text as row from command where deployment_id = $1`,
      [served.id],
    )
    expect(JSON.stringify(rows)).not.toContain('a password of the proxy')
  })

  it('accepts and passes on parameters that the agent ignores, without listing them in the field reference', async () => {
    const served = await deploymentWithAgent(server)
    expect((await push(served, 'restart', { app_code: 'web', force: true })).status).toBe(202)
    expect(await agentOf(served).turn(done)).toMatchObject({ item: { parameters: { force: true } } })
    const reference = commandReference()
    const section = (type: string) => reference.split('### ').find((part) => part.startsWith(`\`${type}\``))!
    const line = (type: string, parameter: string) =>
      section(type)
        .split('\n')
        .find((text) => text.startsWith(`| \`${parameter}\``))
    for (const [type, parameter] of [
      ['restart', 'force'],
      ['deploy_app', 'image'],
      ['activate_pipe', 'poll_interval_secs'],
    ] as const)
      expect([type, line(type, parameter)]).toEqual([
        type,
        expect.stringMatching(/Agents of this version (ignore it|use their own setting)/),
      ])
  })

  it('attributes a report without an executor to the registered agent and keeps a stated one', async () => {
    const served = await deploymentWithAgent(server)
    const agent = agentOf(served)
    const silent = await enqueue(server, served)
    await agent.turn(done)
    const spoken = await enqueue(server, served)
    await agent.turn(() => ({ status: 'success', executed_by: 'compose_agent' }))
    expect((await readCommand(server, served.owner, silent.id)).rawReport).not.toHaveProperty('executed_by')
    expect((await readCommand(server, served.owner, spoken.id)).rawReport).toMatchObject({
      executed_by: 'compose_agent',
    })
    const [entry] = await eventually(
      () =>
        server.query<{ account: boolean; times: number }>(
          `select e.account_id = d.account_id as account, sum(e.occurrences)::int as times from audit_entry e join deployment d on d.hash = e.object
           where e.action = 'agent.command_reported' and e.object = $1 group by 1`,
          [served.hash],
        ),
      ([row]) => row?.times === 2,
    )
    expect(entry).toEqual({ account: true, times: 2 })
  })

  it('serves a process with its old token for the grace period and returns 401 afterwards (serve mode)', async () => {
    const served = await deploymentWithAgent(server)
    await rotate(served, 3600)
    const old = agentOf(served)
    for (let look = 0; look < 3; look++) expect((await old.notifications()).status).toBe(200)
    await server.query(`update agent set previous_token_until = now() - interval '1 second' where deployment_id = $1`, [
      served.id,
    ])
    expect((await old.notifications()).status).toBe(401)
    expect((await old.notifications()).body).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('follows the protocol document where documents and code of the legacy server differ', async () => {
    const deployment = await newDeployment(server)
    expect((await enroll(server.url, deployment.hash, deployment.enrolmentToken)).status).toBe(201)
    const again = await enroll(server.url, deployment.hash, deployment.enrolmentToken)
    expect([again.status, JSON.stringify(again.body).includes('agent_token')]).toEqual([409, false])
    const served = await deploymentWithAgent(server)
    const agent = agentOf(served)
    // The skew is 300 seconds, not 120; a report needs no completed_at; enqueue is 202; the path of a discarded plan
    // does not exist.
    const path = `/api/v1/agent/commands/wait/${served.hash}?timeout=0`
    const at = (seconds: number) => ({ 'X-Timestamp': String(Math.floor(Date.now() / 1000) + seconds) })
    expect((await agent.call('GET', path, null, at(-200))).status).toBe(200)
    expect((await agent.call('GET', path, null, at(-310))).status).toBe(401)
    const { status, body } = await push(served, 'start', { app_code: 'web' })
    expect(status).toBe(202)
    await served.agent.wait(1)
    const report = JSON.stringify({ command_id: body.item['command_id'], status: 'success' })
    expect((await agent.call('POST', '/api/v1/agent/commands/report', report)).status).toBe(200)
    expect((await rest('POST', '/api/v1/agents/register', null, {})).status).toBe(404)
  })

  it('promises no complete pipe history in the description of results', async () => {
    const { data } = await server.graphql<{ __type: { description: string } }>(
      `{ __type(name: "PipeResult") { description } }`,
    )
    expect(data.__type.description).toMatch(/Scheduled runs are not reported/)
    expect(readFileSync('docs/agents.md', 'utf8')).toMatch(/no history of pipes is complete/)
  })

  describe('denies enqueueing for another account', () => {
    it.each(['exec', 'stacker.exec', 'apply_config', 'echo hi'])('denies %s over every route', async (type) => {
      const target = await deploymentWithAgent(server)
      const other = await deploymentWithAgent(server)
      const body = {
        deployment_hash: target.hash,
        command_type: type,
        parameters: { app_code: 'web', command: 'ls', config_content: 'x', destination_path: '/x' },
      }
      for (const path of ['/api/v1/commands', '/api/v1/commands/enqueue', '/api/v1/agent/commands/enqueue']) {
        expect((await rest('POST', path, other.owner, body)).status).toBe(404)
        expect((await rest('POST', path, null, body)).status).toBe(401)
        // An agent's signature does not authenticate at user routes, even for its own deployment.
        const text = JSON.stringify({ ...body, deployment_hash: other.hash })
        expect((await agentOf(other).call('POST', path, text)).status).toBe(401)
      }
      const refused = await server.graphql(
        `mutation ($hash: ID!, $type: String!) { enqueueCommand(deploymentId: $hash, command: { other: { type: $type, parameters: {} } }, key: "x") { denial { code } } }`,
        { hash: target.hash, type },
        other.owner,
      )
      expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
      expect(
        await server.query(`select 1 from command where deployment_id = any($1)`, [[target.id, other.id]]),
      ).toEqual([])
    })
  })

  describe('grants no administrator role by a claim of the client', () => {
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = {
      sub: 'evil',
      email: 'evil@example.com',
      roles: ['admin', 'root'],
      role: 'admin_service',
      exp: 4_102_444_800,
    }
    const unsigned = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`
    const head = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
    const ownKey = `${head}.${createHmac('sha256', 'a key of their own').update(head).digest('base64url')}`

    it.each([
      ['unsigned', unsigned],
      ['signed with a key of their own', ownKey],
      ['with the signature left out', head],
    ])('returns 401 everywhere and does nothing for a token that is %s', async (_name, token) => {
      const served = await deploymentWithAgent(server)
      const routes: [string, string, object?][] = [
        ['GET', `/api/v1/deployments/${served.hash}/capabilities`],
        ['GET', `/api/v1/agent/deployments/${served.hash}`],
        ['POST', '/api/v1/commands', { deployment_hash: served.hash, command_type: 'health' }],
        ['POST', '/api/v1/agent/login', { email: 'evil@example.com', password: token }],
      ]
      for (const [method, path, body] of routes) {
        const answer = await rest(method, path, path.endsWith('login') ? null : token, body)
        expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'INVALID_TOKEN'])
      }
      expect(await server.query(`select 1 from command where deployment_id = $1`, [served.id])).toEqual([])
    })
  })
})
