import { z } from 'zod'
import {
  appCode as reportedAppCode,
  json,
  moment,
  resultType,
  texts,
} from '#services/deployments/results/result-fields.js'
import { defineCommand } from '../define-command.js'
import { appCode, container, flag, oneOf, whole } from '../parameters/field-schemas.js'

export const probeEndpoints = defineCommand({
  type: 'probe_endpoints',
  summary: 'Finds the endpoints that an application offers.',
  readOnly: true,
  parameters: z.strictObject({
    app_code: appCode(),
    container: container(),
    protocols: z
      .array(oneOf(['openapi', 'html_forms', 'rest', 'graphql', 'mcp']))
      .default(['openapi', 'html_forms', 'rest'])
      .describe('Protocols to probe.'),
    probe_timeout: whole(1, 30, 'seconds').default(5).describe('Timeout per request in seconds.'),
    capture_samples: flag(false).describe('Whether to capture sample responses.'),
  }),
  result: resultType('ProbeEndpointsResult', 'Result of `probe_endpoints`.', {
    appCode: reportedAppCode(),
    protocolsDetected: texts().describe('Protocols that were detected.'),
    endpoints: json().describe('Endpoints found.'),
    forms: json().describe('HTML forms found.'),
    diagnostics: json().describe('Diagnostics of the probe.'),
    probedAt: moment().describe("Time of the probe (agent's clock)."),
  }),
})
