import { defineEntity, p } from '@mikro-orm/postgresql'

/** Points used of a rate in the current minute. The columns and their names are those of rate-limiter-flexible. */
export const RateCountSchema = defineEntity({
  name: 'RateLimitCounter',
  tableName: 'rate_limit_counter',
  properties: {
    /** As `rate:<account>:<feature>:<what it is counted for>`. */
    key: p.text().primary(),
    points: p.integer().default(0),
    /** When the minute ends, in milliseconds since 1970. */
    expire: p.bigint('number').nullable(),
  },
  indexes: [{ name: 'rate_limit_counter_expire', properties: ['expire'] }],
})
