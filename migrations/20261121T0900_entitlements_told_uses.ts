import { Migration } from '@mikro-orm/migrations'

/**
 * Uses are told by the ledger: whoever uses units writes its entries alone, and a version without a written event reads as
 * `usage.recorded` from them. To go back to a release that knows only written events, write them down first; see `docs/operations.md`.
 */
export class TellUsesFromLedger extends Migration {
  override up(): void {
    this.addSql(
      `create table "forgotten_events" ("account_id" text not null, "up_to" bigint not null, primary key ("account_id"));`,
    )
    this.addSql(
      `insert into forgotten_events (account_id, up_to)
        select account_id, min(sequence) - 1 from stream_event where stream_id = account_id group by account_id having min(sequence) > 1;`,
    )
    // OFFSET 0: one index probe for each entry that is looked at, whatever the planner believes of an account's number of events.
    this.addSql(
      `create view ledger_event as
        select l.account_id as stream_id, l.version as sequence, 'evt_' || substr(l.account_id, 5) || '-' || l.version as id, l.account_id,
          'usage.recorded'::text as type, 'Entitlements were used.'::text as summary, null::text as subject_type, null::text as subject_id,
          true as changes_rights,
          (select jsonb_build_object('features', jsonb_agg(distinct m.feature), 'operations', count(distinct m.op), 'holds', 0, 'grants', 0)
            from ledger_entry m where m.account_id = l.account_id and m.version = l.version) as data,
          l.at, l.at as recorded_at
        from ledger_entry l
        where l.op = 0 and l.ord = 0 and l.kind in ('CONSUME', 'RESERVE', 'RELEASE')
          and not exists (select from stream_event w where w.stream_id = l.account_id and w.sequence = l.version offset 0)
          and not exists (select from forgotten_events f where f.account_id = l.account_id and f.up_to >= l.version offset 0);`,
    )
  }
}
