import type { CapKey } from './cap-rows.js'

/** Prefix of the types of its events and audit entries. */
export const capEvents = ({ isMoney, userId }: Pick<CapKey, 'isMoney' | 'userId'>) =>
  userId !== null ? (isMoney ? 'member_money_cap' : 'member_cap') : isMoney ? 'money_cap' : 'spend_cap'

/** The member of a cap. Caps of the whole account have no such field. */
export const ofMember = (userId: string | null) => (userId === null ? {} : { userId })
