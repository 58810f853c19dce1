import { generateKeyPairSync, sign } from 'node:crypto'
import { createEntitlementsVerifier, EntitlementsTokenError } from '@stackgate/client/edge'
import fc from 'fast-check'

const ISSUER = 'https://billing.example.com/'
const NOW = 1_800_000_000
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }]
const verifier = createEntitlementsVerifier({
  url: ISSUER,
  fetch: () => Promise.resolve(Response.json({ keys })),
  now: () => NOW * 1_000,
})

const HEADER = { alg: 'EdDSA', typ: 'JWT', kid: 'one' }
const CLAIMS = {
  iss: ISSUER,
  sub: 'acc_1',
  customer: '42',
  iat: NOW - 10,
  exp: NOW + 200,
  version: 1,
  revision: 7,
  entitlements: { exports: true, runs: 3 },
}

/** A token that the key of the installation signed, whatever it says. */
function signed(header: object, claims: object): string {
  const content = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${content}.${sign(null, Buffer.from(content), privateKey).toString('base64url')}`
}
const outcome = (token: unknown): Promise<string> =>
  verifier.verify(token as string).then(
    () => 'accepted',
    (error: unknown) => (error instanceof EntitlementsTokenError ? error.code : String(error)),
  )

describe('edge verifier', () => {
  it('accepts what the installation writes', async () => {
    const { accountId, customer } = await verifier.verify(signed(HEADER, CLAIMS))
    expect([accountId, customer]).toEqual(['acc_1', '42'])
    for (const typ of ['jwt', 'application/jwt'])
      expect(await outcome(signed({ ...HEADER, typ }, CLAIMS))).toBe('accepted')
  })

  it('refuses each life above 300 seconds, and each that is no number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.integer({ min: -10, max: 400 }),
          fc.double({ min: 300.001, max: 1e9, noNaN: true }),
          fc.integer({ min: 301 }),
        ),
        fc.integer({ min: 0, max: 200 }),
        async (life, age) => {
          const iat = NOW - age
          const found = await outcome(signed(HEADER, { ...CLAIMS, iat, exp: iat + life }))
          if (life <= 0 || life > 300) expect(found).toBe('MALFORMED')
          else expect(found).toBe(iat + life + 5 < NOW ? 'EXPIRED' : 'accepted')
        },
      ),
    )
    for (const member of ['iat', 'exp'])
      for (const value of [undefined, null, '1', String(NOW + 200), {}, [NOW + 200], true])
        expect(await outcome(signed(HEADER, { ...CLAIMS, [member]: value }))).toBe('MALFORMED')
  })

  it('refuses extensions that must be understood, and tokens of another type or algorithm', async () => {
    const other = fc.jsonValue().filter((value) => !/^"(application\/)?jwt"$/i.test(JSON.stringify(value)))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('crit', 'typ', 'alg'), other, async (name, value) => {
        if (name === 'alg' && value === 'EdDSA') return
        const header = {
          ...HEADER,
          [name]: value,
          ...(name === 'crit' && typeof value === 'string' ? { [value]: 1 } : {}),
        }
        expect(await outcome(signed(header, CLAIMS))).toBe('MALFORMED')
      }),
    )
    for (const typ of ['at+jwt', 'dpop+jwt', 'secevent+jwt', 'JWE', 'logout+jwt'])
      expect(await outcome(signed({ ...HEADER, typ }, CLAIMS))).toBe('MALFORMED')
  })

  it('refuses subjects and entitlements that are none, and what is no token', async () => {
    for (const change of [{ sub: 42 }, { sub: null }, { customer: 42 }, { customer: {} }, { entitlements: null }])
      expect(await outcome(signed(HEADER, { ...CLAIMS, ...change }))).toBe('MALFORMED')
    await fc.assert(fc.asyncProperty(fc.anything(), async (token) => expect(await outcome(token)).toBe('MALFORMED')))
  })
})
