import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { followStream, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Entitlement } from '../model/entitlement.js'
import { evaluateEntitlements } from '../model/evaluate-entitlements.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'

export interface EntitlementsRequest {
  readonly accountId?: string | null
  readonly after?: string | null
  /** Codes of the features to report. Default: all. */
  readonly features?: readonly string[] | null
}

/**
 * Emits every change of an account's entitlements to permitted callers: after a cursor, or from the current version of
 * the account.
 */
export async function entitlements(context: CatalogContext, request: EntitlementsRequest): Promise<OpenedStream> {
  const { id, version } = await requireAccount(context, request.accountId, 'entitlements:read')
  const features = wantedFeatures(context, request.features)
  // Follows from a version before or at that of the snapshot: a change in between is emitted twice rather than never.
  const after = request.after ?? encodeCursor(id, version)
  const stream = followStream(context, {
    streamId: id,
    accountId: id,
    version,
    after,
    wants: (event) => event.changesEntitlements && concerns(event, features),
  })
  return untilAccessRevoked(context, id, 'entitlements:read', stream)
}

/** The requested features. Null for all; an empty list selects none. Throws if the catalog does not have one of them. */
export function wantedFeatures(
  context: CatalogContext,
  features: readonly string[] | null | undefined,
): ReadonlySet<string> | null {
  if (!features) return null
  const known = context.catalog.current().features
  const unknown = features.find((feature) => !known.has(feature))
  if (unknown !== undefined)
    throw new AppError('BAD_USER_INPUT', `Unknown feature '${unknown}'.`, { details: { field: 'features' } })
  return new Set(features)
}

/** Returns true if an event can change one of the features. Usage names its features; other events can change any feature. */
function concerns({ type, data }: StreamEventRow, features: ReadonlySet<string> | null): boolean {
  const used = type === 'usage.recorded' ? data['features'] : null
  if (!features || !Array.isArray(used)) return true
  return used.some((feature: unknown) => typeof feature === 'string' && features.has(feature))
}

/** Current entitlements of an account, with the version of each. */
export async function currentEntitlements(context: CatalogContext, accountId: string): Promise<Entitlement[]> {
  const catalog = context.catalog.current()
  const snapshot = await loadSnapshot(context.database, catalog, accountId, context.clock.now())
  return snapshot ? evaluateEntitlements(catalog, snapshot) : []
}
