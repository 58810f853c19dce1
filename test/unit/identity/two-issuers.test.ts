import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose'
import { localTokenVerifier, verifierByIssuer } from '#services/identity/tokens/token-verifier.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

async function newIssuer(issuer: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: issuer }] }
  const sign = (stated = issuer) =>
    new SignJWT({ email: `ann@${issuer}.example` })
      .setProtectedHeader({ alg: 'ES256', kid: issuer })
      .setSubject('ann')
      .setIssuer(stated)
      .setAudience('api')
      .setExpirationTime('1h')
      .sign(privateKey)
  return { sign, verify: localTokenVerifier(keys, { issuer, audience: 'api', timers: systemTimers }) }
}

describe('Two issuers side by side', () => {
  it('each verify their own tokens, and no tokens in the name of the other', async () => {
    const [sandbox, provider] = [await newIssuer('sandbox'), await newIssuer('provider')]
    const verify = verifierByIssuer('sandbox', sandbox.verify, provider.verify)
    expect(await verify(await sandbox.sign())).toMatchObject({ email: 'ann@sandbox.example' })
    expect(await verify(await provider.sign())).toMatchObject({ email: 'ann@provider.example' })
    for (const token of [await sandbox.sign('provider'), await provider.sign('sandbox'), 'nonsense', ''])
      await expect(verify(token)).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
  })
})
