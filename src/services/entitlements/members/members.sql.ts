import { statement } from '#services/kernel/database/statement.js'

/** Members without an allocated slot. */
export const uncountedMembers = statement<{ accountId: string; feature: string }, { userId: string }>(`
  select m.user_id as "userId" from member m where m.account_id = :accountId and not exists (
    select from allocation l
    where l.account_id = m.account_id and l.feature = :feature and l.resource_id = m.user_id and l.released_at is null)
`)
