import type { ReconcileInput } from '#schema/billing/reconciliation.type.js'
import { sql } from 'kysely'
import type { Drift, ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import { findAccount } from '#services/identity/accounts/account-reference.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { createWebhookReceiver } from '#services/kernel/inbox/receive-webhook.js'
import { choiceMessage, onlyProvider } from '#services/billing/model/choose-provider.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import {
  findCheckoutDrift,
  findMissingEvents,
  findSubscriptionDrift,
  type Compared,
  type Finding,
} from './find-drift.js'
import { acceptedDrift } from './money/accepted-drift.js'
import { DRIFT_KINDS, SAFE_KINDS } from './decide-drift.js'
import { describeDrift } from './describe-drift.js'
import { noteChecked, type Report } from './note-drift.js'
import { publishRun } from './publish-run.js'
import { attempt, heal, UNTOUCHED } from './heal.js'
import { findMoneyDrift } from './money/find-money-drift.js'
import { healMoney } from './money/heal-money.js'
import { MONEY_DRIFT_KINDS } from './money/money-drift.js'
import type { MoneyTotals } from './money/money-totals.js'
import { Stopped, untilStopped } from './until-stopped.js'

/** Default range for events and checkouts: the longest retry of a provider is three days. */
const DEFAULT_HOURS = 72

/** Days of money that are compared by default: a month's renewals and what follows them. */
export const MONEY_DAYS = 35

/** Scope of a run. */
export interface RunPlan {
  readonly scope: ReconciliationRunRow['scope']
  readonly since: Date
  readonly until: Date
  /** Start of the period whose money is compared. */
  readonly moneySince: Date
  /** Null for all accounts. */
  readonly accountId: string | null
  /** `SAFE` heals what reading the provider again heals, and takes nothing away. */
  readonly heal: 'ALL' | 'SAFE' | 'NONE'
  readonly requestedBy: string | null
  /** Returns true once the server stops. Not set: the run does not end before its end. */
  readonly isStopping?: () => boolean
}

/** Maximum wait for the report. A longer run continues in the background and is found by its ID. */
export const PATIENCE_MS = 20_000

/** Compares a provider with what we have, now, for an operator: everything, since a moment. A repeated call returns the first run. */
export async function reconcile(
  context: BillingContext,
  request: ReconcileInput,
): Promise<ReconciliationRunRow | Denied> {
  const { from: since, to: until, heal, idempotencyKey } = request
  const now = context.clock.now()
  const name = request.provider ?? onlyProvider(context)
  const port = name && context.providers[name]
  const [first, ...rest] = issuesOf(context, request, now)
  if (first || !port) return denied(refusedInput([first!, ...rest]))
  const accountId = request.accountId ? await idOfAccount(context, request.accountId) : null
  const plan = {
    scope: accountId ? 'STATE' : 'ALL',
    since: since ?? new Date(now.getTime() - DEFAULT_HOURS * 3_600_000),
    until: until && until < now ? until : now,
    moneySince: since ?? new Date(now.getTime() - MONEY_DAYS * 24 * 3_600_000),
    accountId,
    heal: heal ? 'ALL' : 'NONE',
    requestedBy: context.caller.principal,
  } as const
  let begun = false
  const run = await runIdempotent<ReconciliationRunRow>(context.database, {
    scope: idempotencyScope(context.caller, '', 'reconcile', idempotencyKey),
    request: { provider: port.provider, since, until, accountId, heal: plan.heal },
    execute: async (transaction) => {
      const value = await beginRun(transaction, port, plan)
      begun = true
      return { value, reference: { __typename: 'ReconciliationRun', id: value.id } }
    },
    replay: ({ query }, { id }) =>
      query.selectFrom('reconciliation_run').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  })
  if ('kind' in run || !begun) return run
  const report = finishRun(context, port, plan, run)
  return Promise.race([report, context.timers.delay(PATIENCE_MS, { ref: false }).then(() => run)])
}

function issuesOf(context: BillingContext, { provider, from, to }: ReconcileInput, now: Date): InputIssue[] {
  const issue = (field: string, message: string): InputIssue => ({
    path: [field],
    code: 'INVALID_PARAMETERS',
    message,
  })
  const name = provider ?? onlyProvider(context)
  return [
    ...(name ? [] : [{ ...issue('provider', choiceMessage(context)), code: 'PROVIDER_CHOICE_REQUIRED' as const }]),
    ...(!name || context.providers[name]
      ? []
      : [issue('provider', `${name} is not configured on this server (it has ${whoIs(context)}).`)]),
    ...(from && from > now ? [issue('from', 'from must not be in the future.')] : []),
    ...(from && to && from > to ? [issue('to', 'to must be after from.')] : []),
  ]
}

/** An unknown account is an error: a reconciliation without any of its money would find no differences. */
async function idOfAccount({ database }: BillingContext, reference: string): Promise<string> {
  const account = await findAccount(database, reference)
  if (!account) throw new AppError('NOT_FOUND', 'Account not found.', { details: { field: 'accountId' } })
  return account.id
}

const whoIs = ({ providers }: BillingContext): string => Object.keys(providers).join(' and ') || 'no provider'

/** One run, from its row to its report. Throws `Stopped` if the server stops before its end. */
export async function runReconciliation(
  context: BillingContext,
  port: PaymentPort,
  plan: RunPlan,
): Promise<ReconciliationRunRow> {
  const stoppable = plan.isStopping ? untilStopped(port, plan.isStopping) : port
  return finishRun(context, stoppable, plan, await beginRun(context.database, port, plan))
}

async function beginRun(database: Sql, port: PaymentPort, plan: RunPlan): Promise<ReconciliationRunRow> {
  const isOfEvents = plan.scope === 'EVENTS'
  return database.query
    .insertInto('reconciliation_run')
    .values({
      id: database.newId('rcn'),
      provider: port.provider,
      scope: plan.scope,
      requestedBy: plan.requestedBy,
      drift: jsonb([]),
      subjectAccount: plan.accountId,
      since: isOfEvents ? null : plan.moneySince,
      until: isOfEvents ? null : plan.until,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * A provider that stops answering ends the run with what was found until then, and the reason. A subscription that cannot be compared
 * is a reason as well, and the run continues.
 */
async function finishRun(
  context: BillingContext,
  port: PaymentPort,
  plan: RunPlan,
  { id }: ReconciliationRunRow,
): Promise<ReconciliationRunRow> {
  const report: Report = { checked: 0, drift: [], found: 0, healed: 0, totals: [], failure: null }
  const ended = await compareAll(context, port, plan, report).then(
    () => null,
    (error: Error) => error,
  )
  if (ended instanceof Stopped && report.found === 0) {
    await context.database.query.deleteFrom('reconciliation_run').where('id', '=', id).execute()
    throw ended
  }
  const reason = (ended ?? report.failure)?.message ?? null
  if (!plan.accountId) measure(context, port, report.drift, plan.scope)
  if (report.found > 0 || reason)
    context.log.error({ run: id, found: report.found, healed: report.healed, reason }, 'reconciliation found drift')
  const finished = await context.database.transaction(async (transaction) => {
    const run = await transaction.query
      .updateTable('reconciliation_run')
      .set({
        finishedAt: sql`now()`,
        checked: report.checked,
        drift: jsonb(report.drift),
        found: report.found,
        healed: report.healed,
        error: reason,
        totals: jsonb(report.totals),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await publishRun(transaction, run, report.found)
    return run
  })
  if (ended instanceof Stopped) throw ended
  return finished
}

/** A repair that has begun is completed; none begins once the server stops. */
const isHealing = ({ heal: which, isStopping }: RunPlan): boolean => which !== 'NONE' && !isStopping?.()

async function compareAll(context: BillingContext, port: PaymentPort, plan: RunPlan, report: Report): Promise<void> {
  const receiver = createWebhookReceiver(context)
  const accepted = await acceptedDrift(context.database, port.provider, context.clock.now())
  const gather = async (compare: () => AsyncIterable<Compared>) => {
    const found: Finding[] = []
    for await (const { checked, findings, failure = null } of compare()) {
      report.checked += checked
      report.failure ??= failure
      found.push(...findings.filter((one) => !accepted.has(one)))
    }
    // Unpaid subscriptions end first: otherwise the paid one would look like a duplicate.
    found.sort(
      (left, right) => Number(right.kind === 'extra_subscription') - Number(left.kind === 'extra_subscription'),
    )
    const noted: Drift[] = []
    for (const finding of found) {
      const { kind, object, ours, theirs } = finding
      const mayHeal = isHealing(plan) && (plan.heal === 'ALL' || SAFE_KINDS.has(kind))
      const healed = mayHeal
        ? await attempt(context, finding, (within) => heal(within, port, receiver, finding))
        : UNTOUCHED
      // An event that is missing is taken in within the hour; it waits for no operator.
      const action = kind === 'missing_event' ? null : ('APPLY' as const)
      noted.push({
        kind,
        object,
        ours,
        theirs,
        ...healed,
        description: describeDrift(finding),
        accountId: null,
        action,
      })
    }
    await noteChecked(report, noted, async function* () {
      for await (const { findings, uncompared, failure = null } of compare()) {
        report.failure ??= failure
        yield { found: findings, uncompared }
      }
    })
  }
  if (plan.scope !== 'EVENTS' && !plan.accountId) {
    await gather(() => findCheckoutDrift(context, port, plan))
    await gather(() => findSubscriptionDrift(context, port))
  }
  if (plan.scope !== 'EVENTS') await compareMoney(context, port, plan, report)
  // Last: a missing event is reported even if an earlier comparison has healed its object.
  if (plan.scope !== 'STATE') await gather(() => findMissingEvents(context, port, plan))
}

/** After subscriptions and checkouts: what they have healed is recorded then. */
async function compareMoney(context: BillingContext, port: PaymentPort, plan: RunPlan, report: Report): Promise<void> {
  const period = await port.moneyWindow({ since: plan.moneySince, until: plan.until }, context.clock.now())
  const { accountId: only } = plan
  const compare = (totals: MoneyTotals) => findMoneyDrift({ context, port, period, totals, only })
  const noted: Drift[] = []
  for await (const { checked, differences } of compare(report.totals)) {
    report.checked += checked
    for (const { safe, ...difference } of differences) {
      const mayHeal = isHealing(plan) && safe
      const healed = mayHeal
        ? await attempt(context, difference, (within) => healMoney(within, port, difference))
        : UNTOUCHED
      noted.push({ ...difference, ...healed })
    }
  }
  await noteChecked(report, noted, async function* () {
    for await (const { differences } of compare([])) yield { found: differences }
  })
}

/** Remaining drift by kind. Zero if there is none, so that alerts end. */
function measure(context: BillingContext, port: PaymentPort, drift: readonly Drift[], scope: RunPlan['scope']): void {
  const ofScope = (kind: string) => scope === 'ALL' || (kind === 'missing_event') === (scope === 'EVENTS')
  for (const kind of [...DRIFT_KINDS, ...MONEY_DRIFT_KINDS].filter(ofScope))
    context.metrics.reconciliationDrift.set(
      { provider: port.provider, kind },
      drift.filter((one) => one.kind === kind && !one.healed).length,
    )
}
