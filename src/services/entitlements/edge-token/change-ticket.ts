import { isSignedBy, signText } from '#services/kernel/secrets/ed25519.js'
import { tokenKey, tokenKeys, type TokenKeysContext } from './token-keys.js'

const DAY_MS = 86_400_000

/** A ticket that was opened. */
export interface OpenedTicket {
  readonly accountId: string
  /** Machine time in milliseconds since 1970. */
  readonly expiresAt: number
}

const textOf = ({ accountId, expiresAt }: OpenedTicket): string => `changes of ${accountId} until ${expiresAt}`

/**
 * Permits to learn when the entitlements of an account change, not what they are, for one to two days. It is a part of an address, because
 * browsers send no headers for Server-Sent Events. It stays the same for a day, so that a client keeps its connection.
 */
export async function changeTicket(context: TokenKeysContext, accountId: string): Promise<string> {
  const { id, privateKey } = await tokenKey(context)
  const expiresAt = (Math.floor(context.timers.now() / DAY_MS) + 2) * DAY_MS
  const signature = Buffer.from(signText(textOf({ accountId, expiresAt }), privateKey), 'base64').toString('base64url')
  return `${accountId}.${expiresAt}.${id}.${signature}`
}

/** Null for a ticket that is not signed by a current key, or expired. */
export async function openChangeTicket(context: TokenKeysContext, ticket: string): Promise<OpenedTicket | null> {
  const [accountId = '', until, keyId, signature = ''] = ticket.split('.')
  const opened = { accountId, expiresAt: Number(until) }
  const key = (await tokenKeys(context)).find(({ id }) => id === keyId)
  const base64 = Buffer.from(signature, 'base64url').toString('base64')
  const isValid = key !== undefined && isSignedBy(textOf(opened), base64, key.publicKey)
  return isValid && opened.expiresAt > context.timers.now() ? opened : null
}
