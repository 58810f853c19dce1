import { dayText } from '#services/kernel/text/readable.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { planWithout } from './comped-plans-of-account.js'

/** Kind of the scheduled job that announces the end of a complimentary plan; its key is the assignment ID. */
export const COMP_NOTICE = 'plan.comp_notice'

const NOTICE_MS = 7 * 86_400_000

/** Seven days before the end, or immediately if less is left. */
export const noticeTime = (until: Date, now: Date): Date =>
  new Date(Math.max(now.getTime(), until.getTime() - NOTICE_MS))

interface CompEnding {
  readonly plan: string
  /** The plan that follows. */
  readonly next: string
  readonly until: Date
}

export const COMP_ENDING_MAIL: MailTexts<CompEnding> = ({ until, ...plans }, write) =>
  contentOf(write, 'compEnding', { ...plans, until: write.day(until) }, 'action.billing')

/** Announces the end of a complimentary plan by an event and an email, once. */
export async function sendCompNotice(due: ScheduledJobRow, context: CatalogContext): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const accountId = due.accountId!
    await lockAccount(transaction, accountId)
    const at = context.clock.now()
    const comp = await transaction.query
      .updateTable('plan_assignment')
      .set({ notifiedAt: at })
      .where('id', '=', due.key)
      .where('accountId', '=', accountId)
      .where('endedAt', 'is', null)
      .where('notifiedAt', 'is', null)
      .where('expiresAt', '>', at)
      .returning(['planVersionId', 'groupCode', 'expiresAt'])
      .executeTakeFirst()
    if (!comp) return
    const catalog = context.catalog.current()
    const plan = catalog.planByVersionId.get(comp.planVersionId)!
    const snapshot = (await loadSnapshot(transaction, catalog, accountId, at))!
    const next = planWithout(catalog, snapshot, comp.groupCode)!
    const until = comp.expiresAt!
    await recordAccountEvent(transaction, accountId, at, {
      type: 'plan.comp_ending',
      outbox: true,
      summary: `${plan.name}, which is free of charge, ends on ${dayText(until)}. ${next.name} follows.`,
      data: { id: due.key, plan: plan.code, until, next: next.code },
    })
    await mailManagers(context, transaction, accountId, COMP_ENDING_MAIL, { plan: plan.name, next: next.name, until })
  })
}
