import { allDeclared } from '#modules/all-declarations.js'
import { RotateAgentToken } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import type { Database } from '#services/kernel/database/database.js'
import { grantedTokenPurpose } from '#services/billing/model/billing-sealed.js'
import { sealValues } from '#services/deployments/model/deployment-values.js'
import { keyIdOf } from '#services/kernel/secrets/secret-box.js'
import { signContent } from '#services/entitlements/ledger-chain/signing-keys.js'
import { countSealed, reseal } from '#services/kernel/secrets/reseal.js'
import { startServerChildProcess, type ServerChildProcess } from '#test/support/server-child-process.js'
import { enqueue, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { eventually, freePort, startTestServer, type TestServer } from '#test/support/test-server.js'
import { fillTable } from '#test/support/filled-tables.js'
import { runCommand } from '#test/support/run-command.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'
import { ofType } from '#test/support/of-type.js'

const OLD = 'a secrets key of the tests'
const NEW = 'the key that comes after it'

describe('Key rotation at run time', () => {
  let harness: TestServer
  let served: DeploymentWithAgent
  let hooks: string
  beforeAll(async () => {
    harness = await startTestServer()
    served = await deploymentWithAgent(harness)
    hooks = await hookAddress()
    // One secret of every kind: tokens, parameters of a command, a compose agent's token, endpoints of our own webhooks, values of a template, the key of signatures.
    await enqueue(harness, served, {
      command: { deployApp: { appCode: 'web', envVars: { PASSWORD: 'sealed-for-the-agent' } } },
    })
    await harness.rest('POST', `/api/v1/compose/${served.hash}/register`, {
      token: served.owner,
      body: { url: 'https://93.184.215.14/', token: 'a-compose-token-of-the-tests' },
    })
    await harness.graphql(
      `mutation { createWebhookEndpoint(input: { url: "https://hooks.example.com/one", types: ["*"] }, key: "e") { denial { code } } }`,
      {},
      served.owner,
    )
    await harness.graphql(
      `mutation ($id: ID!) { rotateWebhookSecret(id: $id, key: "r") { denial { code } } }`,
      { id: (await harness.query<{ id: string }>(`select id from webhook_endpoint`))[0]?.id },
      served.owner,
    )
    const { database, secrets } = harness.app.context
    const [deployment] = await harness.query<{ id: string }>(`select id from deployment`)
    await harness.query(`update deployment set values_sealed = $2 where id = $1`, [
      deployment!.id,
      sealValues(secrets, deployment!.id, { DB_PASSWORD: 'sealed-for-the-deployment' }),
    ])
    expect(
      await fillTable(harness, 'checkout', {
        id: `'chk_program'`,
        status: `'CREATING'`,
        provider: `'STRIPE'`,
        currency: `'USD'`,
        granted_token: `'${secrets.seal('spt_of_a_program', grantedTokenPurpose('chk_program'))}'`,
      }),
    ).toBeNull()
    await signContent(database, secrets, (keyId) => keyId)
    await rotateAgentToken(3600) // The agent now has the token before the previous one.
  })
  afterAll(() => harness.close())

  async function rotateAgentToken(graceSeconds: number): Promise<string> {
    const { data, errors } = await harness.graphql(
      RotateAgentToken,
      { deploymentId: served.hash, graceSeconds, key: randomUUID() },
      served.owner,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return ofType(data.rotateAgentToken, 'AgentPayload').environment
  }
  async function hookAddress(): Promise<string> {
    const [, path] = /METRICS_WEBHOOK=\S*?(\/api\/\S+)/.exec(await rotateAgentToken(3600)) ?? []
    return path!
  }
  const count = (keys: string[]) => countSealed(harness.app.context.database, allDeclared.sealed, keys)
  const sendMetrics = async (path = hooks) =>
    (await harness.rest('POST', path, { body: { timestamp_ms: Date.now(), cpu_usage_pct: 1 } })).status

  it('lists every sealed column', async () => {
    const columns = await harness.query<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and data_type = 'text'`,
    )
    const sealed: string[] = []
    for (const { table, column } of columns) {
      const [row] = await harness.query(
        `select 1 from "${table}" where "${column}" ~ '^v1\\.[A-Za-z0-9_-]{38,}$' limit 1`,
      )
      if (row) sealed.push(`${table}.${column}`)
    }
    expect(sealed.toSorted()).toEqual(allDeclared.sealed.map(({ table, column }) => `${table}.${column}`).toSorted())
  })

  it('loses and repeats nothing if interrupted and run again', async () => {
    const { database } = harness.app.context
    const before = await count([OLD])
    const total = before.byKey[keyIdOf(OLD)]!
    expect([total >= allDeclared.sealed.length, before.unopened]).toEqual([true, []])

    harness.app.useSecrets({ secretsKeys: [NEW, OLD] })
    expect(await sendMetrics()).toBe(204)
    let left = 3
    const failAfterThree: KyselyPlugin = {
      transformQuery: ({ node }) => {
        if (node.kind === 'UpdateQueryNode' && left-- === 0) throw new Error('the machine went away')
        return node
      },
      transformResult: ({ result }) => Promise.resolve(result),
    }
    const failing = Object.create(database, { query: { value: database.query.withPlugin(failAfterThree) } }) as Database
    await expect(reseal(failing, allDeclared.sealed, [NEW, OLD])).rejects.toThrow('went away')
    expect((await count([NEW, OLD])).byKey).toEqual({ [keyIdOf(NEW)]: 3, [keyIdOf(OLD)]: total - 3 })
    expect(await sendMetrics()).toBe(204)

    expect(await reseal(database, allDeclared.sealed, [NEW, OLD])).toBe(total - 3)
    expect(await reseal(database, allDeclared.sealed, [NEW, OLD])).toBe(0)
    expect(await count([NEW, OLD])).toEqual({ byKey: { [keyIdOf(NEW)]: total, [keyIdOf(OLD)]: 0 }, unopened: [] })
  })

  it('continues without the old key: polls, sealed parameters, and URLs issued before', async () => {
    harness.app.useSecrets({ secretsKeys: [NEW] })
    await harness.app.context.agentKeys.load((await harness.query<{ id: string }>(`select id from agent`))[0]!.id)
    const { status, body } = await served.agent.wait(1)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toContain('sealed-for-the-agent')
    expect(await sendMetrics()).toBe(204)
    expect(await sendMetrics(hooks.replace(/.\/metrics$/, '_/metrics'))).toBe(404)
  })

  it('reports a secret that no key decrypts, and leaves it unchanged', async () => {
    await harness.query(`insert into stored_secret (path, sealed) values ('lost', $1)`, [`v1.${'A'.repeat(60)}`])
    const { unopened } = await count([NEW])
    expect(unopened).toEqual(['stored_secret.sealed of lost'])
    await reseal(harness.app.context.database, allDeclared.sealed, [OLD, NEW])
    expect(
      (await harness.query<{ sealed: string }>(`select sealed from stored_secret where path = 'lost'`))[0]!.sealed,
    ).toBe(`v1.${'A'.repeat(60)}`)
    await reseal(harness.app.context.database, allDeclared.sealed, [NEW, OLD])
    await harness.query(`delete from stored_secret where path = 'lost'`)
  })
})

describe('Secret files at run time', () => {
  let harness: TestServer
  let server: ServerChildProcess
  let folder: string
  const file = (name: string) => join(folder, name)
  const env = () => ({
    DATABASE_URL: harness.databaseUrl,
    DATA_DIR: join(harness.dataDir, 'command'),
    SECRETS_KEY_FILE: file('secrets-key'),
  })
  beforeAll(async () => {
    harness = await startTestServer()
    folder = join(harness.dataDir, 'secrets')
    mkdirSync(folder)
    writeFileSync(file('secrets-key'), `${OLD}\n`)
    writeFileSync(file('webhook'), 'whsec_first')
    server = await startServerChildProcess(harness, await freePort(), {
      ROLE: 'api',
      SECRETS_KEY: '',
      SECRETS_KEY_FILE: file('secrets-key'),
      STRIPE_WEBHOOK_SECRET: '',
      STRIPE_WEBHOOK_SECRET_FILE: file('webhook'),
    })
  })
  afterAll(async () => {
    await server.kill()
    await harness.close()
  })

  const deliver = async (secret: string): Promise<number> => {
    const body = JSON.stringify(stripeEvent('product.updated', { object: 'product', id: `prod_${randomUUID()}` }))
    const headers = { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, secret) }
    return (await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', headers, body })).status
  }

  it('accepts both webhook secrets, then only the new one; a malformed file changes nothing', async () => {
    expect([await deliver('whsec_first'), await deliver('whsec_second')]).toEqual([200, 400])
    writeFileSync(file('webhook'), 'whsec_first\nwhsec_second\n')
    await eventually(
      () => deliver('whsec_second'),
      (status) => status === 200,
      15_000,
    )
    expect(await deliver('whsec_first')).toBe(200)
    writeFileSync(file('webhook'), 'not a secret')
    expect(await deliver('whsec_first')).toBe(200)
    writeFileSync(file('webhook'), 'whsec_second')
    await eventually(
      () => deliver('whsec_first'),
      (status) => status === 400,
      15_000,
    )
    expect(await deliver('whsec_second')).toBe(200)
  })

  it('rotates the key in the file, reseals, and removes the previous one while the server runs', async () => {
    const served = await deploymentWithAgent({ ...harness, url: server.url })
    const rotated = await runCommand('secrets', ['rotate', '--new-key', '--json'], env())
    expect(rotated).toMatchObject({ code: 0 })
    const { byKey, unopened } = JSON.parse(rotated.stdout) as { byKey: Record<string, number>; unopened: string[] }
    const [first, ...others] = readFileSync(file('secrets-key'), 'utf8').trim().split('\n')
    expect([others, unopened, byKey[keyIdOf(OLD)]]).toEqual([[OLD], [], 0])
    expect(byKey[keyIdOf(first!)]).toBeGreaterThan(0)
    expect(statSync(file('secrets-key')).mode & 0o077).toBe(0)
    expect(rotated.stdout + rotated.stderr).not.toContain(first)

    expect(await runCommand('secrets', ['drop-old', '--json'], env())).toMatchObject({ code: 0 })
    expect(readFileSync(file('secrets-key'), 'utf8').trim()).toBe(first)
    expect((await served.agent.wait(0)).status).toBe(200)
    // A new agent's token is sealed by the new key alone: the server has read the file.
    await deploymentWithAgent({ ...harness, url: server.url })
    const status = await runCommand('secrets', ['status', '--json'], env())
    expect(status).toMatchObject({ code: 0 })
    expect(Object.keys((JSON.parse(status.stdout) as { byKey: object }).byKey)).toEqual([keyIdOf(first!)])
  })

  it('continues an interrupted rotation with its key', async () => {
    const [present] = readFileSync(file('secrets-key'), 'utf8').trim().split('\n')
    const coming = 'a key that is on its way'
    writeFileSync(file('secrets-key'), `${present}\n${coming}\n`)
    writeFileSync(file('secrets-key.incoming'), keyIdOf(coming))
    expect(await runCommand('secrets', ['rotate', '--new-key', '--json'], env())).toMatchObject({ code: 0 })
    expect(readFileSync(file('secrets-key'), 'utf8').trim().split('\n')).toEqual([coming, present])
  })

  it('leaves a key in the environment unchanged and prints the manual steps', async () => {
    const end = await runCommand('secrets', ['rotate', '--new-key', '--json'], {
      ...env(),
      SECRETS_KEY_FILE: '',
      SECRETS_KEY: OLD,
    })
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining('SECRETS_KEY_FILE') as string })
  })
})
