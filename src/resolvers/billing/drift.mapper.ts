import type { Drift, DriftKind } from '#schema/billing/drift.type.js'
import type { DriftRow } from '#services/billing/reconciliation/drift-row.js'

export const toDrift = ({ id, drift }: DriftRow): Drift => ({
  __typename: 'Drift',
  id,
  kind: drift.kind.toUpperCase() as DriftKind,
  object: drift.object,
  ours: drift.ours,
  theirs: drift.theirs,
  description: drift.description ?? '',
  accountId: drift.accountId ?? null,
  action: drift.healed || drift.accepted ? null : (drift.action ?? null),
  healed: drift.healed,
  unhealedReason: drift.healed ? null : (drift.unhealedReason ?? null),
  accepted: drift.accepted ?? false,
  acceptedUntil: drift.acceptedUntil ? new Date(drift.acceptedUntil) : null,
})
