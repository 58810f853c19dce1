import { hkdfSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { EncryptJWT, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import { issuersVerifier, type TokenVerifier } from '#services/identity/tokens/token-verifier.js'
import { ISSUER_PRESETS } from '#services/kernel/config/issuer-presets.js'
import { readIssuers } from '#services/kernel/config/issuers.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { IDENTITY_PRODUCTS, type DocumentedToken, type IdentityProduct } from '#test/support/identity-tokens.js'

const SECRET = 'a-shared-secret-with-more-than-32-characters'
const COOKIE = '__Secure-authjs.session-token'
const now = () => Math.floor(Date.now() / 1000)
type Pair = Awaited<ReturnType<typeof generateKeyPair>>

let server: Server
let keySet: { readonly status?: number; readonly keys: readonly JWK[] }
let origin: string
let pair: Pair

const jwkOf = async (key: Pair, members: object = {}): Promise<JWK> => ({
  ...(await exportJWK(key.publicKey)),
  use: 'sig',
  ...members,
})

beforeAll(async () => {
  pair = await generateKeyPair('ES256', { extractable: true })
  server = createServer((_, response) => {
    response.statusCode = keySet.status ?? 200
    response.end(JSON.stringify({ keys: keySet.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(async () => {
  keySet = { keys: [await jwkOf(pair, { kid: 'one', alg: 'ES256' })] }
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

function read(entries: readonly object[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'issuers-')), 'issuers.json')
  writeFileSync(file, JSON.stringify({ issuers: entries }))
  const problems: string[] = []
  const issuers = readIssuers({ AUTH_ISSUERS: file }, { SHARED_SECRET: SECRET }, problems)
  return { issuers, problems }
}

function verifierOf({ preset, issuer, entry }: IdentityProduct, more: object = {}): TokenVerifier {
  const keys = preset === 'authjs' ? {} : { issuer, jwksUrl: origin }
  const { issuers, problems } = read([{ preset, ...keys, ...entry, ...more }])
  expect(problems).toEqual([])
  return issuersVerifier(issuers, systemTimers)
}

type Key = Pair['privateKey'] | Uint8Array

const sign = (payload: object, header: object = {}, key: Key = pair.privateKey): Promise<string> =>
  new SignJWT({ iat: now() - 1, exp: now() + 60, ...payload })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
    .sign(key)

function encrypt(payload: object, enc = 'A256CBC-HS512'): Promise<string> {
  const length = enc === 'A256GCM' ? 32 : 64
  const key = hkdfSync('sha256', SECRET, COOKIE, `Auth.js Generated Encryption Key (${COOKIE})`, length)
  return new EncryptJWT({ iat: now() - 1, exp: now() + 60, ...payload })
    .setProtectedHeader({ alg: 'dir', enc })
    .encrypt(new Uint8Array(key))
}

/** A token of the product with the claims, in its own form. */
const tokenOf = ({ preset, issuer }: IdentityProduct, claims: object, header?: object): Promise<string> =>
  preset === 'authjs' ? encrypt(claims) : sign({ iss: issuer, ...claims }, header)

async function problemOf(verify: TokenVerifier, token: string): Promise<string> {
  try {
    await verify(token)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.code}: ${error.message}`
  }
}

/** IDs as products make them. */
const anId = fc.stringMatching(/^[A-Za-z0-9-]{4,40}$/)
const personOf = (product: IdentityProduct): DocumentedToken => Object.values(product.persons)[0]!
const withKeySet = IDENTITY_PRODUCTS.filter(({ preset }) => preset !== 'authjs')

/** The claims with a value at a path. */
function withClaim(claims: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const dot = path.indexOf('.')
  if (dot < 0) return { ...claims, [path]: value }
  const [name, rest] = [path.slice(0, dot), path.slice(dot + 1)]
  return { ...claims, [name]: withClaim((claims[name] as Record<string, unknown> | undefined) ?? {}, rest, value) }
}

describe('Tokens of identity products', () => {
  it('are listed for every preset of a product', () => {
    const presets = Object.keys(ISSUER_PRESETS).filter((preset) => preset !== 'stackgate')
    expect(IDENTITY_PRODUCTS.map(({ preset }) => preset).toSorted()).toEqual(presets.toSorted())
  })

  describe.each(IDENTITY_PRODUCTS.map((product) => [product.preset, product] as const))('of %s', (_, product) => {
    it('open the account of a person', async () => {
      const verify = verifierOf(product)
      for (const { claims, header } of Object.values(product.persons))
        await fc.assert(
          fc.asyncProperty(anId, async (id) => {
            const known = await verify(await tokenOf(product, claims(id), header))
            expect(known).toMatchObject({ subject: claims(id)['sub'], email: claims(id)['email'] ?? '', roles: [] })
          }),
          { numRuns: 15 },
        )
    })

    it('are refused with the claim if they belong to a machine or serve another purpose', async () => {
      const verify = verifierOf(product)
      for (const [name, { claims, header, because }] of Object.entries(product.refused))
        await fc.assert(
          fc.asyncProperty(anId, async (id) => {
            const problem = await problemOf(verify, await tokenOf(product, claims(id), header))
            expect([name, problem]).toEqual([
              name,
              expect.stringMatching(/^INVALID_TOKEN: The (claim|header parameter) /),
            ])
            expect(problem).toContain(` ${because} of the token is wrong: expected`)
          }),
          { numRuns: 10 },
        )
    })

    it('open the account of a guest without an address', async () => {
      const verify = verifierOf(product)
      for (const { claims, header } of Object.values(product.guests ?? {}))
        expect(await verify(await tokenOf(product, claims('guest-1'), header))).toMatchObject({
          subject: 'guest-1',
          email: '',
          emailVerified: false,
        })
    })

    it('are refused with the claim if the ID is empty or no text', async () => {
      const verify = verifierOf(product)
      const noText = fc.oneof(
        fc.constantFrom('', ' ', '\u00a0', 'undefined', 'null', 'NaN', '[object Object]'),
        fc.stringMatching(/^\s{1,5}$/),
        fc.constantFrom(0, 7, true, [], {}, ['a']),
      )
      await fc.assert(
        fc.asyncProperty(noText, async (sub) => {
          const claims = { ...personOf(product).claims('x'), sub }
          expect(await problemOf(verify, await tokenOf(product, claims))).toMatch(/^INVALID_TOKEN: The claim sub /)
        }),
        { numRuns: 20 },
      )
    })

    it('need no address', async () => {
      const verify = verifierOf(product)
      for (const email of ['', null, undefined])
        expect(await verify(await tokenOf(product, { ...personOf(product).claims('x'), email }))).toMatchObject({
          email: '',
        })
    })

    it('are refused with the claim if their times are not those of a session', async () => {
      const verify = verifierOf(product)
      const person = personOf(product).claims('x')
      await fc.assert(
        fc.asyncProperty(fc.double({ min: 1e13, max: 1e300, noNaN: true }), async (exp) => {
          expect(await problemOf(verify, await tokenOf(product, { ...person, exp }))).toMatch(
            /^INVALID_TOKEN: The claim exp of the token is wrong/,
          )
        }),
        { numRuns: 10 },
      )
      for (const exp of [undefined, null, 'soon'])
        expect(await problemOf(verify, await tokenOf(product, { ...person, exp }))).toContain('claim exp')
      expect(await problemOf(verify, await tokenOf(product, { ...person, exp: now() - 120 }))).toContain(
        'TOKEN_EXPIRED',
      )
    })

    it('have the highest of several roles in the organization', async () => {
      if (!product.roleIn) return
      const { claim, with: others } = product.roleIn
      const verify = verifierOf(product)
      const ranks = ['OWNER', 'ADMIN', 'MEMBER']
      const roles = fc.array(fc.constantFrom('owner', 'admin', 'member', 'editor', 'org:admin'), { maxLength: 5 })
      const form = fc.constantFrom<(given: readonly string[]) => unknown>(
        (given) => given,
        (given) => given.join(','),
        (given) => given.join(', '),
      )
      await fc.assert(
        fc.asyncProperty(roles, form, async (given, write) => {
          const has = given.map((role) => role.replace('org:', '').toUpperCase())
          const expected = ranks.find((rank) => has.includes(rank)) ?? 'MEMBER'
          const claims = withClaim({ ...others, sub: 'user_1' }, claim, write(given))
          const known = await verify(await tokenOf(product, claims))
          expect([given, known.organization?.role]).toEqual([given, expected])
        }),
        { numRuns: 30 },
      )
    })

    it('never take roles or IDs from a claim that users write themselves', () => {
      const fields = ['subject', 'email', 'emailVerified', 'roles', 'organization', 'organizationRole', 'customer']
      const keys = product.preset === 'authjs' ? {} : { issuer: product.issuer, jwksUrl: origin }
      for (const field of fields)
        for (const claim of product.selfWritten)
          for (const names of [claim, ['trusted', claim]]) {
            const { problems } = read([
              {
                preset: product.preset,
                ...keys,
                ...product.entry,
                claims: { [field]: names },
                roles: { staff: 'admin' },
              },
            ])
            expect(problems).toEqual([expect.stringContaining(`claims.${field}: users write the claim ${claim} `)])
          }
      for (const claims of [{ name: product.selfWritten }, { roles: 'app_metadata.roles', customer: 'customer_id' }])
        expect(read([{ preset: product.preset, ...keys, ...product.entry, claims }]).problems).toEqual([])
    })
  })

  it.each(withKeySet.map((product) => [product.preset, product] as const))(
    'of %s are refused without an application if applications are configured',
    async (_, product) => {
      const verify = verifierOf(product, { authorizedParties: ['web', 'https://app.example.com'] })
      const { azp: _azp, client_id: _client, ...claims } = personOf(product).claims('x')
      expect(await problemOf(verify, await tokenOf(product, claims))).toContain('missing the claim azp')
      expect(await problemOf(verify, await tokenOf(product, { ...claims, azp: 'evil' }))).toContain('The claim azp')
      expect(await problemOf(verify, await tokenOf(product, { ...claims, azp: 'web' }))).toBe('accepted')
    },
  )

  it.each([
    ['clerk', 'iat', [3600]],
    ['firebase', 'iat', [3600, null]],
    ['firebase', 'auth_time', [3600, null]],
  ])('of %s have a claim %s in the past', async (preset, claim, wrong) => {
    const product = IDENTITY_PRODUCTS.find((one) => one.preset === preset)!
    const verify = verifierOf(product)
    for (const ahead of wrong) {
      const value = ahead === null ? undefined : now() + ahead
      const problem = await problemOf(
        verify,
        await tokenOf(product, { ...personOf(product).claims('x'), [claim]: value }),
      )
      expect(problem).toMatch(new RegExp(`^INVALID_TOKEN: .* claim ${claim}\\b`))
    }
  })

  it.each(['A256CBC-HS512', 'A256GCM'])(
    'of Auth.js are opened with %s, until 15 seconds after their end',
    async (enc) => {
      const verify = verifierOf(IDENTITY_PRODUCTS.find(({ preset }) => preset === 'authjs')!)
      expect(await verify(await encrypt({ sub: 'a1', exp: now() - 10 }, enc))).toMatchObject({ subject: 'a1' })
      expect(await problemOf(verify, await encrypt({ sub: 'a1', exp: now() - 20 }, enc))).toContain('TOKEN_EXPIRED')
    },
  )

  describe('of Keycloak', () => {
    const product = IDENTITY_PRODUCTS.find(({ preset }) => preset === 'keycloak')!
    const person = personOf(product).claims('k1')

    it('have roles of a client whose ID has dots', async () => {
      const dotted = fc.stringMatching(/^[a-z]{1,5}(\.[a-z]{1,5}){0,3}$/)
      await fc.assert(
        fc.asyncProperty(dotted, async (client) => {
          const claims = { roles: `resource_access.${client}.roles` }
          const verify = verifierOf(product, { claims, roles: { operator: 'admin' } })
          const access = { resource_access: { [client]: { roles: ['operator'] }, other: { roles: ['x'] } } }
          expect(await verify(await tokenOf(product, { ...person, ...access }))).toMatchObject({ roles: ['admin'] })
        }),
        { numRuns: 20 },
      )
    })

    it.each<[unknown, object | null]>([
      [['acme'], { externalId: 'acme' }],
      ['acme', { externalId: 'acme' }],
      [{ acme: {} }, { externalId: 'acme', name: 'acme' }],
      [{ acme: { id: '42c3e46f', city: ['x'] } }, { externalId: '42c3e46f', name: 'acme' }],
      [{ acme: { id: '42' }, beta: { id: '43' } }, null],
      [['acme', 'beta'], null],
      [[], null],
    ])('name the organization by its ID, or none of several: %j', async (organization, expected) => {
      const known = await verifierOf(product)(await tokenOf(product, { ...person, organization }))
      if (expected) expect(known.organization).toMatchObject(expected)
      else expect(known.organization).toBeNull()
    })
  })

  it.each([
    ['workos', { act: { sub: 'admin@example.com' } }, 'admin@example.com'],
    ['clerk', { act: { iss: 'https://dashboard.clerk.com', sub: 'user_admin' } }, 'user_admin'],
    ['better-auth', { impersonatedBy: 'admin_1' }, 'admin_1'],
    ['keycloak', { impersonator: { id: 'i', username: 'admin' } }, 'admin'],
  ])('of %s name who acts for the user', async (preset, claims, impersonator) => {
    const product = IDENTITY_PRODUCTS.find((one) => one.preset === preset)!
    const person = personOf(product).claims('x')
    const verify = verifierOf(product)
    expect(await verify(await tokenOf(product, { ...person, ...claims }))).toMatchObject({ impersonator })
    expect(await verify(await tokenOf(product, person))).toMatchObject({ impersonator: null })
  })
})

describe('Keys of an issuer', () => {
  const product = IDENTITY_PRODUCTS.find(({ preset }) => preset === 'keycloak')!
  const person = { iss: product.issuer, ...personOf(product).claims('k1') }

  it('are all tried for a token without the ID of its key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat(3), fc.boolean(), async (count, index, hasIds) => {
        const pairs = await Promise.all(
          Array.from({ length: count }, () => generateKeyPair('ES256', { extractable: true })),
        )
        keySet = {
          keys: await Promise.all(pairs.map((one, at) => jwkOf(one, hasIds ? { kid: `k${at}`, alg: 'ES256' } : {}))),
        }
        const verify = verifierOf(product)
        const signer = pairs[index % count]!.privateKey
        expect(await problemOf(verify, await sign(person, { kid: undefined }, signer))).toBe('accepted')
        const stranger = (await generateKeyPair('ES256')).privateKey
        expect(await problemOf(verify, await sign(person, { kid: undefined }, stranger))).toBe(
          'INVALID_TOKEN: The signature of the token does not match the keys of its issuer.',
        )
      }),
      { numRuns: 8 },
    )
  })

  it('refuse a token of a short RSA key by name, and accept those of the others', async () => {
    const { subtle } = globalThis.crypto
    const short = await subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['sign', 'verify'],
    )
    const long = await generateKeyPair('RS256', { extractable: true })
    const parts = [
      { alg: 'RS256', kid: 'short' },
      { iat: now(), exp: now() + 60, ...person },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = await subtle.sign('RSASSA-PKCS1-v1_5', short.privateKey, Buffer.from(parts.join('.')))
    const weak = [...parts, Buffer.from(signature).toString('base64url')].join('.')
    keySet = {
      keys: [await jwkOf(short, { kid: 'short', alg: 'RS256' }), await jwkOf(long, { kid: 'long', alg: 'RS256' })],
    }
    const verify = verifierOf(product)
    expect(await problemOf(verify, weak)).toBe(
      'INVALID_TOKEN: The key short of the token cannot be used with the algorithm RS256. RSA keys need at least 2048 bits.',
    )
    for (const kid of ['long', undefined])
      expect(await problemOf(verify, await sign(person, { alg: 'RS256', kid }, long.privateKey))).toBe('accepted')
  })

  it('are a shared secret and a key set side by side', async () => {
    const both = verifierOf(product, { secretFrom: 'SHARED_SECRET' })
    const shared = (secret: string) => sign(person, { alg: 'HS256', kid: undefined }, new TextEncoder().encode(secret))
    expect(await problemOf(both, await sign(person))).toBe('accepted')
    expect(await problemOf(both, await shared(SECRET))).toBe('accepted')
    expect(await problemOf(both, await shared(`${SECRET}!`))).toContain('signature')
    expect(await problemOf(verifierOf(product), await shared(SECRET))).toContain('The algorithm HS256')
  })

  it('are unavailable if their address responds with an error, which is no fault of the token', async () => {
    const token = await sign(person)
    for (const status of [500, 404]) {
      keySet = { status, keys: [] }
      expect(await problemOf(verifierOf(product), token)).toMatch(/^UNAVAILABLE: /)
    }
    const down = verifierOf(product, { jwksUrl: 'http://127.0.0.1:1/keys' })
    expect(await problemOf(down, token)).toMatch(/^UNAVAILABLE: /)
  })

  it('of an encrypted session are its secret alone', () => {
    const { problems } = read([{ preset: 'authjs', secretFrom: 'SHARED_SECRET', jwksUrl: origin }])
    expect(problems).toEqual([expect.stringContaining('issuers.0: jwksUrl: an encrypted session has no key set')])
  })
})
