import { Migration } from '@mikro-orm/migrations'

/** Sealed values that deployments have for the parameters of their templates. */
export class DeploymentValues extends Migration {
  override up(): void {
    this.addSql(`alter table "deployment" add column "values_sealed" text null`)
  }
}
