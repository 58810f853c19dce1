import { archivePeriods } from '../allocations/archive-allocation-periods.sql.js'
import { ENTITLEMENTS_SWEEP } from '../model/entitlements-sweep.js'
import { OVERAGE_INVOICE } from '../model/overage-threshold.js'
import { USE_TEXT_COLUMNS, useTextColumns } from './use-text-columns.js'
import { json, defineCte, type StatementCte } from './statement-cte.js'

/** Holds, allocations, debt and the calendar: written for every account that was proved. */
export const RESERVATION_CTES: readonly StatementCte[] = [
  defineCte(
    'reserved',
    (change) => change.reservations.filter(({ status, version }) => status === 'HELD' && version > change.version),
    {
      operation_no: ['int', (row) => row.operationNo],
      feature: ['text', (row) => row.feature],
      amount: ['bigint', (row) => row.amount],
      parts: ['text', (row) => json(row.parts)],
      terms: ['text', (row) => row.terms && json(row.terms)],
      sub_account_id: ['text', (row) => row.subAccountId],
      user_id: ['text', (row) => row.userId],
      ...USE_TEXT_COLUMNS,
      expires_at: ['timestamptz', (row) => row.expiresAt],
      created_at: ['timestamptz', (row) => row.createdAt],
    },
    ({ rows, account, version }) => `
      insert into reservation (account_id, version, operation_no, feature, amount, status, parts, terms, sub_account_id, user_id, ${useTextColumns()}, expires_at, created_at)
      select ${account}, ${version}, r.operation_no, r.feature, r.amount, 'HELD', r.parts::jsonb, r.terms::jsonb, r.sub_account_id, r.user_id, ${useTextColumns('r.')}, r.expires_at, r.created_at
      from ${rows}`,
  ),
  defineCte(
    'extended',
    (change) => change.reservations.filter(({ status, version }) => status === 'HELD' && version <= change.version),
    {
      version: ['bigint', (row) => row.version],
      operation_no: ['int', (row) => row.operationNo],
      amount: ['bigint', (row) => row.amount],
      parts: ['text', (row) => json(row.parts)],
      terms: ['text', (row) => row.terms && json(row.terms)],
      expires_at: ['timestamptz', (row) => row.expiresAt],
    },
    ({ rows, account }) => `
      update reservation s set amount = r.amount, parts = r.parts::jsonb, terms = r.terms::jsonb, expires_at = r.expires_at
      from ${rows} where s.account_id = ${account} and s.version = r.version and s.operation_no = r.operation_no`,
  ),
  defineCte(
    'closed',
    (change) => change.reservations.filter(({ status, version }) => status !== 'HELD' && version <= change.version),
    {
      version: ['bigint', (row) => row.version],
      operation_no: ['int', (row) => row.operationNo],
      status: ['text', (row) => row.status],
      closed_at: ['timestamptz', (row) => row.closedAt],
    },
    ({ rows, account }) => `
      update reservation s set status = r.status, closed_at = r.closed_at from ${rows}
      where s.account_id = ${account} and s.version = r.version and s.operation_no = r.operation_no`,
  ),
  defineCte(
    'opened_and_closed',
    (change) => change.reservations.filter(({ status, version }) => status !== 'HELD' && version > change.version),
    {
      operation_no: ['int', (row) => row.operationNo],
      feature: ['text', (row) => row.feature],
      amount: ['bigint', (row) => row.amount],
      status: ['text', (row) => row.status],
      parts: ['text', (row) => json(row.parts)],
      terms: ['text', (row) => row.terms && json(row.terms)],
      sub_account_id: ['text', (row) => row.subAccountId],
      user_id: ['text', (row) => row.userId],
      ...USE_TEXT_COLUMNS,
      expires_at: ['timestamptz', (row) => row.expiresAt],
      created_at: ['timestamptz', (row) => row.createdAt],
      closed_at: ['timestamptz', (row) => row.closedAt],
    },
    ({ rows, account, version }) => `
      insert into reservation (account_id, version, operation_no, feature, amount, status, parts, terms, sub_account_id, user_id, ${useTextColumns()}, expires_at, created_at, closed_at)
      select ${account}, ${version}, r.operation_no, r.feature, r.amount, r.status, r.parts::jsonb, r.terms::jsonb, r.sub_account_id, r.user_id, ${useTextColumns('r.')}, r.expires_at, r.created_at, r.closed_at
      from ${rows}`,
  ),
  defineCte(
    'allocated',
    (change) => change.allocations,
    {
      feature: ['text', (row) => row.feature],
      resource_id: ['text', (row) => row.resourceId],
      held: ['boolean', (row) => row.held],
      at: ['timestamptz', (_row, change) => change.at],
    },
    // Only the last operation per resource of a batch is applied. A resource that already has the requested state is
    // unchanged.
    ({ rows, account }) => ({
      kept: archivePeriods(`(select a.* from ${rows} cross join lateral (
        select * from allocation a where r.held and a.account_id = ${account} and a.feature = r.feature and a.resource_id = r.resource_id
        limit 1) a)`),
      allocated: `
      insert into allocation (account_id, feature, resource_id, allocated_at, released_at)
      select ${account}, r.feature, r.resource_id, r.at, case when not r.held then r.at end from ${rows}
      on conflict (account_id, feature, resource_id) do update
        set released_at = case when excluded.released_at is null then null else coalesce(allocation.released_at, excluded.released_at) end,
          allocated_at = case when excluded.released_at is null and allocation.released_at is not null
            then excluded.allocated_at else allocation.allocated_at end`,
    }),
  ),
  defineCte(
    'owed',
    (change) => change.debts,
    { feature: ['text', (row) => row.feature], amount: ['bigint', (row) => row.amount] },
    ({ rows, account }) => `
      insert into credit_debt (account_id, feature, amount) select ${account}, r.feature, r.amount from ${rows}
      on conflict (account_id, feature) do update set amount = excluded.amount`,
  ),
  defineCte(
    'scheduled',
    (change) => [
      ...(change.sweepAt ? [{ kind: ENTITLEMENTS_SWEEP, at: change.sweepAt }] : []),
      ...(change.isOverageDue ? [{ kind: OVERAGE_INVOICE, at: change.at }] : []),
    ],
    {
      id: ['text', (_row, _change, newId) => newId('job')],
      kind: ['text', (row) => row.kind],
      at: ['timestamptz', (row) => row.at],
    },
    // An earlier time that is being processed stays; without its lease it is processed again, and then schedules the
    // next one.
    ({ rows, account }) => `
      insert into scheduled_job (id, kind, key, account_id, run_at, available_at)
      select r.id, r.kind, ${account}, ${account}, r.at, now() from ${rows}
      on conflict on constraint scheduled_job_once do update set run_at = least(scheduled_job.run_at, excluded.run_at), attempts = 0, available_at = excluded.available_at,
        lease_token = null, lease_until = null`,
  ),
]
