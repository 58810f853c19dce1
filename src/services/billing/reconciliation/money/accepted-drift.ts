import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Drift } from '#entities/billing/reconciliation-run.entity.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

export interface Acceptance {
  readonly provider: string
  readonly drift: Pick<Drift, 'kind' | 'object' | 'theirs'>
  readonly reason: string
  /** Business time; null: for as long as the provider says the same. */
  readonly until: Date | null
  /** Default: the caller. */
  readonly acceptedBy?: string
}

/** Leaves a difference out of later runs while the provider says the same. A repeated call changes reason and end. */
export async function recordAcceptance(context: BillingContext, acceptance: Acceptance): Promise<void> {
  const { provider, drift, reason, until, acceptedBy = context.caller.principal } = acceptance
  const accepted = { acceptedBy, reason, acceptedUntil: until }
  await context.database.query
    .insertInto('accepted_drift')
    .values({
      provider,
      kind: drift.kind,
      object: drift.object,
      fingerprint: fingerprintOf(drift.theirs),
      ...accepted,
      acceptedAt: sql`now()`,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'kind', 'object', 'fingerprint'])
        .doUpdateSet((eb) => ({ ...accepted, acceptedAt: eb.ref('excluded.acceptedAt') })),
    )
    .execute()
}

/** Differences of a provider that operators accepted until now or longer. */
export async function acceptedDrift(
  database: Sql,
  provider: ProviderName,
  now: Date,
): Promise<{ has(drift: Acceptance['drift']): boolean }> {
  const rows = await database.query
    .selectFrom('accepted_drift')
    .select(['kind', 'object', 'fingerprint'])
    .where('provider', '=', provider)
    .where((eb) => eb.or([eb('acceptedUntil', 'is', null), eb('acceptedUntil', '>', now)]))
    .execute()
  const keys = new Set(rows.map(({ kind, object, fingerprint }) => `${kind} ${object} ${fingerprint}`))
  return { has: ({ kind, object, theirs }) => keys.has(`${kind} ${object} ${fingerprintOf(theirs)}`) }
}

/** A hash of what the provider said; the order of its fields is irrelevant, for the database keeps none. */
const fingerprintOf = (theirs: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(theirs ?? null, sorted))
    .digest('hex')
    .slice(0, 32)

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value
