/** Status of a template or of one of its versions. */
export type TemplateStatus =
  | 'DRAFT'
  | 'SUBMITTED'
  | 'UNDER_REVIEW'
  | 'NEEDS_CHANGES'
  | 'APPROVED'
  | 'REJECTED'
  | 'DEPRECATED'

/** A version is written, reviewed and published; it is never deprecated by itself. */
export type VersionStatus = Exclude<TemplateStatus, 'DEPRECATED'>

/** From where each move is allowed, and where it leads; null: the version stays where it is. */
export const VERSION_MOVES = {
  edit: { from: ['DRAFT', 'NEEDS_CHANGES', 'REJECTED'], to: null },
  submit: { from: ['DRAFT', 'NEEDS_CHANGES', 'REJECTED'], to: 'SUBMITTED' },
  withdraw: { from: ['SUBMITTED', 'UNDER_REVIEW'], to: 'DRAFT' },
  startReview: { from: ['SUBMITTED'], to: 'UNDER_REVIEW' },
  approve: { from: ['UNDER_REVIEW'], to: 'APPROVED' },
  requestChanges: { from: ['UNDER_REVIEW'], to: 'NEEDS_CHANGES' },
  reject: { from: ['UNDER_REVIEW'], to: 'REJECTED' },
} satisfies Record<string, { readonly from: readonly VersionStatus[]; readonly to: VersionStatus | null }>

/** Transitions of an open version. */
export type VersionMove = keyof typeof VERSION_MOVES
