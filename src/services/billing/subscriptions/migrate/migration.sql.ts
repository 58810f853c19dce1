import { statement } from '#services/kernel/database/statement.js'

/** Lists the subscriptions of a migration. */
export const insertMigrationSteps = statement<{
  migrationId: string
  ids: readonly string[]
  subscriptionIds: readonly string[]
  accountIds: readonly string[]
  versionIds: readonly string[]
}>(`
  insert into plan_migration_step (id, migration_id, subscription_id, account_id, from_plan_version_id)
  select id, :migrationId, subscription_id, account_id, version_id
  from unnest(:ids::text[], :subscriptionIds::text[], :accountIds::text[], :versionIds::text[])
    as step (id, subscription_id, account_id, version_id)
`)
