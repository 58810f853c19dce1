import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { localTokenVerifier, type TokenVerifier } from '#services/identity/tokens/token-verifier.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const VALID = {
  sub: 'usr_1',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada',
  roles: ['admin'],
  cid: 'com_1',
  crole: 'member',
}
const REQUIRED = ['sub', 'email']
const WRONG: Readonly<Record<keyof typeof VALID, readonly unknown[]>> = {
  sub: [1, '', {}, ['a'], 'x'.repeat(201), '\0'],
  email: [1, '', {}, 'x'.repeat(321)],
  email_verified: [1, 'yes', {}],
  name: [1, {}, 'x'.repeat(201)],
  roles: ['admin', [1], {}],
  cid: ['', {}, 1.5, true],
  crole: ['owner', 1],
}
/** Characters of Unicode's class Cc, and both separators of lines and paragraphs. */
const CONTROLS = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  0x2028,
  0x2029,
].map((code) => String.fromCodePoint(code))

describe('claims of a user token', () => {
  let verify: TokenVerifier
  let sign: (claims: Record<string, unknown>) => Promise<string>
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const [issuer, audience] = ['https://id.example.com', 'stackgate']
    verify = localTokenVerifier({ keys: [key] }, { issuer, audience, timers: systemTimers })
    sign = (claims) =>
      new SignJWT({ iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .sign(privateKey)
  })

  const problemOf = async (claims: Record<string, unknown>): Promise<string> => {
    const error: unknown = await verify(await sign(claims)).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof AppError)) return 'accepted'
    expect(error.code).toBe('INVALID_TOKEN')
    return error.message
  }

  it('are read if all are right', async () => {
    expect(await verify(await sign(VALID))).toMatchObject({ subject: 'usr_1', organization: { externalId: 'com_1' } })
    expect(await verify(await sign({ ...VALID, cid: 7 }))).toMatchObject({ organization: { externalId: '7' } })
  })

  it.each(Object.keys(VALID))('name %s if it is missing or wrong, and not the other', async (name) => {
    for (const value of WRONG[name as keyof typeof VALID])
      expect([value, await problemOf({ ...VALID, [name]: value })]).toEqual([
        value,
        expect.stringMatching(new RegExp(`^The claim ${name} of the token is wrong: expected [a-z']`)),
      ])
    expect(await problemOf({ ...VALID, [name]: undefined })).toBe(
      REQUIRED.includes(name) ? `The token is missing the claim ${name}.` : 'accepted',
    )
  })

  it('name an expiry that is missing or wrong', async () => {
    expect(await problemOf({ ...VALID, exp: undefined })).toBe('The token is missing the claim exp.')
  })

  it.each(['sub', 'cid', 'email'] as const)('contain no control characters in %s', async (name) => {
    const accepted: string[] = []
    for (const control of CONTROLS)
      for (const text of [`${control}${VALID[name]}`, `${VALID[name]}${control}`, `a${control}${VALID[name]}`])
        if ((await problemOf({ ...VALID, [name]: text })) === 'accepted') accepted.push(JSON.stringify(text))
    expect(accepted).toEqual([])
  })
})
