import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Account, Check, StartSubscription, UpsertAccount } from '@stackgate/client/documents'
import { SignJWT } from 'jose'
import { issuersVerifier } from '#services/identity/tokens/token-verifier.js'
import { readIssuers } from '#services/kernel/config/issuers.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const SECRET = 'a-shared-secret-with-more-than-32-characters'

describe('Tokens of an identity product', () => {
  let server: TestServer
  beforeAll(async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'issuers-')), 'issuers.yaml')
    writeFileSync(
      file,
      `issuers:
  - preset: clerk
    secretFrom: SECRET
    claims: { customer: customer_id }
`,
    )
    const issuers = readIssuers({ AUTH_ISSUERS: file }, { SECRET }, [])
    server = await startTestServer({
      env: { CATALOG: 'agileforge' },
      app: { verifyToken: issuersVerifier(issuers, systemTimers) },
    })
  })
  afterAll(() => server.close())

  const tokenOf = (claims: Record<string, unknown>) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(SECRET))
  const account = async (claims: Record<string, unknown>) => server.graphql(Account, {}, await tokenOf(claims))

  it('sign in a user without an email address', async () => {
    const { data } = await account({ sub: 'user_1' })
    expect(data.account).toMatchObject({ kind: 'PERSON', externalId: 'user_1', name: 'user_1', viewerRole: 'OWNER' })
    const token = await tokenOf({ sub: 'user_1' })
    const start = async (input: object, key: string) =>
      (
        await server.graphql(
          StartSubscription,
          { input: { plan: 'professional', provider: 'STRIPE', ...input }, key },
          token,
        )
      ).data.startSubscription
    expect(await start({}, 'a')).toMatchObject({ code: 'INVALID_EMAIL' })
    expect(await start({ userEmail: 'ann@example.com' }, 'b')).toMatchObject({ __typename: 'Checkout' })
  })

  it('make a team of an organization, with the roles of the claims', async () => {
    const organization = (rol: string) => ({ o: { id: 'org_1', rol, slg: 'acme' } })
    const owner = await account({ sub: 'user_2', ...organization('owner') })
    expect(owner.data.account).toMatchObject({ kind: 'TEAM', externalId: 'org_1', name: 'acme', viewerRole: 'OWNER' })
    expect((await account({ sub: 'user_3', ...organization('basic') })).data.account!.viewerRole).toBe('MEMBER')
    expect((await account({ sub: 'user_3', ...organization('admin') })).data.account!.viewerRole).toBe('ADMIN')
    expect((await account({ sub: 'user_3' })).data.account).toMatchObject({ kind: 'PERSON' })
  })

  it('of a machine create no user and no account', async () => {
    const counts = () =>
      server.query(`select (select count(*)::int from app_user) users, (select count(*)::int from account) accounts`)
    const before = await counts()
    const { errors } = await account({ sub: 'mch_1', scopes: 'mch_2' })
    expect(errors?.[0]).toMatchObject({
      message:
        'The claim sub of the token is wrong: expected a token of a person for this application, and it is a token of a machine.',
      extensions: { code: 'INVALID_TOKEN' },
    })
    expect(await counts()).toEqual(before)
  })

  it('name who acts for the user in the audit log', async () => {
    const rename = async (claims: object) => {
      const token = await tokenOf({ sub: 'user_9', ...claims })
      await server.graphql('mutation { setLanguage(language: DE) { __typename } }', {}, token)
    }
    await rename({})
    await rename({ act: { iss: 'https://dashboard.clerk.com', sub: 'user_support' } })
    const entries = await server.query<{ details: { impersonator?: string } }>(
      `select details from audit_entry where action = 'mutation.setLanguage' order by id`,
    )
    expect(entries.map(({ details }) => details.impersonator)).toEqual([undefined, 'user_support'])
  })

  it('open the account of the customer that they name, for one user', async () => {
    const key = await server.serviceKey(['accounts:write', 'entitlements:read'])
    const before = await account({ sub: 'user_4', customer_id: '42' })
    expect(before.data.account).toMatchObject({ kind: 'PERSON' })
    await server.graphql(UpsertAccount, { account: 'customer:42', input: { name: 'Acme' } }, key)
    const after = await account({ sub: 'user_4', customer_id: '42' })
    expect(after.data.account).toMatchObject({ kind: 'CUSTOMER', name: 'Acme', viewerRole: 'OWNER' })
    const other = await server.graphql(
      Check,
      { feature: 'ai_stories' },
      await tokenOf({ sub: 'user_5', customer_id: '42' }),
    )
    expect(other.errors?.[0]).toMatchObject({
      message: 'The account of the customer 42 belongs to another user.',
      extensions: { code: 'FORBIDDEN' },
    })
  })
})
