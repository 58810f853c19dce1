import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { TemplateSchema } from '../marketplace/template.entity.js'
import { ownerKey } from '../owner-key.js'

export type DeploymentStatus = 'PENDING' | 'ACTIVE' | 'STOPPED'

/** A template running (or about to run) on a customer's server. */
export const DeploymentSchema = defineEntity({
  name: 'Deployment',
  tableName: 'deployment',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    hash: p.text(),
    templateId: () => p.manyToOne(TemplateSchema).mapToPk().fieldName('template_id').nullable(),
    templateVersion: p.integer().nullable(),
    stack: p.text(),
    name: p.text().nullable(),
    status: p.text().$type<DeploymentStatus>(),
    apps: p.json().$type<{ code: string; name: string; containerName: string | null }[]>(),
    /** The sequence of its latest event. */
    version: p.bigint('number').default(0),
    createdAt: p.datetime(),
    /** The user who started it. Null for services. */
    startedByUserId: p.text().nullable(),
    /** Business time of the stop. */
    stoppedAt: p.datetime().nullable(),
    /** Time and place of the installation, reported by the installer. Machine clock. */
    completedAt: p.datetime().nullable(),
    serverAddress: p.text().nullable(),
    /** Values of the template's parameters that were given or generated at the start. Null if there are none. */
    valuesSealed: p.text().nullable(),
    /** Server that it counts for: given at the start, otherwise reported by its agent. Null before. */
    server: p.text().nullable(),
    /** Machine time; the anonymous registration window counts from here. */
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'deployment_status', expression: `status in ('PENDING', 'ACTIVE', 'STOPPED')` }],
  uniques: [{ name: 'deployment_hash', properties: ['hash', 'accountId'] }],
  indexes: [{ name: 'deployment_account', properties: ['accountId', 'id'] }],
})

export type DeploymentRow = RowOf<typeof DeploymentSchema>
