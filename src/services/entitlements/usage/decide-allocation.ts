import { refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { evaluateFeature } from '../model/evaluate-entitlements.js'
import type { AccountDraft } from './account-draft.js'
import type { RequestedOperation, Operation, Outcome } from './usage-operation.js'
import { insufficientUnits, unknownFeature, wrongFeatureKind } from '../model/usage-denials.js'

const RESOURCE_ID = /^[\x21-\x7e]{1,255}$/

/** Counts a named resource against a limit, or gives it back. Twice is once; a limit below what exists blocks new ones and stops nothing. */
export function decideAllocation(
  catalog: CatalogSnapshot,
  draft: AccountDraft,
  operation: Extract<Operation, { kind: 'allocate' | 'deallocate' }>,
  requested: Pick<RequestedOperation, 'held'> & { readonly index: number },
): Outcome {
  const { kind, resourceId } = operation
  const feature = catalog.features.get(operation.feature)
  if (!feature) return denied(unknownFeature(catalog, operation.feature))
  if (feature.kind !== 'LIMIT') return denied(wrongFeatureKind(feature))
  if (catalog.seats.includes(feature.code))
    return denied(
      refused('INVALID_PARAMETERS', `${feature.name} is assigned to members. Use assignSeat and unassignSeat.`, {
        field: 'feature',
      }),
    )
  if (!RESOURCE_ID.test(resourceId))
    return denied(
      refused('INVALID_PARAMETERS', 'resourceId must be 1 to 255 printable ASCII characters.', { field: 'resourceId' }),
    )
  const wanted = kind === 'allocate'
  const decidedHere = draft.allocationOf(feature.code, resourceId)
  // Later operations on the same resource assume the same state.
  const probed = draft.allocationProbes.find(
    (probe) => probe.feature === feature.code && probe.resourceId === resourceId,
  )
  const held = decidedHere ?? probed?.held ?? requested.held ?? !wanted
  if (!probed) draft.allocationProbes.push({ index: requested.index, feature: feature.code, resourceId, held })
  if (held !== wanted) {
    if (wanted && (evaluateFeature(catalog, draft.snapshot, feature).remaining ?? 1) < 1)
      return denied(insufficientUnits(catalog, draft.snapshot, feature, { amount: 1 }))
    draft.allocate(feature.code, resourceId, wanted)
    draft.moved.operations++
  }
  return {
    kind: 'allocation',
    allocation: {
      accountId: draft.snapshot.accountId,
      feature,
      resourceId,
      allocated: wanted,
      snapshot: draft.snapshot,
    },
  }
}
