import { encodeCursor } from '../../kernel/events/cursor.js'
import { followStream, type OpenedStream } from '../../kernel/events/follow-stream.js'
import { requireAccount } from '../../identity/guard/guard.js'
import { untilAccessRevoked } from '../../identity/guard/until-access-revoked.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import type { Entitlement } from './entitlement.js'
import { evaluateEntitlements } from './evaluate-entitlements.js'
import { loadSnapshot } from './load-snapshot.js'

/** The rights of an account as they change; `version` is where a snapshot taken now belongs. */
export interface EntitlementUpdate extends OpenedStream {
  readonly version: number
}

/** Every change of an account's rights, for whoever may read them: after a cursor, else from the account's present version on. */
export async function followEntitlements(
  context: CatalogContext,
  request: { accountId?: string | null; after?: string | null },
): Promise<EntitlementUpdate> {
  const { id, version } = await requireAccount(context, request.accountId, 'entitlements:read')
  // Followed from the version that the snapshot is read at or after: a change in between is told twice rather than never.
  const after = request.after ?? encodeCursor(id, version)
  const stream = followStream(context, { streamId: id, version, after, wants: (event) => event.changesRights })
  return { ...untilAccessRevoked(context, id, 'entitlements:read', stream), version }
}

/** An account's rights as they are now, each with the version that it describes. */
export async function currentEntitlements(context: CatalogContext, accountId: string): Promise<Entitlement[]> {
  const catalog = context.catalog.current()
  const facts = await loadSnapshot(context.database, catalog, accountId, context.clock.now())
  return facts ? evaluateEntitlements(catalog, facts) : []
}
