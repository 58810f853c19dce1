import { createPrivateKey, createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** PayPal's name of its signature algorithm. */
export const AUTH_ALGO = 'SHA256withRSA'

/** Data that a signature covers. */
export interface Transmission {
  id: string
  time: string
  webhookId: string
}

/** The text that is signed: the body takes part by its CRC32 only, as an unsigned decimal. */
export function signedText({ id, time, webhookId }: Transmission, body: string): string {
  return `${id}|${time}|${webhookId}|${crc32(body)}`
}

/** Returns the signature of a delivery for its header. */
export function signTransmission(transmission: Transmission, body: string, key: string): string {
  return createSign('RSA-SHA256').update(signedText(transmission, body)).sign(keyObject(key), 'base64')
}

const keyObjects = new Map<string, KeyObject>()

/** Reading a key takes longer than signing with it. There are two keys in a process: that of the chain and the foreign one. */
function keyObject(pem: string): KeyObject {
  const known = keyObjects.get(pem) ?? createPrivateKey(pem)
  keyObjects.set(pem, known)
  return known
}

/** True if a signature was made with the key of a certificate. */
export function isSignedBy(certificate: string, transmission: Transmission, body: string, signature: string): boolean {
  return createVerify('RSA-SHA256').update(signedText(transmission, body)).verify(certificate, signature, 'base64')
}

let foreign: string | undefined

/** A key that no certificate of ours belongs to; for deliveries that are signed wrongly on purpose. */
export function foreignKey(): string {
  foreign ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
  return foreign
}
