import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import type { PaymentProvider } from '#schema/billing/payment-provider.js'
import { query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { twoWayPageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import type { DriftKind } from '#schema/billing/drift.type.js'
import { ReconciliationReportConnection } from '#schema/billing/reconciliation-report.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { reconciliationReports } from '#services/billing/reconciliation/reconciliation-reports.js'
import type { RequestContext } from '#context/request-context.js'
import { toActor } from '../identity/actor.mapper.js'
import { toListPage } from '../kernel/page.mapper.js'

const REPORTS_PER_PAGE = 20

@ArgsType()
class ReconciliationReportsArgs extends twoWayPageArgs(REPORTS_PER_PAGE) {}

@Resolver()
export class ReconciliationReportsResolver {
  @query(
    'Signed daily reports of reconciliation with their accepted differences, the latest first.',
    () => ReconciliationReportConnection,
    { nullable: true },
  )
  @requires('OPS_READ')
  async reconciliationReports(
    @Ctx() context: RequestContext,
    @Args(() => ReconciliationReportsArgs) args: ReconciliationReportsArgs & PageArgs,
  ): Promise<ReconciliationReportConnection> {
    const page = await reconciliationReports(context, pageRequest(args, REPORTS_PER_PAGE))
    return toListPage(
      page,
      page.items.map(({ report, document }) => ({
        __typename: 'ReconciliationReport' as const,
        day: report.day,
        runCount: report.runs.length,
        openCount: report.open_count,
        acceptedDifferences: report.accepted_differences.map((accepted) => ({
          __typename: 'AcceptedDifference' as const,
          provider: accepted.provider as PaymentProvider,
          kind: accepted.kind.toUpperCase() as DriftKind,
          object: accepted.object,
          acceptedBy: toActor(accepted.accepted_by),
          reason: accepted.reason,
          acceptedAt: new Date(accepted.accepted_at),
          acceptedUntil: accepted.accepted_until === null ? null : new Date(accepted.accepted_until),
        })),
        keyId: document.key_id,
        document,
      })),
    )
  }
}
