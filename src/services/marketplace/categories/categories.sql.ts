import { statement } from '#services/kernel/database/statement.js'

/** Renames codes that other IDs receive, so that two IDs can swap their codes. Returns the renamed categories and the ID that receives the code. */
export const releaseCodes = statement<
  { ids: readonly string[]; codes: readonly string[] },
  { id: string; receiverId: string }
>(`
  update category c
  set code = c.code || ' ' || c.id
  from unnest(:ids::text[], :codes::text[]) as received (id, code)
  where c.code = received.code and c.id <> received.id
  returning c.id, received.id as receiver_id
`)
