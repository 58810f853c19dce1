import type { TemplateOwnershipRow } from '#entities/marketplace/template-ownership.entity.js'

/** State of an ownership that its cause requires. */
export interface DesiredOwnership {
  /** False: the cause gives it no longer. */
  readonly held: boolean
  readonly suspended: boolean
  readonly expiresAt: Date | null
}

export type OwnershipDecision =
  /** No change is necessary. */
  | 'keep'
  /** The account has it for another cause already. */
  | 'duplicate'
  | 'give'
  | 'change'

/** Pure: transition of an ownership, from its current state and the state that its cause requires. */
export function decideOwnership(
  current: Pick<TemplateOwnershipRow, 'endedAt' | 'suspended' | 'expiresAt'> | null,
  wanted: DesiredOwnership,
  ownedOtherwise: boolean,
): OwnershipDecision {
  if (!current) {
    if (!wanted.held) return 'keep'
    return ownedOtherwise ? 'duplicate' : 'give'
  }
  const same =
    (current.endedAt === null) === wanted.held &&
    (!wanted.held ||
      (current.suspended === wanted.suspended && current.expiresAt?.getTime() === wanted.expiresAt?.getTime()))
  return same ? 'keep' : 'change'
}
