import { isAfter } from '../../kernel/clock/moments.js'
import { freeOf } from '../rights/entitlement-sources.js'
import type { Grant, RightsFacts } from '../rights/facts.js'

/** Nothing is left or held of it, and nothing of it is shown any more: what is used up is a source until it expires. */
export const isOver = (grant: Grant, at: Date): boolean =>
  grant.reserved === 0 &&
  freeOf(grant) === 0 &&
  (grant.expiresAt === null || !isAfter(grant.expiresAt, at) || grant.revokedAt !== null)

/** The facts of an operation as they are read from now on: grants of which it used the last are no longer among them. */
export function withoutOver(facts: RightsFacts): RightsFacts {
  const grants = facts.grants.filter((grant) => !isOver(grant, facts.at))
  return grants.length === facts.grants.length ? facts : { ...facts, grants }
}
