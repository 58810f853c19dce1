import type { Transaction } from '#services/kernel/database/database.js'

/**
 * The stretches in which an account paid for plans: from the first paid moment (after a trial) to the end of the right, and
 * whatever follows without a gap is the same stretch. An account's stretches as one statement reads them from its plan assignments.
 */
export const SUBSCRIBER_PERIODS = (accounts: string): string => `
  select account_id, min(since) as since, case when bool_or(ended_at is null) then null else max(ended_at) end as ended_at
  from (
    select held.*, sum(begins) over (partition by account_id order by since, ended_at) as stretch
    from (
      select paid.*, case when since <= max(coalesce(ended_at, 'infinity')) over (
          partition by account_id order by since, ended_at rows between unbounded preceding and 1 preceding) then 0 else 1 end as begins
      from (
        select a.account_id, greatest(a.since, s.trial_end) as since, a.ended_at
        from plan_assignment a join billing_subscription s on s.id = a.source_id
        where a.source_type = 'subscription' and ${accounts}
      ) paid where ended_at is null or ended_at > since
    ) held
  ) marked group by account_id, stretch`

/** Writes the stretches of accounts as they are now. */
export async function aggregateSubscribers(transaction: Transaction, accountIds: readonly string[]): Promise<void> {
  await transaction.run(`delete from subscriber_period where account_id = any($1)`, [accountIds])
  await transaction.run(
    `insert into subscriber_period (account_id, started_at, ended_at) ${SUBSCRIBER_PERIODS('a.account_id = any($1)')}`,
    [accountIds],
  )
}
