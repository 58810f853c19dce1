import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * Load of a deployment's server within a period of `width` seconds (machine time). Sums and numbers of measurements, so that periods can be
 * merged into longer ones.
 */
export const ServerLoadSchema = defineEntity({
  name: 'ServerLoad',
  tableName: 'server_load',
  properties: {
    deploymentId: p.text().primary(),
    startedAt: p.datetime().primary(),
    width: p.integer().primary(),
    accountId: p.text().primary(),
    cpuCount: p.integer(),
    cpuSum: p.double(),
    cpuMax: p.double().nullable(),
    memoryCount: p.integer(),
    memorySum: p.double(),
    memoryMax: p.double().nullable(),
    diskCount: p.integer(),
    diskSum: p.double(),
    diskMax: p.double().nullable(),
  },
  indexes: [{ name: 'server_load_width', properties: ['width', 'startedAt'] }],
})
