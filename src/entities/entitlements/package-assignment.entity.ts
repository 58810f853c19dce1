import { defineEntity, p } from '@mikro-orm/postgresql'
import { PackageVersionSchema } from '../catalog/package-version.entity.js'
import type { Raise } from './raise.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/**
 * An add-on or another package of an account, with its cause and dates (business clock). A change of version or
 * quantity ends one row and starts another, so that the past can be read. One-time credits and quotas are credit grants
 * instead.
 */
export const PackageAssignmentSchema = defineEntity({
  name: 'PackageAssignment',
  tableName: 'package_assignment',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    packageVersionId: () => p.manyToOne(PackageVersionSchema).mapToPk().fieldName('package_version_id'),
    quantity: p.integer().default(1),
    /** Cause: `subscription`, `purchase` or `operator`, and its ID. */
    sourceType: p.text(),
    sourceId: p.text(),
    /** The package's code: one cause holds a package once. */
    packageCode: p.text(),
    since: p.datetime(),
    /** Time at which it expires. Null if it does not expire. */
    endsAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    /** Units that were added within the paid period, and are granted in proportion to their money. Null if there were none. */
    raises: p.json().$type<readonly Raise[] | null>().nullable(),
  },
  checks: [{ name: 'package_assignment_quantity', expression: `quantity >= 1` }],
  indexes: [
    sqlIndex('package_assignment_live', 'on "package_assignment" ("account_id") where ended_at is null'),
    {
      name: 'package_assignment_source',
      expression: `create unique index "package_assignment_source" on "package_assignment" ("source_type", "source_id", "package_code", "account_id") where ended_at is null`,
    },
  ],
})
