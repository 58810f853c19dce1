// Required by the library. No other code of this process needs it.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { CertificateChain } from './chain.js'

const AUTHORITY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const SIGNER = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
}
const DAY = 24 * 60 * 60 * 1000
const YEARS = 10

/** The name that PayPal's own certificate for messages carries. */
export const LEAF_NAME = 'messageverificationcerts.sandbox.paypal.com'

/** A root, an intermediate that it signed, and a leaf that signs webhooks, all valid for ten years from yesterday. */
export async function makeChain(now = new Date()): Promise<CertificateChain> {
  const [rootKeys, intermediateKeys, leafKeys] = await Promise.all([
    newKeys(AUTHORITY),
    newKeys(AUTHORITY),
    newKeys(SIGNER),
  ])
  const validity = {
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + YEARS * 365 * DAY),
    signingAlgorithm: AUTHORITY,
  }
  const authority = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign // oxlint-disable-line no-bitwise
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      serialNumber: '01',
      name: 'CN=Stackgate Sandbox Root, O=Stackgate Sandbox',
      keys: rootKeys,
      extensions: [new BasicConstraintsExtension(true, 1, true), new KeyUsagesExtension(authority, true)],
    },
    webcrypto,
  )
  const intermediate = await X509CertificateGenerator.create(
    {
      ...validity,
      serialNumber: '02',
      subject: 'CN=Stackgate Sandbox Intermediate, O=Stackgate Sandbox',
      issuer: root.subject,
      publicKey: intermediateKeys.publicKey,
      signingKey: rootKeys.privateKey,
      extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(authority, true)],
    },
    webcrypto,
  )
  const leaf = await X509CertificateGenerator.create(
    {
      ...validity,
      serialNumber: '03',
      subject: `CN=${LEAF_NAME}, O=Stackgate Sandbox`,
      issuer: intermediate.subject,
      publicKey: leafKeys.publicKey,
      signingKey: intermediateKeys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: LEAF_NAME }]),
      ],
    },
    webcrypto,
  )
  return {
    root: root.toString('pem'),
    intermediate: intermediate.toString('pem'),
    leaf: leaf.toString('pem'),
    leafKey: await pemOf(leafKeys.privateKey),
  }
}

type KeyPair = { privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey }

function newKeys(algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${bytes.replaceAll(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`
}
