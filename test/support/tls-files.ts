import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralName,
} from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY = 86_400_000

/** A private authority, and a certificate that it has made; all as PEM. */
export interface TlsFiles {
  readonly authority: string
  readonly certificate: string
  readonly key: string
  /** Another certificate of the same authority, as of a client. */
  issue(subject: string, names?: JsonGeneralName[]): Promise<{ certificate: string; key: string }>
}

export async function makeTlsFiles(names: JsonGeneralName[]): Promise<TlsFiles> {
  const validity = {
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 30 * DAY),
    signingAlgorithm: ALGORITHM,
  }
  const keys = await newKeys()
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      serialNumber: '01',
      name: 'CN=Authority of the tests',
      keys,
      extensions: [new BasicConstraintsExtension(true)],
    },
    webcrypto,
  )
  let serial = 1
  const issue: TlsFiles['issue'] = async (subject, of = []) => {
    const own = await newKeys()
    const certificate = await X509CertificateGenerator.create(
      {
        ...validity,
        serialNumber: `0${++serial}`,
        subject,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: of.length > 0 ? [new SubjectAlternativeNameExtension(of)] : [],
      },
      webcrypto,
    )
    return { certificate: certificate.toString('pem'), key: await pemOf(own.privateKey) }
  }
  return { authority: authority.toString('pem'), ...(await issue('CN=database', names)), issue }
}

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${bytes.replaceAll(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`
}
