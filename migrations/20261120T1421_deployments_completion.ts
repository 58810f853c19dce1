import { Migration } from '@mikro-orm/migrations'

export class NoteCompletedDeployments extends Migration {
  override up(): void {
    this.addSql(
      `alter table "deployment" add column "completed_at" timestamptz null, add column "server_address" text null;`,
    )
  }
}
