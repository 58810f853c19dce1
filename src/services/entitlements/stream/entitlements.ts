import { encodeCursor } from '#services/kernel/events/cursor.js'
import { followStream, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Entitlement } from '../snapshot/entitlement.js'
import { evaluateEntitlements } from '../snapshot/evaluate-entitlements.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'

/** Stream of an account's entitlements; `version` is the version of a snapshot taken now. */
export interface EntitlementUpdate extends OpenedStream {
  readonly version: number
}

/**
 * Emits every change of an account's entitlements to permitted callers: after a cursor, or from the current version of
 * the account.
 */
export async function entitlements(
  context: CatalogContext,
  request: { accountId?: string | null; after?: string | null },
): Promise<EntitlementUpdate> {
  const { id, version } = await requireAccount(context, request.accountId, 'entitlements:read')
  // Follows from a version before or at that of the snapshot: a change in between is emitted twice rather than never.
  const after = request.after ?? encodeCursor(id, version)
  const stream = followStream(context, { streamId: id, version, after, wants: (event) => event.changesEntitlements })
  return { ...untilAccessRevoked(context, id, 'entitlements:read', stream), version }
}

/** Current entitlements of an account, with the version of each. */
export async function currentEntitlements(context: CatalogContext, accountId: string): Promise<Entitlement[]> {
  const catalog = context.catalog.current()
  const snapshot = await loadSnapshot(context.database, catalog, accountId, context.clock.now())
  return snapshot ? evaluateEntitlements(catalog, snapshot) : []
}
