import { json, defineCte, type StatementCte } from './statement-cte.js'

/**
 * The event, the ledger entries and the changed balances: written for every account with the expected version.
 */
export const LEDGER_CTES: readonly StatementCte[] = [
  defineCte(
    'published',
    (change) => (change.event ? [change.event] : []),
    {
      id: ['text', (_row, _change, newId) => newId('evt')],
      type: ['text', (row) => row.type],
      summary: ['text', (row) => row.summary],
      subject_type: ['text', (row) => row.subject?.__typename ?? null],
      subject_id: ['text', (row) => row.subject?.id ?? null],
      data: ['text', (row) => json(row.data)],
      at: ['timestamptz', (_row, change) => change.at],
    },
    (rows) => `published as (
      insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
      select r.proven_id, r.proven_version, r.id, r.proven_id, r.type, r.summary, r.subject_type, r.subject_id, true, r.data::jsonb, r.at
      from ${rows})`,
  ),
  defineCte(
    'relayed',
    (change) => (change.event?.outbox ? [change.event] : []),
    {
      id: ['text', (_row, _change, newId) => newId('obx')],
      type: ['text', (row) => row.type],
      payload: ['text', (row) => json(row.data)],
      at: ['timestamptz', (_row, change) => change.at],
    },
    (rows) => `relayed as (
      insert into outbox_event (id, type, account_id, payload, at)
      select r.id, r.type, r.proven_id, r.payload::jsonb, r.at from ${rows})`,
  ),
  defineCte(
    'entered',
    (change) => change.entries,
    {
      operation_no: ['int', (row) => row.operationNo],
      entry_no: ['int', (row) => row.entryNo],
      kind: ['text', (row) => row.kind],
      feature: ['text', (row) => row.feature],
      grant_id: ['text', (row) => row.grantId],
      window_start: ['timestamptz', (row) => row.windowStart],
      window_end: ['timestamptz', (row) => row.windowEnd],
      amount: ['bigint', (row) => row.amount],
      balance_after: ['bigint', (row) => row.balanceAfter],
      source: ['text', (row) => row.source],
      at: ['timestamptz', (row) => row.at],
      reference: ['text', (row) => row.reference],
      reservation: ['text', (row) => row.reservation],
      mutation: ['text', (row) => row.key?.mutation ?? null],
      principal: ['text', (row) => row.key?.principal ?? null],
      key: ['text', (row) => row.key?.key ?? null],
      request_fingerprint: ['text', (row) => row.key?.request ?? null],
      operation_total: ['bigint', (row) => row.total],
    },
    (rows) => `entered as (
      insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, window_start, window_end, amount, balance_after, source, at,
        reference, reservation, mutation, principal, key, request_fingerprint, operation_total)
      select r.proven_id, r.proven_version, r.operation_no, r.entry_no, r.kind, r.feature, r.grant_id, r.window_start, r.window_end, r.amount, r.balance_after, r.source, r.at,
        r.reference, r.reservation, r.mutation, r.principal, r.key, r.request_fingerprint, r.operation_total
      from ${rows})`,
  ),
  defineCte(
    'begun',
    (change) => change.usage.filter((use) => use.isNew),
    {
      feature: ['text', (row) => row.feature],
      window_start: ['timestamptz', (row) => row.windowStart],
      window_end: ['timestamptz', (row) => row.windowEnd],
      used: ['bigint', (row) => row.used],
      reserved: ['bigint', (row) => row.reserved],
    },
    (rows) => `begun as (
      insert into quota_usage (account_id, window_end, feature, window_start, used, reserved)
      select r.proven_id, r.window_end, r.feature, r.window_start, r.used, r.reserved from ${rows})`,
  ),
  defineCte(
    'counted',
    (change) => change.usage.filter((use) => !use.isNew),
    {
      feature: ['text', (row) => row.feature],
      window_start: ['timestamptz', (row) => row.windowStart],
      window_end: ['timestamptz', (row) => row.windowEnd],
      used: ['bigint', (row) => row.used],
      reserved: ['bigint', (row) => row.reserved],
    },
    (rows) => `counted as (
      update quota_usage u set used = r.used, reserved = r.reserved from ${rows}
      where u.account_id = r.proven_id and u.window_end = r.window_end and u.feature = r.feature and u.window_start = r.window_start)`,
  ),
  defineCte(
    'moved',
    (change) => change.grants,
    {
      id: ['text', (row) => row.id],
      used: ['bigint', (row) => row.used],
      reserved: ['bigint', (row) => row.reserved],
      expired: ['bigint', (row) => row.expired],
      revoked: ['bigint', (row) => row.revoked],
      revoked_at: ['timestamptz', (row) => row.revokedAt],
      usage_period_start: ['timestamptz', (row) => (row.isRecounted ? row.usagePeriodStart : null)],
      used_before_period: ['bigint', (row) => (row.isRecounted ? row.usedBeforePeriod : null)],
      open: ['boolean', (row) => row.open],
    },
    (rows) => `moved as (
      update credit_grant g set used = r.used, reserved = r.reserved, expired = r.expired, revoked = r.revoked,
        revoked_at = r.revoked_at, open = r.open, usage_period_start = coalesce(r.usage_period_start, g.usage_period_start),
        used_before_period = coalesce(r.used_before_period, g.used_before_period)
      from ${rows} where g.id = r.id)`,
  ),
  defineCte(
    'granted',
    (change) => change.newGrants,
    {
      id: ['text', (row) => row.id],
      feature: ['text', (row) => row.feature],
      amount: ['bigint', (row) => row.amount],
      used: ['bigint', (row) => row.used],
      granted_at: ['timestamptz', (row) => row.grantedAt],
      expires_at: ['timestamptz', (row) => row.expiresAt],
      source_kind: ['text', (row) => row.sourceKind],
      source_code: ['text', (row) => row.sourceCode],
      cause_type: ['text', (row) => row.causeType],
      cause_id: ['text', (row) => row.causeId],
      flags: ['text', (row) => json(row.flags)],
    },
    (rows) => `granted as (
      insert into credit_grant (id, account_id, feature, amount, used, granted_at, expires_at, source_kind, source_code, cause_type, cause_id, flags)
      select r.id, r.proven_id, r.feature, r.amount, r.used, r.granted_at, r.expires_at, r.source_kind, r.source_code, r.cause_type, r.cause_id,
        array(select json_array_elements_text(r.flags::json))
      from ${rows})`,
  ),
]
