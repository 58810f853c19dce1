import { setTimeout as sleep } from 'node:timers/promises'
import type { Drift, ReconciliationRunRow } from '../../../entities/ops/reconciliation-run.entity.js'
import { requireOperator } from '../../identity/guard/guard.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { newId } from '../../kernel/ids/ids.js'
import { createWebhookReceiver } from '../../kernel/inbox/receive-webhook.js'
import type { PaymentPort, ProviderName } from '../../billing/providers/port.js'
import type { OpsContext } from '../ops-context.js'
import {
  findCheckoutDrift,
  findMissingEvents,
  findSubscriptionDrift,
  type Compared,
  type Finding,
} from './find-drift.js'
import { DRIFT_KINDS } from './decide-drift.js'
import { heal } from './heal.js'

/** How far back events and checkouts are looked through when nobody says: the provider's longest retry is three days. */
const DEFAULT_HOURS = 72

/** A report lists so many differences, and counts the rest. */
const MAX_LISTED = 1_000

export interface ReconcileRequest {
  readonly provider?: ProviderName | null
  /** Business time; events and checkouts since then are compared, subscriptions always all of them. */
  readonly since?: Date | null
  readonly heal?: boolean | null
}

/** What a run compares. */
export interface RunPlan {
  readonly scope: ReconciliationRunRow['scope']
  readonly since: Date
  readonly until: Date
  readonly heal: boolean
  readonly requestedBy: string | null
}

/** An operator waits so long for the report; a longer run goes on by itself and is found by its id. */
const PATIENCE_MS = 20_000

/** Compares a provider with what we have, now, for an operator: everything, since a moment. */
export async function reconcile(context: OpsContext, request: ReconcileRequest): Promise<ReconciliationRunRow> {
  requireOperator(context, 'ops:write')
  const name = request.provider ?? 'STRIPE'
  const port = context.providers[name]
  if (!port)
    throw new AppError('BAD_USER_INPUT', `${name} is not configured on this server (it has ${whoIs(context)}).`, {
      details: { field: 'provider' },
    })
  const now = context.clock.now()
  const since = request.since ?? new Date(now.getTime() - DEFAULT_HOURS * 3_600_000)
  if (since > now) throw new AppError('BAD_USER_INPUT', 'since lies in the future.', { details: { field: 'since' } })
  const plan = {
    scope: 'ALL',
    since,
    until: now,
    heal: request.heal ?? false,
    requestedBy: context.caller.principal,
  } as const
  const run = await beginRun(context, port, plan)
  const report = finishRun(context, port, plan, run)
  return Promise.race([report, sleep(PATIENCE_MS, run, { ref: false })])
}

const whoIs = ({ providers }: OpsContext): string => Object.keys(providers).join(' and ') || 'no provider'

/** One run, from its row to its report. */
export async function runReconciliation(
  context: OpsContext,
  port: PaymentPort,
  plan: RunPlan,
): Promise<ReconciliationRunRow> {
  return finishRun(context, port, plan, await beginRun(context, port, plan))
}

async function beginRun(context: OpsContext, port: PaymentPort, plan: RunPlan): Promise<ReconciliationRunRow> {
  const run = await context.database.row<ReconciliationRunRow>(
    `insert into reconciliation_run (id, provider, scope, requested_by, drift) values ($1, $2, $3, $4, '[]') returning *`,
    [newId('rcn'), port.provider, plan.scope, plan.requestedBy],
  )
  return run!
}

/** A provider that stops answering ends the run with what was found until then, and the reason. */
async function finishRun(
  context: OpsContext,
  port: PaymentPort,
  plan: RunPlan,
  { id }: ReconciliationRunRow,
): Promise<ReconciliationRunRow> {
  const report = { checked: 0, drift: [] as Drift[], found: 0, healed: 0 }
  const why = await compareAll(context, port, plan, report).then(
    () => null,
    (error: Error) => error.message,
  )
  measure(context, port, report.drift, plan.scope)
  if (report.found > 0 || why)
    context.log.error({ run: id, found: report.found, healed: report.healed, why }, 'reconciliation found drift')
  return (await context.database.row<ReconciliationRunRow>(
    `update reconciliation_run set finished_at = now(), checked = $2, drift = $3, healed = $4, why = $5 where id = $1 returning *`,
    [id, report.checked, JSON.stringify(report.drift), report.healed, why],
  ))!
}

interface Report {
  checked: number
  drift: Drift[]
  found: number
  healed: number
}

async function compareAll(context: OpsContext, port: PaymentPort, plan: RunPlan, report: Report): Promise<void> {
  const receiver = createWebhookReceiver(context.database, context.news)
  const gather = async (comparison: AsyncIterable<Compared>) => {
    const found: Finding[] = []
    for await (const { checked, findings } of comparison) {
      report.checked += checked
      found.push(...findings)
    }
    // What nobody pays for ends first: beside it, the one that is paid would look like a second subscription.
    found.sort(
      (left, right) => Number(right.kind === 'extra_subscription') - Number(left.kind === 'extra_subscription'),
    )
    for (const finding of found) {
      const { kind, object, ours, theirs } = finding
      const healed = plan.heal && (await heal(context, port, receiver, finding))
      report.found++
      if (healed) report.healed++
      if (report.drift.length < MAX_LISTED) report.drift.push({ kind, object, ours, theirs, healed })
    }
  }
  if (plan.scope !== 'EVENTS') {
    await gather(findCheckoutDrift(context, port, plan))
    await gather(findSubscriptionDrift(context, port))
  }
  // Last: an event that never arrived is told of, also when the comparison before it has mended what it was about.
  if (plan.scope !== 'STATE') await gather(findMissingEvents(context, port, plan))
}

/** How much drift is left, by kind; zero where all is well, so that an alert ends by itself. */
function measure(context: OpsContext, port: PaymentPort, drift: readonly Drift[], scope: RunPlan['scope']): void {
  const ofScope = (kind: string) => scope === 'ALL' || (kind === 'missing_event') === (scope === 'EVENTS')
  for (const kind of DRIFT_KINDS.filter(ofScope))
    context.metrics.reconciliationDrift.set(
      { provider: port.provider, kind },
      drift.filter((one) => one.kind === kind && !one.healed).length,
    )
}
