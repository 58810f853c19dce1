import { Migration } from '@mikro-orm/migrations'

const COLUMNS =
  'account_id version op ord kind feature grant_id window_start window_end amount balance_after source at reference reservation mutation principal key request total'

/**
 * The ledger only grows, and whoever uses units waits while it is tidied up: that goes on slowly, and looks at a tenth of what it would. An
 * account's entries are found by their key, whatever else is known of them.
 */
export class KeepLedgerGently extends Migration {
  override up(): void {
    this.addSql(`alter table "ledger_entry" set (autovacuum_vacuum_cost_delay = 20);`)
    for (const column of COLUMNS.split(' '))
      this.addSql(`alter table "ledger_entry" alter column "${column}" set statistics 10;`)
  }
}
