import { z } from 'zod'
import { reportType } from '#services/deployments/model/command-report.js'
import {
  appCode as reportedAppCode,
  decimal,
  integer,
  json,
  listOf,
  reportedAs,
  resultType,
  text,
  texts,
} from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { code, flag, whole } from '#services/deployments/model/field-schemas.js'

const appErrorSummary = resultType('AppErrorSummary', 'Errors in the log of one application.', {
  appCode: reportedAppCode(),
  containerName: text().describe("Name of the application's container."),
  errorCount: integer().describe('Number of errors found.'),
  warningCount: integer().describe('Number of warnings found.'),
  errorCategories: json().describe('Number of errors by category. Null if not reported.'),
  sampleErrors: texts().describe('Examples of the errors found.'),
  agentStatus: reportedAs('status', text()).describe('Assessment as reported by the agent.'),
})

export const errorSummary = defineCommand({
  type: 'error_summary',
  summary: 'Counts and groups the errors in the logs.',
  readOnly: true,
  reservedAppCodes: ['all'],
  parameters: z.strictObject({
    app_code: code().optional().describe('Application code. Default: all applications.'),
    hours: whole(1, 168, 'hours').default(24).describe('Hours to look back.'),
    redact: flag(true).describe('Whether to remove secrets from the result.'),
  }),
  result: reportType('ErrorSummaryResult', 'Result of `error_summary`.', {
    agentStatus: reportedAs('status', text()).describe('Status as reported by the agent: `ok` or `issues_found`.'),
    hoursAnalyzed: decimal().describe('Number of hours analyzed.'),
    containersAnalyzed: integer().describe('Number of containers analyzed.'),
    apps: listOf(appErrorSummary).describe('Errors per application.'),
    totalErrors: integer().describe('Total number of errors.'),
    totalWarnings: integer().describe('Total number of warnings.'),
    recommendations: texts().describe('Recommendations from the agent.'),
  }),
})
