import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { EntitlementSource } from '../model/entitlement.js'
import { allowanceSources, grantSource } from '../model/entitlement-sources.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { sourceText } from '../model/deduct-units.js'

/** Source of units that were consumed or reserved earlier: its current state, or the stored fields. */
export function reservationSource(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  feature: FeatureDefinition,
  part: { readonly grantId: string | null; readonly source: string | null },
): EntitlementSource {
  const grant = snapshot.grants.find(({ id }) => id === part.grantId)
  if (grant) return grantSource(catalog, grant)
  const present = allowanceSources(snapshot, feature).find((source) => sourceText(source) === part.source)
  return present ?? writtenSource(part.source ?? '')
}

function writtenSource(text: string): EntitlementSource {
  const [kind, ...code] = text.split(' ')
  return {
    kind: kind as EntitlementSource['kind'],
    code: code.join(' '),
    amount: null,
    unlimited: false,
    expiresAt: null,
    object: null,
  }
}
