import type { UsageReportRow } from '#entities/billing/usage-report.entity.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { ProviderRejected, type ProviderName } from '../providers/port.js'

/** The provider counts an identifier once within a day; a little less is sure. */
const SURE_HOURS = 23

const REPORTS_AT_ONCE = 200

/**
 * Sends what was gathered, one after the other. The attempt is noted before the call, so that a report which a crash left unknown is
 * sent again only as long as the provider would count it once; later it rests as dead, for an operator to compare.
 */
export async function sendUsage(context: BillingContext, provider: ProviderName): Promise<void> {
  let after = ''
  for (;;) {
    const reports = await context.database.rows<UsageReportRow & { customerId: string }>(
      `select r.*, c.customer_id from usage_report r join billing_customer c on c.account_id = r.account_id and c.provider = r.provider
       where r.provider = $1 and r.state in ('PENDING', 'SENDING') and r.id > $2 order by r.id limit $3`,
      [provider, after, REPORTS_AT_ONCE],
    )
    for (const report of reports) await send(context, report)
    if (reports.length < REPORTS_AT_ONCE) return
    after = reports.at(-1)!.id
  }
}

async function send(context: BillingContext, report: UsageReportRow & { customerId: string }): Promise<void> {
  const now = context.clock.now()
  if (report.firstSentAt && now.getTime() - report.firstSentAt.getTime() > SURE_HOURS * 3_600_000)
    return deadLetter(context, report, 'sent once with an unknown result')
  // Two processes can send it concurrently: it has one identifier and is counted once.
  await context.database.run(
    `update usage_report set state = 'SENDING', first_sent_at = coalesce(first_sent_at, $2) where id = $1 and state in ('PENDING', 'SENDING')`,
    [report.id, now],
  )
  try {
    const { id: identifier, meter, customerId, amount, at } = report
    await providerOf(context, report.provider as ProviderName).reportUsage({
      meter,
      customerId,
      amount,
      identifier,
      at,
    })
  } catch (error) {
    if (error instanceof ProviderRejected) return deadLetter(context, report, error.message)
    throw error
  }
  await context.database.run(
    `update usage_report set state = 'SENT', last_error = null where id = $1 and state = 'SENDING'`,
    [report.id],
  )
}

/** A dead letter: it is not sent again by itself. */
export async function deadLetter(
  context: BillingContext,
  { id, accountId }: Pick<UsageReportRow, 'id' | 'accountId'>,
  reason: string,
): Promise<void> {
  context.log.error({ report: id, account: accountId, reason }, 'usage report dead-lettered')
  context.metrics.usageReportsDead.inc()
  await context.database.run(`update usage_report set state = 'DEAD', last_error = $2 where id = $1`, [id, reason])
}
