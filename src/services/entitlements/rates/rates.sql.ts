import { statement } from '#services/kernel/database/statement.js'

/** Deletes counters of past periods. The table belongs to rate-limiter-flexible. */
export const deletePastRates = statement(`
  delete from rate_limit_counter where expire < extract(epoch from now() - interval '1 minute') * 1000
`)
