import { generateKeyPair, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { CertificateChain } from './chain.js'
import { bits, identifier, marked, markedText, octets, sequence, set, small, text, time, yes } from './der.js'

const DAY = 24 * 60 * 60 * 1000
const YEARS = 10
const newKeys = promisify(generateKeyPair)

/** The name that PayPal's own certificate for messages carries. */
export const LEAF_NAME = 'messageverificationcerts.sandbox.paypal.com'

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

interface Certificate {
  readonly serialNumber: number
  readonly name: string
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
}

/** A root, an intermediate that it signed, and a leaf that signs webhooks, all valid for ten years from yesterday. */
export async function makeChain(now = new Date()): Promise<CertificateChain> {
  const [rootKeys, intermediateKeys, leafKeys]: [Keys, Keys, Keys] = await Promise.all([
    newKeys('ec', { namedCurve: 'P-256' }),
    newKeys('ec', { namedCurve: 'P-256' }),
    newKeys('rsa', { modulusLength: 2048 }),
  ])
  const root = 'Stackgate Sandbox Root'
  const intermediate = 'Stackgate Sandbox Intermediate'
  const signed = (certificate: Certificate, issuer: string, key: KeyObject) =>
    pem('CERTIFICATE', signedBy(certificate, { issuer, key, now }))
  return {
    root: signed(
      { serialNumber: 1, name: root, publicKey: rootKeys.publicKey, extensions: ofAuthority(1) },
      root,
      rootKeys.privateKey,
    ),
    intermediate: signed(
      { serialNumber: 2, name: intermediate, publicKey: intermediateKeys.publicKey, extensions: ofAuthority(0) },
      root,
      rootKeys.privateKey,
    ),
    leaf: signed(
      { serialNumber: 3, name: LEAF_NAME, publicKey: leafKeys.publicKey, extensions: OF_LEAF },
      intermediate,
      intermediateKeys.privateKey,
    ),
    leafKey: leafKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

/** ECDSA with SHA-256. */
const SIGNATURE = sequence(identifier('1.2.840.10045.4.3.2'))

/** A certificate of version 3 (RFC 5280, section 4.1). */
function signedBy(
  { serialNumber, name, publicKey, extensions }: Certificate,
  { issuer, key, now }: { readonly issuer: string; readonly key: KeyObject; readonly now: Date },
): Buffer {
  const content = sequence(
    marked(0, small(2)),
    small(serialNumber),
    SIGNATURE,
    named(issuer),
    sequence(time(new Date(now.getTime() - DAY)), time(new Date(now.getTime() + YEARS * 365 * DAY))),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    marked(3, sequence(...extensions)),
  )
  return sequence(content, SIGNATURE, bits(sign('sha256', content, key)))
}

/** Common name and organization. */
const named = (name: string): Buffer =>
  sequence(
    set(sequence(identifier('2.5.4.3'), text(name))),
    set(sequence(identifier('2.5.4.10'), text('Stackgate Sandbox'))),
  )

const extension = (id: string, value: Buffer, isCritical = true): Buffer =>
  sequence(identifier(id), ...(isCritical ? [yes()] : []), octets(value))

const BASIC_CONSTRAINTS = '2.5.29.19'
const KEY_USAGE = '2.5.29.15'

/** Signs certificates and lists of revoked ones, with at most so many authorities below it. */
const ofAuthority = (pathLength: number): readonly Buffer[] => [
  extension(BASIC_CONSTRAINTS, sequence(yes(), small(pathLength))),
  extension(KEY_USAGE, bits(Buffer.from([0b0000_0110]), 1)),
]

/** Signs messages, as a server and as a client. */
const OF_LEAF: readonly Buffer[] = [
  extension(BASIC_CONSTRAINTS, sequence()),
  extension(KEY_USAGE, bits(Buffer.from([0b1000_0000]), 7)),
  extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1'), identifier('1.3.6.1.5.5.7.3.2')), false),
  extension('2.5.29.17', sequence(markedText(2, LEAF_NAME)), false),
]

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replaceAll(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`
