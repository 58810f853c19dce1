import { Migration } from '@mikro-orm/migrations'

/** A used-up grant without an end stays a source of its feature: those that had left the facts come back, the newest hundred of each feature. */
export class KeepSpentGrants extends Migration {
  override up(): void {
    this.addSql(`
      update "credit_grant" set "open" = true where "id" in (
        select "id" from (
          select "id", row_number() over (partition by "account_id", "feature" order by "granted_at" desc, "id" desc) as "place"
          from "credit_grant" where not "open" and "expires_at" is null and "revoked_at" is null) "spent"
        where "place" <= 100);`)
  }
}
