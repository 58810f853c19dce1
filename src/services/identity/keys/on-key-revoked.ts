import type { IdentityContext } from '../model/caller.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { recheckAccess } from '../model/recheck-access.js'

/**
 * Calls `end` when the caller's key is revoked in any process, to close sockets that it opened. Does nothing for other
 * callers. Returns a function that stops it.
 */
export function onKeyRevoked(context: IdentityContext, end: () => void): () => void {
  const { caller } = context
  if (caller.kind !== 'service') return () => undefined
  const look = () => recheckAccess(context, () => isKeyActive(context, caller.keyId), end)
  const stop = context.notifier.subscribe(KEYS_TOPIC, look)
  // It may have been revoked while the socket was being opened.
  look()
  return stop
}

/** True if a key can still be used. Keys of the configuration have no row; they are valid until the process ends. */
export const isKeyActive = async ({ database }: Pick<IdentityContext, 'database'>, keyId: string): Promise<boolean> =>
  !keyId.startsWith('key_') ||
  (await database.query
    .selectFrom('service_key')
    .select('id')
    .where('id', '=', keyId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()) !== undefined
