import { USE_TEXT_NAMES } from '#entities/entitlements/use-texts.js'
import { statement } from '#services/kernel/database/statement.js'

/** Takes the lock of all chains until the transaction ends, if no other transaction has it. */
export const tryLockChains = statement<{ lock: number }, { locked: boolean }>(`
  select pg_try_advisory_xact_lock(:lock) as locked
`)

/** Waits for the lock of all chains, and holds it until the transaction ends. */
export const lockChains = statement<{ lock: number }, { locked: string }>(`
  select pg_advisory_xact_lock(:lock) as locked
`)

/** Links that a crash loses are made again, so that the commit does not wait for the disk. */
export const commitWithoutWaiting = statement<Record<string, never>, { setConfig: string }>(`
  select set_config('synchronous_commit', 'off', true)
`)

/** Accounts with recent events whose ledger is not completely chained. */
export const findRecentlyChanged = statement<{ withinMs: number }, { id: string }>(`
  with recent as materialized (
    select distinct account_id from stream_event
    where recorded_at > now() - make_interval(secs => :withinMs::float8 / 1000) and stream_id = account_id
  )
  select a.id from recent join account a on a.id = recent.account_id
    left join account_chain c on c.account_id = a.id and c.log = 'LEDGER'
  where a.version > coalesce(c.version, -1)
    and exists (select from ledger_entry l where l.account_id = a.id and l.version > coalesce(c.version, -1))
`)

/** All accounts whose ledger is not completely chained, in pages by ID. Without its own bound, each page would read the chains from the first account on. */
export const findUnchained = statement<{ after: string; limit: number }, { id: string }>(`
  select a.id from account a left join account_chain c on c.account_id = a.id and c.account_id > :after and c.log = 'LEDGER'
  where a.id > :after and a.version > coalesce(c.version, -1)
    and exists (select from ledger_entry l where l.account_id = a.id and l.version > coalesce(c.version, -1))
  order by a.id limit :limit
`)

/** Creates chains without entries. Parameters are lists of equal length; a ledger begins before all positions. */
export const createChains = statement<{
  accountIds: readonly string[]
  log: string
  values: readonly Buffer[]
  commitmentKeys: readonly Buffer[]
  start: number | null
}>(`
  insert into account_chain (account_id, log, entry_count, link_count, value, version, operation_no, entry_no, commitment_key)
  select chain.account_id, :log, 0, 0, chain.value, :start::bigint, :start::int, :start::int, chain.commitment_key
  from unnest(:accountIds::text[], :values::bytea[], :commitmentKeys::bytea[]) as chain (account_id, value, commitment_key)
`)

/** Adds one link to each of some chains. Parameters are lists of equal length. */
export const addLinks = statement<{
  accountIds: readonly string[]
  logs: readonly string[]
  entryCounts: readonly number[]
  values: readonly Buffer[]
  versions: readonly (number | null)[]
  operationNos: readonly (number | null)[]
  entryNos: readonly (number | null)[]
  digests: readonly Buffer[]
  rootNumber: number
}>(`
  with added as (
    select * from unnest(
      :accountIds::text[], :logs::text[], :entryCounts::bigint[], :values::bytea[], :versions::bigint[], :operationNos::int[],
      :entryNos::int[], :digests::bytea[]
    ) as added (account_id, log, entry_count, value, version, operation_no, entry_no, digests)
  ), linked as (
    update account_chain c set entry_count = added.entry_count, link_count = c.link_count + 1, value = added.value,
      version = added.version, operation_no = added.operation_no, entry_no = added.entry_no
    from added where c.account_id = added.account_id and c.log = added.log
    returning c.account_id, c.log, c.link_count
  )
  insert into account_chain_link (account_id, log, number, entries_before, digests, value, version, operation_no, entry_no, root_number)
  select added.account_id, added.log, linked.link_count, added.entry_count - length(added.digests) / 32, added.digests,
    added.value, added.version, added.operation_no, added.entry_no, :rootNumber::int
  from added join linked on linked.account_id = added.account_id and linked.log = added.log
`)

/** Stores the number of audit entries in their chain. Parameters are lists of equal length. */
export const numberAuditEntries = statement<{ ids: readonly string[]; numbers: readonly number[] }>(`
  update audit_entry e set chain_no = numbered.number
  from unnest(:ids::text[], :numbers::bigint[]) as numbered (id, number) where e.id = numbered.id
`)

/** Digest of what is erased, with a key that is erased too. */
const commitment = (id: string, erased: string): string => `sha256(
    '\\x03'::bytea || c.commitment_key || convert_to(${id}, 'UTF8') || '\\x00'::bytea || convert_to(${erased}, 'UTF8')
  )`

/** Replaces each text of a ledger entry by the commitment to it. The stored one stays where there is no text. */
const COMMIT_USE_TEXTS = USE_TEXT_NAMES.map(
  (name) =>
    `${name} = null, ${name}_digest = case when l.${name} is null then l.${name}_digest else ${commitment("l.version || '-' || l.operation_no || '-' || l.entry_no", `l.${name}`)} end`,
).join(', ')
const HAS_USE_TEXT = USE_TEXT_NAMES.map((name) => `l.${name} is not null`).join(' or ')

/** Replaces what an account erases by commitments. Entries whose chain does not exist yet need none. */
export const commitUseTexts = statement<{ accountId: string }>(`
  update ledger_entry l set ${COMMIT_USE_TEXTS}
  from account_chain c
  where l.account_id = :accountId and (${HAS_USE_TEXT}) and c.account_id = l.account_id and c.log = 'LEDGER'
    and c.commitment_key is not null
`)

/** The same for the details of audit entries. */
export const commitDetails = statement<{ accountId: string }>(`
  update audit_entry e set details = '{}', details_digest = ${commitment('e.id', 'e.details::text')}
  from account_chain c
  where e.account_id = :accountId and e.details_digest is null and c.account_id = e.account_id and c.log = 'AUDIT'
    and c.commitment_key is not null
`)
