import { defineEntity, p } from '@mikro-orm/postgresql'

/** A token that lets one agent register for a deployment, once. Only its hash is kept. */
export const EnrollmentTokenSchema = defineEntity({
  name: 'EnrollmentToken',
  tableName: 'enrollment_token',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    deploymentId: p.text(),
    tokenHash: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    usedAt: p.datetime().nullable(),
  },
  uniques: [{ name: 'enrollment_token_hash', properties: ['tokenHash', 'accountId'] }],
  indexes: [{ name: 'enrollment_token_deployment', properties: ['deploymentId'] }],
})
