import { defineEntity, p } from '@mikro-orm/postgresql'
import { DeploymentSchema } from './deployment.entity.js'

/** A token that lets one agent register for a deployment, once. Only its hash is kept. */
export const EnrollmentTokenSchema = defineEntity({
  name: 'EnrollmentToken',
  tableName: 'enrollment_token',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    deploymentId: () => p.manyToOne(DeploymentSchema).mapToPk().fieldName('deployment_id'),
    tokenHash: p.text().unique('enrollment_token_hash'),
    createdAt: p.datetime().defaultRaw('now()'),
    usedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'enrollment_token_deployment', properties: ['deploymentId'] }],
})
