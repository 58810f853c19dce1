import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PackageSchema } from './package.entity.js'

/** The immutable terms of a package; who bought one keeps what it granted then. */
export const PackageVersionSchema = defineEntity({
  name: 'PackageVersion',
  tableName: 'package_version',
  properties: {
    id: p.text().primary(),
    packageId: () => p.manyToOne(PackageSchema).mapToPk().fieldName('package_id'),
    version: p.integer(),
    fingerprint: p.text(),
    /** The terms as the catalog stated them: type, grants, days of validity; and the words, which may change within a version. */
    terms: p.json().$type<Record<string, unknown>>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'package_version_number', properties: ['packageId', 'version'] }],
})

export type PackageVersionRow = RowOf<typeof PackageVersionSchema>
