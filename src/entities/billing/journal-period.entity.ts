import { defineEntity, p } from '@mikro-orm/postgresql'

/** A month whose journal is closed. */
export const JournalPeriodSchema = defineEntity({
  name: 'JournalPeriod',
  tableName: 'journal_period',
  properties: {
    /** As `2026-10`. */
    month: p.text().primary(),
    closedAt: p.datetime(),
    closedBy: p.text(),
  },
})
