import { statement } from '#services/kernel/database/statement.js'

/** A line before it is stored. */
export interface NewBatchLine {
  readonly accountId: string
  readonly key: string
  readonly request: string
  readonly feature: string
  readonly amount: number | null
  /** JSON text. */
  readonly work: string | null
  /** JSON text. */
  readonly properties: string | null
  readonly userId: string | null
  readonly usedAt: Date | null
}

/** Inserts lines whose keys are new, one per index, and returns those. */
export const insertBatchLines = statement<
  {
    readonly batchId: string
    readonly ids: readonly string[]
    readonly accountIds: readonly string[]
    readonly keys: readonly string[]
    readonly requests: readonly string[]
    readonly features: readonly string[]
    readonly amounts: readonly (number | null)[]
    readonly works: readonly (string | null)[]
    readonly properties: readonly (string | null)[]
    readonly userIds: readonly (string | null)[]
    readonly usedAts: readonly (Date | null)[]
  },
  { readonly id: string }
>(`
  insert into usage_batch_line (id, account_id, batch_id, key, request, feature, amount, work, properties, user_id, used_at)
  select id, account_id, :batchId, key, request, feature, amount, work::jsonb, properties::jsonb, user_id, used_at
  from unnest(
      :ids::text[], :accountIds::text[], :keys::text[], :requests::text[], :features::text[], :amounts::bigint[], :works::text[],
      :properties::text[], :userIds::text[], :usedAts::timestamptz[]
    ) as line (id, account_id, key, request, feature, amount, work, properties, user_id, used_at)
  on conflict on constraint usage_batch_line_key do nothing
  returning id
`)

/** Input of the stored lines of a batch, by account and key, one per index. */
export const storedBatchLines = statement<
  { readonly batchId: string; readonly accountIds: readonly string[]; readonly keys: readonly string[] },
  { readonly accountId: string; readonly key: string; readonly request: string }
>(`
  select l.account_id, l.key, l.request
  from unnest(:accountIds::text[], :keys::text[]) as wanted (account_id, key)
    join usage_batch_line l on l.batch_id = :batchId and l.account_id = wanted.account_id and l.key = wanted.key
`)

/** Writes the results of pending lines, one per index. */
export const finishBatchLines = statement<{
  readonly ids: readonly string[]
  readonly accountIds: readonly string[]
  readonly consumptionIds: readonly (string | null)[]
  readonly units: readonly (number | null)[]
  readonly denialCodes: readonly (string | null)[]
  readonly denialMessages: readonly (string | null)[]
  readonly now: Date
}>(`
  update usage_batch_line l
  set state = case when r.consumption_id is null then 'DENIED' else 'APPLIED' end, consumption_id = r.consumption_id, units = r.units,
    denial_code = r.denial_code, denial_message = r.denial_message, processed_at = :now
  from unnest(
      :ids::text[], :accountIds::text[], :consumptionIds::text[], :units::bigint[], :denialCodes::text[], :denialMessages::text[]
    ) as r (id, account_id, consumption_id, units, denial_code, denial_message)
  where l.id = r.id and l.account_id = r.account_id and l.state = 'PENDING'
`)
