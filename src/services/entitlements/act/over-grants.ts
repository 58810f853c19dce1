import { isAfter, isBefore } from '../../kernel/clock/moments.js'
import { freeOf } from '../rights/entitlement-sources.js'
import type { Grant, RightsFacts } from '../rights/facts.js'

/** So many used-up grants of a feature stay among the facts; beyond that the oldest leave them. */
const MOST_SPENT = 100

const isEmpty = (grant: Grant): boolean => grant.reserved === 0 && freeOf(grant) === 0

/** Nothing is left or held of it, and nothing of it is shown any more: it was revoked, or has expired. */
const isEnded = (grant: Grant, at: Date): boolean =>
  isEmpty(grant) && (grant.revokedAt !== null || (grant.expiresAt !== null && !isAfter(grant.expiresAt, at)))

/**
 * Pure: the grants of a feature that leave the facts with the next version. One that is used up is a source as long as its use counts: until
 * it expires, or without an end until the period is over in which it was used up. The newest of these stays, so that the feature is still
 * one that the account has bought. `since` is when the present period began; without it no period is known to be over.
 */
export function finishedGrants(facts: RightsFacts, feature: string, since?: Date): Grant[] {
  const ofFeature = facts.grants.filter((grant) => grant.feature === feature)
  const spent = ofFeature.filter((grant) => grant.expiresAt === null && grant.revokedAt === null && isEmpty(grant))
  const isPast = (grant: Grant, index: number) =>
    index < spent.length - 1 &&
    ((since !== undefined && isBefore(grant.countedSince, since)) || index < spent.length - MOST_SPENT)
  return [...ofFeature.filter((grant) => isEnded(grant, facts.at)), ...spent.filter(isPast)]
}

/** The facts of an operation on a feature as they are read from now on. */
export function withoutFinished(facts: RightsFacts, feature: string, since: Date): RightsFacts {
  const finished = new Set(finishedGrants(facts, feature, since))
  return finished.size === 0 ? facts : { ...facts, grants: facts.grants.filter((grant) => !finished.has(grant)) }
}
