import type { AccountSnapshot } from './account-snapshot.js'

/** True if the account pays for a plan of the group by a subscription, even while a complimentary plan is above it. */
export const subscribesTo = (
  { assignments, held }: Pick<AccountSnapshot, 'assignments' | 'held'>,
  groupCode: string,
): boolean =>
  [...assignments, ...held.map(({ assignment }) => assignment)].some(
    (assignment) => assignment?.groupCode === groupCode && assignment.sourceType === 'subscription',
  )
