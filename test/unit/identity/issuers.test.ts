import { hkdfSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EncryptJWT, exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { issuersVerifier, type TokenVerifier } from '#services/identity/tokens/token-verifier.js'
import { readIssuers } from '#services/kernel/config/issuers.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { checkToken } from '#services/identity/tokens/check-token.js'

const SECRET = 'a-shared-secret-with-more-than-32-characters'
const now = () => Math.floor(Date.now() / 1000)

let keySets: Server
let origin: string
let keys: Awaited<ReturnType<typeof generateKeyPair>> & { publicText: string }

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  keys = { ...pair, publicText: await exportSPKI(pair.publicKey) }
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  keySets = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })))
  await new Promise<void>((resolve) => keySets.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(keySets.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => keySets.close(resolve)))

/** Verifies by the entries of an issuers file. */
function verifierOf(entries: readonly object[]): TokenVerifier {
  const file = join(mkdtempSync(join(tmpdir(), 'issuers-')), 'issuers.json')
  writeFileSync(file, JSON.stringify({ issuers: entries }))
  const problems: string[] = []
  const issuers = readIssuers({ AUTH_ISSUERS: file }, { SHARED_SECRET: SECRET }, problems)
  expect(problems).toEqual([])
  return issuersVerifier(issuers, systemTimers)
}

const sign = (payload: JWTPayload, header: object = {}): Promise<string> =>
  new SignJWT({ iat: now(), exp: now() + 60, ...payload })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(keys.privateKey)

const signWithSecret = (payload: JWTPayload, secret = SECRET): Promise<string> =>
  new SignJWT({ iat: now(), exp: now() + 60, ...payload })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))

function encrypt(payload: JWTPayload, cookieName = '__Secure-authjs.session-token', secret = SECRET): Promise<string> {
  const info = `Auth.js Generated Encryption Key (${cookieName})`
  const key = new Uint8Array(hkdfSync('sha256', secret, cookieName, info, 64))
  return new EncryptJWT({ iat: now(), exp: now() + 60, jti: 'j', ...payload })
    .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512', kid: 'thumbprint' })
    .encrypt(key)
}

async function problemOf(verify: TokenVerifier, token: string): Promise<string> {
  const thrown: unknown = await verify(token).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AppError)) return 'accepted'
  expect(thrown.message).not.toContain(token)
  return `${thrown.code}: ${thrown.message}`
}

describe('Issuers of user tokens', () => {
  it.each([
    [
      'clerk, version 2',
      { preset: 'clerk', authorizedParties: ['https://app.example.com'] },
      {
        sub: 'user_1',
        azp: 'https://app.example.com',
        sid: 'sess_1',
        v: 2,
        fva: [1, -1],
        o: { id: 'org_1', rol: 'admin', slg: 'acme' },
      },
      {
        subject: 'user_1',
        email: '',
        organization: { kind: 'TEAM', externalId: 'org_1', name: 'acme', role: 'ADMIN' },
      },
    ],
    [
      'clerk, version 1',
      { preset: 'clerk' },
      { sub: 'user_1', azp: 'https://app.example.com', org_id: 'org_1', org_role: 'org:member', org_slug: 'acme' },
      { organization: { externalId: 'org_1', role: 'MEMBER' } },
    ],
    [
      'auth0',
      {
        preset: 'auth0',
        audience: 'https://api.example.com',
        claims: { roles: 'https://app.example.com/roles' },
        roles: { staff: 'admin' },
      },
      {
        sub: 'auth0|1',
        aud: ['https://api.example.com', 'https://t.auth0.com/userinfo'],
        org_id: 'org_1',
        'https://app.example.com/roles': ['staff', 'root'],
      },
      { subject: 'auth0|1', roles: ['admin'], organization: { externalId: 'org_1', role: 'MEMBER' } },
    ],
    [
      'better-auth',
      { preset: 'better-auth' },
      { sub: 'u1', id: 'u1', email: 'ann@example.com', emailVerified: false, name: 'Ann', role: 'admin', image: null },
      { subject: 'u1', email: 'ann@example.com', emailVerified: false, name: 'Ann', roles: [], organization: null },
    ],
    [
      'workos',
      { preset: 'workos', jwksUrl: 'KEYS' },
      {
        sub: 'user_1',
        sid: 'session_1',
        org_id: 'org_1',
        role: 'owner',
        roles: ['owner'],
        permissions: ['posts:read'],
      },
      { organization: { externalId: 'org_1', role: 'OWNER' }, roles: [] },
    ],
    [
      'firebase',
      { preset: 'firebase', jwksUrl: 'KEYS', audience: 'project' },
      {
        sub: 'f1',
        user_id: 'f1',
        aud: 'project',
        auth_time: now() - 60,
        email: 'ann@example.com',
        email_verified: true,
        firebase: { sign_in_provider: 'password' },
      },
      { subject: 'f1', email: 'ann@example.com', organization: null },
    ],
    [
      'keycloak',
      { preset: 'keycloak', audience: 'account', roles: { operator: 'admin' } },
      {
        sub: 'k1',
        aud: 'account',
        azp: 'web',
        preferred_username: 'ann',
        email: 'ann@example.com',
        realm_access: { roles: ['operator', 'admin'] },
        organization: { acme: {} },
      },
      { name: 'ann', roles: ['admin'], organization: { externalId: 'acme', role: 'MEMBER' } },
    ],
    [
      'supabase with keys',
      { preset: 'supabase' },
      {
        sub: 's1',
        aud: 'authenticated',
        role: 'authenticated',
        email: 'ann@example.com',
        user_metadata: { full_name: 'Ann' },
        app_metadata: { provider: 'email' },
      },
      { subject: 's1', name: 'Ann', roles: [] },
    ],
  ])('reads a token of %s', async (_, entry, payload, expected) => {
    const jwksUrl = `${origin}/keys`
    const issuer = 'https://id.example.com'
    const verify = verifierOf([{ ...entry, issuer, jwksUrl }])
    expect(await verify(await sign({ iss: issuer, ...payload }))).toMatchObject(expected)
  })

  it('reads tokens of supabase with its shared secret, and none of a key that is no user', async () => {
    const issuer = 'https://p.supabase.co/auth/v1'
    const verify = verifierOf([{ preset: 'supabase', issuer, secretFrom: 'SHARED_SECRET' }])
    const user = { iss: issuer, sub: 's1', aud: 'authenticated', role: 'authenticated', email: 'ann@example.com' }
    expect(await verify(await signWithSecret(user))).toMatchObject({ subject: 's1' })
    for (const role of ['anon', 'service_role'])
      expect(await problemOf(verify, await signWithSecret({ ...user, role }))).toBe(
        `INVALID_TOKEN: The claim role of the token is wrong: expected 'authenticated', and it is "${role}".`,
      )
    expect(await problemOf(verify, await signWithSecret(user, `${SECRET}!`))).toContain('signature')
  })

  it('opens sessions of Auth.js with the secret and the cookie of the application', async () => {
    const verify = verifierOf([{ preset: 'authjs', secretFrom: 'SHARED_SECRET' }])
    const session = { sub: 'a1', name: 'Ann', email: 'ann@example.com', picture: null }
    expect(await verify(await encrypt(session))).toMatchObject({ subject: 'a1', email: 'ann@example.com', name: 'Ann' })
    expect(await problemOf(verify, await encrypt(session, 'authjs.session-token'))).toContain('cannot be decrypted')
    const local = verifierOf([{ preset: 'authjs', secretFrom: 'SHARED_SECRET', cookieName: 'authjs.session-token' }])
    expect(await local(await encrypt(session, 'authjs.session-token'))).toMatchObject({ subject: 'a1' })
    expect(await problemOf(local, await encrypt({ ...session, exp: now() - 60 }, 'authjs.session-token'))).toContain(
      'TOKEN_EXPIRED',
    )
  })

  it('names the customer of an application', async () => {
    const issuer = 'https://id.example.com'
    const verify = verifierOf([{ preset: 'auth0', issuer, jwksUrl: origin, claims: { customer: 'app.customer' } }])
    expect(await verify(await sign({ iss: issuer, sub: 'u', app: { customer: 42 } }))).toMatchObject({
      customerId: '42',
    })
  })

  it('keeps the users and organizations of two issuers apart', async () => {
    const entries = ['one', 'two'].map((name, index) => ({
      preset: 'clerk',
      issuer: `https://${name}.example.com`,
      jwksUrl: origin,
      ...(index > 0 ? { prefix: name } : {}),
    }))
    const verify = verifierOf(entries)
    const payload = { sub: 'u', o: { id: 'org' } }
    expect(await verify(await sign({ iss: 'https://one.example.com', ...payload }))).toMatchObject({
      subject: 'u',
      organization: { externalId: 'org' },
    })
    expect(await verify(await sign({ iss: 'https://two.example.com', ...payload }))).toMatchObject({
      subject: 'two|u',
      organization: { externalId: 'two|org' },
    })
    expect(await problemOf(verify, await sign({ iss: 'https://three.example.com', ...payload }))).toBe(
      `INVALID_TOKEN: The claim iss of the token is wrong: expected 'https://one.example.com' or 'https://two.example.com', and it is "https://three.example.com".`,
    )
  })

  describe('refuse an attack', () => {
    const issuer = 'https://id.example.com'
    const user = { iss: issuer, sub: 'u', aud: 'api', azp: 'https://app.example.com' }
    let verify: TokenVerifier
    beforeAll(() => {
      verify = verifierOf([
        {
          preset: 'clerk',
          issuer,
          jwksUrl: origin,
          audience: ['api', 'other'],
          authorizedParties: 'https://app.example.com',
        },
      ])
    })

    const unsigned = (payload: object): string =>
      [{ alg: 'none' }, { iat: now(), exp: now() + 60, ...payload }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
        .concat('.')

    it.each<[string, () => Promise<string> | string, string]>([
      ['without a signature', () => unsigned(user), 'INVALID_TOKEN'],
      [
        'signed with the public key as a secret',
        () => signWithSecret(user, keys.publicText),
        'The algorithm HS256 of the token is not allowed',
      ],
      ['with the ID of a key that is a path', () => sign(user, { kid: '../../dev/null' }), 'is not in the key set'],
      [
        'with the address of other keys',
        () => sign({ ...user, sub: undefined }, { jku: 'https://evil.example' }),
        'missing the claim sub',
      ],
      [
        'with an extension that is critical',
        () => sign(user, { crit: ['x'], x: 1 }).catch(() => 'a.b.c'),
        'INVALID_TOKEN',
      ],
      ['of another issuer', () => sign({ ...user, iss: 'https://evil.example' }), 'The claim iss'],
      [
        'for another audience',
        () => sign({ ...user, aud: ['api2'] }),
        `The claim aud of the token is wrong: expected 'api' or 'other', and it is ["api2"].`,
      ],
      ['without an audience', () => sign({ ...user, aud: undefined }), 'missing the claim aud'],
      ['of another application', () => sign({ ...user, azp: 'https://evil.example' }), 'The claim azp'],
      ['that is not valid yet', () => sign({ ...user, nbf: now() + 60 }), 'The claim nbf'],
      ['that has expired', () => sign({ ...user, exp: now() - 6 }), 'TOKEN_EXPIRED'],
      ['without an end', () => sign({ ...user, exp: undefined }), 'missing the claim exp'],
      ['whose subject is an object', () => sign({ ...user, sub: { a: 1 } as never }), 'claim sub'],
    ])('%s', async (_, token, problem) => {
      expect(await problemOf(verify, await token())).toContain(problem)
    })

    it('and accept a list of audiences with one that is expected, and a clock that differs by seconds', async () => {
      expect(await verify(await sign({ ...user, aud: ['x', 'other'] }))).toMatchObject({ subject: 'u' })
      expect(await verify(await sign({ ...user, exp: now() - 2, nbf: now() + 2 }))).toMatchObject({ subject: 'u' })
      expect(
        await verify(await sign(user, { jku: 'https://evil.example', x5u: 'https://evil.example' })),
      ).toMatchObject({ subject: 'u' })
    })
  })

  it.each([
    ['a preset that does not exist', [{ preset: 'okta' }], 'issuers.0.preset'],
    ['no key', [{ preset: 'workos', issuer: 'https://api.workos.com' }], 'jwksUrl is missing'],
    ['a secret that is not set', [{ preset: 'supabase', secretFrom: 'OTHER' }], 'OTHER is not set'],
    ['a secret that is short', [{ preset: 'supabase', secretFrom: 'SHORT' }], 'at least 32 characters'],
    ['a session without a secret', [{ preset: 'authjs' }], 'secretFrom is missing'],
    [
      'two issuers without a prefix',
      [
        { preset: 'clerk', issuer: 'https://a.example' },
        { preset: 'clerk', issuer: 'https://b.example' },
      ],
      'prefix of its own',
    ],
    ['a field that does not exist', [{ preset: 'clerk', issuer: 'https://a.example', audiences: [] }], 'audiences'],
  ])('report %s', (_, entries, expected) => {
    const file = join(mkdtempSync(join(tmpdir(), 'issuers-')), 'issuers.yaml')
    writeFileSync(file, JSON.stringify({ issuers: entries }))
    const problems: string[] = []
    readIssuers({ AUTH_ISSUERS: file }, { SHORT: 'short' }, problems)
    expect(problems.join('\n')).toContain(expected)
  })

  it('are those of the file on the page about sign-in', () => {
    const [, text = ''] = /```yaml\n([^]*?)```/.exec(readFileSync('docs/sign-in.md', 'utf8')) ?? []
    const file = join(mkdtempSync(join(tmpdir(), 'issuers-')), 'issuers.yaml')
    writeFileSync(file, text)
    const problems: string[] = []
    expect(readIssuers({ AUTH_ISSUERS: file }, { SUPABASE_JWT_SECRET: SECRET }, problems)).toHaveLength(2)
    expect(problems).toEqual([])
  })

  it('are explained claim by claim', async () => {
    const issuer = 'https://id.example.com'
    const verify = verifierOf([{ preset: 'clerk', issuer, jwksUrl: origin }])
    const findings = await checkToken(verify, await sign({ iss: issuer, sub: 'u', o: { id: 'org', rol: 'admin' } }))
    expect(findings.map(({ found }) => found)).toEqual([
      'the token is signed with RS256, by the key one',
      'the user is u, with the account person:u',
      'the token has no email address',
      'the token has no name',
      'the current account is team:org, as ADMIN',
      'the token has no role',
      'the token names no customer',
      expect.stringMatching(/^the token is valid until 20/),
    ])
    const wrong = await checkToken(verify, await sign({ iss: issuer, sub: 7 as never }))
    expect(wrong.at(-1)).toMatchObject({ status: 'problem', found: expect.stringContaining('claim sub') })
    expect(await checkToken(verify, 'sk_live_x')).toMatchObject([{ status: 'problem' }, { status: 'problem' }])
    expect(await checkToken(null, 'x')).toMatchObject([{ status: 'problem' }])
  })
})
