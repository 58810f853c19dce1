import type { Context } from '../context/context.js'

/** How long entries are kept. */
export const AUDIT_DAYS = 365
const BATCH = 5_000

/** Deletes entries that are older than what is kept, some at a time. Safe in several processes at once. */
export async function forgetOldAudit({ database }: Pick<Context, 'database'>): Promise<number> {
  let deleted = 0
  for (;;) {
    const some = await database.run(
      `delete from audit_entry where id in (
         select id from audit_entry where minute < now() - make_interval(days => $1) order by minute limit $2)`,
      [AUDIT_DAYS, BATCH],
    )
    deleted += some
    if (some < BATCH) return deleted
  }
}
