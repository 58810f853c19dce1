import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { OverageUsage, RatedUsage } from '../model/account-snapshot.js'
import type { NewEntry } from './account-change.js'
import { CAP_CTES } from './cap-ctes.js'
import { USE_TEXT_COLUMNS } from './use-text-columns.js'
import { json, defineCte, type CteColumns, type StatementCte } from './statement-cte.js'

const isPriced = ({ price }: NewEntry): boolean => price !== null

const ENTRY_COLUMNS: CteColumns<NewEntry> = {
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
  ...USE_TEXT_COLUMNS,
  reservation: ['text', (row) => row.reservation],
  mutation: ['text', (row) => row.key?.mutation ?? null],
  principal: ['text', (row) => row.key?.principal ?? null],
  key: ['text', (row) => row.key?.key ?? null],
  request_fingerprint: ['text', (row) => row.key?.request ?? null],
  operation_total: ['bigint', (row) => row.total],
  sub_account_id: ['text', (row) => row.subAccountId],
  user_id: ['text', (row) => row.userId],
  api_key_id: ['text', (row) => row.key?.apiKeyId ?? null],
}

/** Columns of an entry, as a list of SQL. */
const entryColumns = (prefix: string): string =>
  Object.keys(ENTRY_COLUMNS)
    .map((column) => `${prefix}${column}`)
    .join(', ')

const RATED_COLUMNS: CteColumns<RatedUsage> = {
  feature: ['text', (row) => row.feature],
  line: ['text', (row) => row.line],
  window_start: ['timestamptz', (row) => row.windowStart],
  window_end: ['timestamptz', (row) => row.windowEnd],
  quantity: ['bigint', (row) => row.quantity],
  fraction: ['bigint', (row) => row.fraction],
}

const OVERAGE_COLUMNS: CteColumns<OverageUsage> = {
  feature: ['text', (row) => row.feature],
  window_start: ['timestamptz', (row) => row.windowStart],
  window_end: ['timestamptz', (row) => row.windowEnd],
  tariff: ['text', (row) => row.tariff],
  used: ['bigint', (row) => row.used],
  reserved: ['bigint', (row) => row.reserved],
}

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
    ({ rows, account, version }) => `
      insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
      select ${account}, ${version}, r.id, ${account}, r.type, r.summary, r.subject_type, r.subject_id, true, r.data::jsonb, r.at
      from ${rows}`,
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
    ({ rows, account }) => `
      insert into outbox_event (id, type, account_id, payload, at)
      select r.id, r.type, ${account}, r.payload::jsonb, r.at from ${rows}`,
  ),
  defineCte(
    'entered',
    // Nearly always all of them.
    (change) => (change.entries.some(isPriced) ? change.entries.filter((entry) => !isPriced(entry)) : change.entries),
    ENTRY_COLUMNS,
    ({ rows, account, version }) => `
      insert into ledger_entry (account_id, version, ${entryColumns('')})
      select ${account}, ${version}, ${entryColumns('r.')}
      from ${rows}`,
  ),
  defineCte(
    'priced',
    (change) => (change.rated.length > 0 || change.entries.some(isPriced) ? change.entries.filter(isPriced) : []),
    { ...ENTRY_COLUMNS, price: ['text', (row) => json(row.price)] },
    ({ rows, account, version }) => `
      insert into ledger_entry (account_id, version, ${entryColumns('')}, price)
      select ${account}, ${version}, ${entryColumns('r.')}, r.price::jsonb
      from ${rows}`,
  ),
  defineCte(
    'first_rated',
    (change) => change.rated.filter((rated) => rated.isNew),
    RATED_COLUMNS,
    ({ rows, account }) => `
      insert into rated_usage (account_id, window_end, feature, line, window_start, quantity, fraction)
      select ${account}, r.window_end, r.feature, r.line, r.window_start, r.quantity, r.fraction from ${rows}`,
  ),
  defineCte(
    'rated',
    (change) => change.rated.filter((rated) => !rated.isNew),
    RATED_COLUMNS,
    ({ rows, account }) => `
      update rated_usage u set quantity = r.quantity, fraction = r.fraction from ${rows}
      where u.account_id = ${account} and u.window_end = r.window_end and u.feature = r.feature and u.line = r.line
        and u.window_start = r.window_start`,
  ),
  ...CAP_CTES,
  defineCte(
    'alerted',
    (change) => change.alerts,
    {
      id: ['text', (row) => row.id],
      armed: ['boolean', (row) => row.armed],
      crossings: ['int', (row) => row.crossings],
      base: ['bigint', (row) => row.base],
      based_at: ['timestamptz', (row) => row.basedAt],
    },
    ({ rows, account }) => `
      update alert l set armed = r.armed, crossings = r.crossings, base = r.base, based_at = r.based_at from ${rows}
      where l.id = r.id and l.account_id = ${account}`,
  ),
  defineCte(
    'crossed',
    (change) => change.crossings,
    {
      alert_id: ['text', (row) => row.alertId],
      key: ['text', (row) => row.key],
      percent: ['int', (row) => row.percent],
      base: ['bigint', (row) => row.base],
      value: ['bigint', (row) => row.value],
      window_start: ['timestamptz', (row) => row.windowStart],
      window_end: ['timestamptz', (row) => row.windowEnd],
      at: ['timestamptz', (_row, change) => change.at],
    },
    ({ rows, account }) => `
      insert into alert_crossing (account_id, alert_id, key, percent, base, value, window_start, window_end, at)
      select ${account}, r.alert_id, r.key, r.percent, r.base, r.value, r.window_start, r.window_end, r.at from ${rows} on conflict do nothing`,
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
    ({ rows, account }) => `
      insert into quota_usage (account_id, window_end, feature, window_start, used, reserved)
      select ${account}, r.window_end, r.feature, r.window_start, r.used, r.reserved from ${rows}`,
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
    ({ rows, account }) => `
      update quota_usage u set used = r.used, reserved = r.reserved from ${rows}
      where u.account_id = ${account} and u.window_end = r.window_end and u.feature = r.feature and u.window_start = r.window_start`,
  ),
  defineCte(
    'first_overage',
    (change) => change.overage.filter((use) => use.isNew),
    OVERAGE_COLUMNS,
    ({ rows, account }) => `
      insert into overage_usage (account_id, window_end, feature, window_start, tariff, used, reserved)
      select ${account}, r.window_end, r.feature, r.window_start, r.tariff, r.used, r.reserved from ${rows}`,
  ),
  defineCte(
    'overage',
    (change) => change.overage.filter((use) => !use.isNew),
    OVERAGE_COLUMNS,
    ({ rows, account }) => `
      update overage_usage u set used = r.used, reserved = r.reserved from ${rows}
      where u.account_id = ${account} and u.window_end = r.window_end and u.feature = r.feature and u.window_start = r.window_start
        and u.tariff = r.tariff`,
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
    ({ rows, account }) => `
      update credit_grant g set used = r.used, reserved = r.reserved, expired = r.expired, revoked = r.revoked,
        revoked_at = r.revoked_at, open = r.open, usage_period_start = coalesce(r.usage_period_start, g.usage_period_start),
        used_before_period = coalesce(r.used_before_period, g.used_before_period)
      from ${rows} where g.id = r.id and g.account_id = ${account}`,
  ),
  defineCte(
    'granted',
    (change) => change.newGrants,
    {
      id: ['text', (row) => row.id],
      feature: ['text', (row) => row.feature],
      amount: ['bigint', (row) => row.amount],
      used: ['bigint', (row) => row.used],
      reserved: ['bigint', (row) => row.reserved],
      usage_period_start: [
        'timestamptz',
        (row) => (isAfter(row.usagePeriodStart, row.grantedAt) ? row.usagePeriodStart : null),
      ],
      granted_at: ['timestamptz', (row) => row.grantedAt],
      expires_at: ['timestamptz', (row) => row.expiresAt],
      source_kind: ['text', (row) => row.sourceKind],
      source_code: ['text', (row) => row.sourceCode],
      cause_type: ['text', (row) => row.causeType],
      cause_id: ['text', (row) => row.causeId],
      flags: ['text', (row) => json(row.flags)],
    },
    ({ rows, account }) => `
      insert into credit_grant (id, account_id, feature, amount, used, reserved, usage_period_start, granted_at, expires_at, source_kind, source_code, cause_type, cause_id, flags)
      select r.id, ${account}, r.feature, r.amount, r.used, r.reserved, r.usage_period_start, r.granted_at, r.expires_at, r.source_kind, r.source_code, r.cause_type, r.cause_id,
        array(select json_array_elements_text(r.flags::json))
      from ${rows}`,
  ),
]
