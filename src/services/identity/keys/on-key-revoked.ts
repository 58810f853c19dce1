import type { IdentityContext } from '../caller.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { recheckAccess } from '../guard/recheck-access.js'

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

/** True if a key may still be used. What the configuration lets in is no row, and holds as long as the process. */
export const isKeyActive = async ({ database }: Pick<IdentityContext, 'database'>, keyId: string): Promise<boolean> =>
  !keyId.startsWith('key_') ||
  (await database.row(`select 1 from service_key where id = $1 and revoked_at is null`, [keyId])) !== undefined
