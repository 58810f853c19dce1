import { randomUUID } from 'node:crypto'
import { claimCommands } from '#services/deployments/commands/claim-commands.js'
import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '../support/deployments.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { waitingStatements } from '../support/lock-waits.js'
import { TestAgent, type AgentAnswer, type AgentItem } from '../support/test-agent.js'
import { execute, queryRow } from '#test/support/plain-sql.js'

type Poll = AgentAnswer<{ item: AgentItem | null; code?: string }>

const ROTATE = `mutation ($hash: ID!, $grace: Int!, $key: String!) {
  rotateAgentToken(deploymentId: $hash, graceSeconds: $grace, key: $key) { token denial { code } }
}`
const REVOKE = `mutation ($hash: ID!, $key: String!) {
  revokeAgent(deploymentId: $hash, key: $key) { agent { __typename revokedAt presence } denial { __typename code } }
}`
const STOP = `mutation ($hash: ID!, $key: String!) { stopDeployment(id: $hash, key: $key) { denial { code } } }`

/** A poll is held for this long when nothing ends it: no test waits for that. */
const HELD_SECONDS = 100
const SECRET = 'sealed-for-the-agent-alone'

// Two processes on one database. The API call goes to the first; the poll is open at the first or the second, over a
// separate socket.
describe('Open poll of a token that ends', () => {
  let server: TestServer
  let second: SecondServer
  beforeAll(async () => {
    server = await startTestServer()
    second = await startSecondServer(server, {})
  })
  afterAll(async () => {
    await second.kill()
    await server.close()
  })

  const at = (where: string) => (where === 'first' ? server.url : second.url)
  const call = async <Data>(query: string, served: DeploymentWithAgent, more: object = {}) => {
    const { data, errors } = await server.graphql<Data>(
      query,
      { hash: served.hash, key: randomUUID(), ...more },
      served.owner,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const rotate = async (served: DeploymentWithAgent, grace: number) =>
    (await call<{ rotateAgentToken: { token: string } }>(ROTATE, served, { grace })).rotateAgentToken.token
  const queueSecret = (served: DeploymentWithAgent) =>
    enqueue(server, served, { command: { deployApp: { appCode: 'web', envVars: { PASSWORD: SECRET } } } })

  /** A poll that the process has recorded and found nothing for. */
  async function hold(where: string, agent: TestAgent): Promise<{ poll: Promise<Poll> }> {
    const nonces = () =>
      server.query<{ count: number }>(`select count(*)::int as count from agent_nonce where agent_id = $1`, [
        agent.identity.id,
      ])
    const [before] = await nonces()
    const poll = new TestAgent(at(where), agent.identity).wait(HELD_SECONDS) as Promise<Poll>
    await eventually(nonces, ([now]) => now!.count === before!.count + 1)
    return { poll }
  }
  const withToken = (served: DeploymentWithAgent, token: string) =>
    new TestAgent(server.url, { ...served.agent.identity, token })

  for (const where of ['first', 'second']) {
    it(`ends by a rotation without grace at the ${where} process; commands go to the new token only`, async () => {
      const served = await deploymentWithAgent(server)
      const { poll } = await hold(where, served.agent)
      const token = await rotate(served, 0)
      const { id } = await queueSecret(served)
      expect(await poll).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
      expect((await served.agent.wait(0)).status).toBe(401)
      const { body } = await withToken(served, token).wait(5)
      expect(body.item).toMatchObject({ command_id: id, parameters: { env_vars: { PASSWORD: SECRET } } })
    })

    it(`ends by a revocation at the ${where} process; no token is accepted until the agent gets a new one`, async () => {
      const served = await deploymentWithAgent(server)
      const between = await rotate(served, 3600)
      const polls = [await hold(where, served.agent), await hold(where, withToken(served, between))]
      const revoked = await call<{ revokeAgent: unknown }>(REVOKE, served)
      expect(revoked.revokeAgent).toMatchObject({
        __typename: 'Agent',
        revokedAt: expect.any(String) as string,
        presence: 'OFFLINE',
      })
      const { id } = await queueSecret(served)
      for (const { poll } of polls) expect(await poll).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
      expect((await withToken(served, between).wait(0)).status).toBe(401)
      expect((await readCommand(server, served.owner, id)).status).toBe('QUEUED')
      const token = await rotate(served, 3600)
      expect((await served.agent.wait(0)).status).toBe(401)
      expect((await withToken(served, token).wait(5)).body.item?.command_id).toBe(id)
    })

    it(`ends at the ${where} process when the grace period of its token ends`, async () => {
      const served = await deploymentWithAgent(server)
      const { poll } = await hold(where, served.agent)
      const token = await rotate(served, 1)
      expect(await poll).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
      const { id } = await queueSecret(served)
      expect((await withToken(served, token).wait(5)).body.item?.command_id).toBe(id)
    })

    it(`ends with the grace period at the ${where} process if it started within it`, async () => {
      const served = await deploymentWithAgent(server)
      await rotate(served, 2)
      const { poll } = await hold(where, served.agent)
      expect(await poll).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    })

    it(`ends at the ${where} process without a command when the deployment is stopped`, async () => {
      const served = await deploymentWithAgent(server)
      const { poll } = await hold(where, served.agent)
      await call(STOP, served)
      expect(await poll).toMatchObject({ status: 200, body: { item: null } })
    })
  }

  it('delivers commands to a replaced token within its grace period, at both processes', async () => {
    const served = await deploymentWithAgent(server)
    await rotate(served, 3600)
    await rotate(served, 3600)
    for (const where of ['first', 'second']) {
      const { poll } = await hold(where, served.agent)
      const { id } = await queueSecret(served)
      expect((await poll).body.item?.command_id).toBe(id)
      await served.agent.report({ command_id: id, status: 'success' })
    }
  })

  it('ends within seconds at a process that was not notified', async () => {
    const served = await deploymentWithAgent(server)
    const { poll } = await hold('second', served.agent)
    const [row] = await server.query<{ version: number }>(
      `update deployment set version = version + 1 where id = $1 returning version`,
      [served.id],
    )
    await server.query(`update agent set token_hash = 'another' where id = $1`, [served.agent.identity.id])
    await server.query(
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
       select $1, $2, 'evt_' || $1, account_id, 'agent.token_rotated', '', 'Agent', 'x', false, '{}', now() from deployment where id = $1`,
      [served.id, row!.version],
    )
    expect((await poll).status).toBe(401)
  })

  describe('claim', () => {
    const accountOf = async (served: DeploymentWithAgent) => {
      const [agent] = await server.query<{ account: string }>(`select account_id as account from agent where id = $1`, [
        served.agent.identity.id,
      ])
      return agent!.account
    }
    const claimantOf = async (served: DeploymentWithAgent, token: string) => ({
      accountId: await accountOf(served),
      deploymentId: served.id,
      agentId: served.agent.identity.id,
      tokenHash: hashSecret(token),
      instance: null,
    })
    const claim = async (served: DeploymentWithAgent, token = served.agent.identity.token) =>
      (await claimCommands(server.app.context.database, [await claimantOf(served, token)]))[0]!.kind

    it('verifies the token in its own statement', async () => {
      const served = await deploymentWithAgent(server)
      const other = await deploymentWithAgent(server)
      await queueSecret(served)
      expect(await claim(served, 'made up')).toBe('refused')
      expect(await claim(served, other.agent.identity.token)).toBe('refused')
      const foreign = { ...(await claimantOf(other, other.agent.identity.token)), deploymentId: served.id }
      expect((await claimCommands(server.app.context.database, [foreign]))[0]!.kind).toBe('refused')
      expect(await claim(served)).toBe('command')
    })

    it.each(['the present token', 'a token within its grace', 'a token replaced twice, within its grace'])(
      'waits for a concurrent rotation, and then is rejected: %s',
      async (which) => {
        const served = await deploymentWithAgent(server)
        if (which !== 'the present token') await rotate(served, 3600)
        if (which.includes('twice')) await rotate(served, 3600)
        const { id } = await queueSecret(served)
        const { database } = server.app.context
        const agentId = served.agent.identity.id
        let claimed: Promise<string> | undefined
        await database.transaction(async (transaction) => {
          await queryRow(transaction, `select 1 from agent where id = $1 and account_id = $2 for update`, [
            agentId,
            await accountOf(served),
          ])
          claimed = claim(served)
          await eventually(
            () => server.query(waitingStatements('with claim as|select token_hash')),
            (waiting) => waiting.length > 0,
          )
          await execute(transaction, `delete from retired_agent_token where agent_id = $1`, [agentId])
          await execute(
            transaction,
            `update agent set token_hash = 'another', previous_token_hash = null, previous_token_sealed = null, previous_token_until = null where id = $1`,
            [agentId],
          )
        })
        expect(await claimed).toBe('refused')
        expect((await readCommand(server, served.owner, id)).status).toBe('QUEUED')
      },
    )

    it('delivers nothing for a stopped deployment, and cancels a command that is being requeued', async () => {
      const served = await deploymentWithAgent(server)
      await call(STOP, served)
      expect(await claim(served)).toBe('stopped')
      const other = await deploymentWithAgent(server)
      const { id } = await queueSecret(other)
      await server.query(`update deployment set status = 'STOPPED' where id = $1`, [other.id])
      expect((await other.agent.wait(0)).body.item).toBeNull()
      expect((await readCommand(server, other.owner, id)).status).toBe('CANCELED')
    })
  })
})
