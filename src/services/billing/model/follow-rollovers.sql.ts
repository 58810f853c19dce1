import { statement } from '#services/kernel/database/statement.js'

/** A grant of units that rolled over from a window of a subscription. */
export interface RolledGrant {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly causeId: string
  readonly sourceCode: string
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  /** Payment whose return revoked it. Null if it was not revoked for that. */
  readonly returnedBy: string | null
}

/** Grants of units that rolled over from windows in whose last moment a subscription granted its plan, in order of granting. */
export const rolledGrants = statement<
  { accountId: string; provider: string; externalId: string; now: Date },
  RolledGrant
>(`
  select g.id, g.feature, g.amount, g.cause_id, g.source_code, g.expires_at, g.revoked_at,
    (select min(l.reference) from ledger_entry l where g.revoked_at is not null and l.account_id = g.account_id
      and l.feature = g.feature and l.at = g.revoked_at and l.reference like 'pur\\_%') as returned_by
  from credit_grant g
    join billing_subscription s on s.account_id = g.account_id and s.provider = :provider and s.external_id = :externalId
  where g.account_id = :accountId and g.cause_type = 'rollover' and g.expires_at > :now and exists (
    select from plan_assignment p where p.account_id = g.account_id and p.source_type = 'subscription' and p.source_id = s.id
      and p.since < split_part(g.cause_id, '/', 2)::timestamptz
      and (p.ended_at is null or p.ended_at >= split_part(g.cause_id, '/', 2)::timestamptz))
  order by g.granted_at, g.id
`)
