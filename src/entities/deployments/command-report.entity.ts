import { defineEntity, p } from '@mikro-orm/postgresql'
import { CommandSchema } from './command.entity.js'

/** A report as it came, kept whatever it changed: late, duplicate and contradicting ones too. Append-only. */
export const CommandReportSchema = defineEntity({
  name: 'CommandReport',
  tableName: 'command_report',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    commandId: () => p.manyToOne(CommandSchema).mapToPk().fieldName('command_id'),
    report: p.json().$type<unknown>(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'command_report_command', properties: ['commandId'] }],
})
