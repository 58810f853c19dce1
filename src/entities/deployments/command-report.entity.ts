import { defineEntity, p } from '@mikro-orm/postgresql'

/** A report as it came, byte for byte, kept whatever it changed: late, duplicate and contradicting ones too. Append-only. */
export const CommandReportSchema = defineEntity({
  name: 'CommandReport',
  tableName: 'command_report',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    commandId: p.text(),
    /** Bytes of the report, encoded as `encoding`. */
    body: p.blob().$type<Buffer>(),
    encoding: p.text().$type<'IDENTITY' | 'GZIP'>(),
    receivedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'command_report_encoding', expression: `encoding in ('IDENTITY', 'GZIP')` }],
  indexes: [{ name: 'command_report_command', properties: ['commandId'] }],
})
