import { Migration } from '@mikro-orm/migrations'

/** Which request asked for a checkout: its id is told with whatever the payment brings about. */
export class NoteCheckoutRequest extends Migration {
  override up(): void {
    this.addSql(`alter table "checkout" add column "request_id" text null;`)
  }
}
