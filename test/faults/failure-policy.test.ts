import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entitlementService, newAccount, type EntitlementService } from '../support/entitlements.js'
import { startTestServerBehindProxy, type TestServerBehindProxy } from '../support/test-server-behind-proxy.js'
import { eventually, type TestServer } from '../support/test-server.js'

describe('entitlements during an outage of the store', () => {
  let opened: TestServerBehindProxy
  let server: TestServer
  let service: EntitlementService
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
  beforeAll(async () => {
    const text = readFileSync('catalogs/agileforge.yaml', 'utf8')
    const changed = text.replace(/(ai_stories:\s*\{[^}]*?),?\s*\}/, '$1, on_failure: open }')
    expect(changed).not.toBe(text)
    writeFileSync(join(folder, 'catalog.yaml'), changed)
    opened = await startTestServerBehindProxy({ env: { CATALOG: join(folder, 'catalog.yaml') } })
    server = opened.server
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it("follow each feature's policy and name it in the result; nothing is counted, and keys work afterwards", async () => {
    const accountId = await newAccount(server)
    const ask = async (feature: string) => {
      const { data, errors } = await server.graphql<{ check: object } | null>(
        `query ($id: ID!, $feature: String!) { check(accountId: $id, feature: $feature) { allowed appliedFailurePolicy entitlement { used } } }`,
        { id: accountId, feature },
        service.key,
      )
      return data?.check ?? errors?.[0]?.extensions
    }
    const take = async (key: string) => {
      const { data } = await server.graphql<{ consume: object }>(
        `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id amount appliedFailurePolicy taken { amount } entitlement { used } } } }`,
        { input: { accountId, feature: 'ai_stories' }, key: key },
        service.key,
      )
      return data.consume
    }
    const member = await server.token('member@example.com')
    const own = async (feature: string, of: string | null = null) => {
      const { data, errors } = await server.graphql<{ check: object } | null>(
        `query ($id: ID, $feature: String!) { check(accountId: $id, feature: $feature) { allowed appliedFailurePolicy } }`,
        { id: of, feature },
        member,
      )
      return data?.check ?? errors?.[0]?.extensions['code']
    }
    expect(await own('ai_stories')).toEqual({ allowed: true, appliedFailurePolicy: null })
    expect(await ask('ai_stories')).toEqual({ allowed: true, appliedFailurePolicy: null, entitlement: { used: 0 } })
    expect(await take('before')).toMatchObject({ appliedFailurePolicy: null, entitlement: { used: 1 } })
    const askOverRest = async (feature: string) => {
      const body = { account_id: accountId, feature }
      const answer = await server.rest('POST', '/api/v1/entitlements/check', { token: service.key, body })
      return [answer.status, answer.body]
    }
    expect(await askOverRest('ai_stories')).toEqual([
      200,
      expect.not.objectContaining({ decided_by: expect.anything() }),
    ])
    await opened.proxy.cut()
    expect(await askOverRest('ai_stories')).toMatchObject([200, { allowed: true, decided_by: 'open' }])
    expect(await askOverRest('projects')).toMatchObject([200, { allowed: false, decided_by: 'closed' }])
    expect(await ask('ai_stories')).toEqual({ allowed: true, appliedFailurePolicy: 'OPEN', entitlement: null })
    expect(await ask('projects')).toEqual({ allowed: false, appliedFailurePolicy: 'CLOSED', entitlement: null })
    expect(await take('away')).toMatchObject({
      amount: 1,
      appliedFailurePolicy: 'OPEN',
      taken: [],
      entitlement: { used: 1 },
    })
    // A member's own question follows the policy too; one about another account fails.
    expect(await own('ai_stories')).toEqual({ allowed: true, appliedFailurePolicy: 'OPEN' })
    expect(await own('projects')).toEqual({ allowed: false, appliedFailurePolicy: 'CLOSED' })
    expect(await own('ai_stories', accountId)).toBe('UNAVAILABLE')
    const closed = await service.raw('allocate', { accountId, feature: 'projects', resourceId: 'p' })
    expect(closed.code).toBe('UNAVAILABLE')
    await opened.proxy.mend()
    await eventually(
      () => ask('ai_stories'),
      (check) => (check as { appliedFailurePolicy?: string | null }).appliedFailurePolicy === null,
    )
    expect(await take('away')).toMatchObject({ appliedFailurePolicy: null, entitlement: { used: 2 } })
    expect(await take('before')).toMatchObject({ appliedFailurePolicy: null, entitlement: { used: 2 } })
  })
})
