/**
 * Decides which statements also return the current state of outdated accounts. A conflict then costs one statement
 * instead of two, but each statement costs more: its plan has a branch for every part of a snapshot.
 */
export interface ConflictHistory {
  /** True if one of the last statements found an outdated account. */
  isExpected(): boolean
  /** Records whether a statement found an outdated account. */
  record(hasConflict: boolean): void
}

/** Number of statements after a conflict that return the current state. Without other writers there are no conflicts. */
const STATEMENTS_AFTER_CONFLICT = 8

export function createConflictHistory(): ConflictHistory {
  let remaining = 0
  return {
    isExpected: () => remaining > 0,
    record: (hasConflict) => {
      remaining = hasConflict ? STATEMENTS_AFTER_CONFLICT : Math.max(0, remaining - 1)
    },
  }
}
