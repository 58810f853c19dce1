import { z } from 'zod'
import { liftMembers } from '#services/deployments/model/arrange-result.js'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import {
  appCode as reportedAppCode,
  enumValue,
  flag as reportedFlag,
  integer,
  json,
  listOf,
  reportedAs,
  resultType,
  text,
} from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { codes, flag } from '#services/deployments/model/field-schemas.js'

const driftStatus = enumValue(
  'DriftStatus',
  'Result of comparing a configuration on the server with the stored one.',
  {
    SYNCED: 'Identical to the stored configuration.',
    DRIFTED: 'Changed on the server.',
    MISSING: 'Missing on the server.',
    UNKNOWN: 'The configurations could not be compared.',
  },
  'UNKNOWN',
)

const configDrift = resultType('ConfigDrift', "Comparison of one application's configuration.", {
  appCode: reportedAppCode(),
  driftStatus: reportedAs('status', driftStatus).describe('Result of the comparison.'),
  destinationPath: text().describe('Path of the file on the server.'),
  vaultHash: text().describe('Hash of the stored configuration.'),
  deployedHash: text().describe('Hash of the configuration on the server.'),
  diff: json().describe("Difference in the agent's format. Null if not requested."),
})

export const configDiff = defineCommand({
  type: 'config_diff',
  summary: 'Compares stored configurations with the files on the server.',
  readOnly: true,
  parameters: z.strictObject({
    app_codes: codes().describe('Application codes. Default: all applications.'),
    include_diff: flag(false).describe('Whether to return the lines that differ.'),
  }),
  result: reportType(
    'ConfigDiffResult',
    'Result of `config_diff`.',
    {
      ...reportedAt('checked_at'),
      hasDrift: reportedFlag().describe('Whether any configuration differs.'),
      total: integer().describe('Number of configurations compared.'),
      synced: integer().describe('Number of identical configurations.'),
      drifted: integer().describe('Number of configurations changed on the server.'),
      missing: integer().describe('Number of configurations missing on the server.'),
      configs: listOf(configDrift).describe('Comparison result per application.'),
    },
    ['summary'],
  ),
  arrangeResult: liftMembers('summary'),
})
