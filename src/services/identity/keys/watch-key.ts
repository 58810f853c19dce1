import type { IdentityContext } from '../model/caller.js'
import { callerEnd, findServiceKey, KEYS_TOPIC } from '../tokens/service-keys.js'
import { recheckAccess } from '../model/recheck-access.js'

/** Changes of the key of a caller that concern its sockets and streams. */
export interface KeyChanges {
  /** The key was revoked, or the secret is no longer accepted. */
  readonly onRevoked: () => void
  /** The end of the secret changed, for example because it was replaced. */
  readonly onEnd: (end: Date | null) => void
}

/**
 * Watches the caller's key, which any process can revoke or rotate, to close sockets that it opened. Does nothing for other
 * callers. Returns a function that stops it.
 */
export function watchKey(context: IdentityContext, { onRevoked, onEnd }: KeyChanges): () => void {
  const { caller } = context
  if (caller.kind !== 'service' || !caller.keyId.startsWith('key_')) return () => undefined
  const look = () =>
    recheckAccess(
      context,
      async () => {
        const row = await findServiceKey(context.database, caller.keyId)
        const end = row && !row.revokedAt ? callerEnd(caller, row) : undefined
        if (end !== undefined) onEnd(end)
        return end !== undefined
      },
      onRevoked,
    )
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
