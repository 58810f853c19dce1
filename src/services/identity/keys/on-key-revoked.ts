import type { IdentityContext } from '../caller.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { recheckAccess } from '../guard/recheck-access.js'

/**
 * Calls `end` once the key of who asks is revoked, on whatever server that happens; what it is asked for over a socket that stays open is
 * then over as well. Others than keys of ours have nothing to watch. Answers how to stop.
 */
export function onKeyRevoked(context: IdentityContext, end: () => void): () => void {
  const { caller } = context
  if (caller.kind !== 'service') return () => undefined
  const look = () => recheckAccess(context, () => isKeyActive(context, caller.keyId), end)
  const stop = context.news.subscribe(KEYS_TOPIC, look)
  // It may have been revoked while the socket was being opened.
  look()
  return stop
}

/** Whether a key may still be used. What the configuration lets in is no row, and holds as long as the process. */
export const isKeyActive = async ({ database }: Pick<IdentityContext, 'database'>, keyId: string): Promise<boolean> =>
  !keyId.startsWith('key_') ||
  (await database.row(`select 1 from service_key where id = $1 and revoked_at is null`, [keyId])) !== undefined
