import { z } from 'zod'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import { json, texts } from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, container, flag, named, oneOf, whole } from '#services/deployments/model/field-schemas.js'

export const probeEndpoints = defineCommand({
  type: 'probe_endpoints',
  summary: 'Finds the endpoints that an application offers.',
  readOnly: true,
  parameters: z.strictObject({
    app_code: appCode(),
    container: container(),
    protocols: z
      .array(
        oneOf('ProbeProtocol', 'Protocol that a probe looks for.', {
          openapi: 'A REST API with an OpenAPI document.',
          html_forms: 'HTML pages with forms.',
          rest: 'A REST API without a document.',
          graphql: 'A GraphQL API.',
          mcp: 'A server of the Model Context Protocol.',
        }),
      )
      .default(['openapi', 'html_forms', 'rest'])
      .describe('Protocols to probe.'),
    probe_timeout: named('timeoutSeconds', whole(1, 30, 'seconds'))
      .default(5)
      .describe('Timeout per request in seconds.'),
    capture_samples: flag(false).describe('Whether to capture sample responses.'),
  }),
  result: reportType('ProbeEndpointsResult', 'Result of `probe_endpoints`.', {
    ...reportedAt('probed_at'),
    protocolsDetected: texts().describe('Protocols that were detected.'),
    endpoints: json().describe('Endpoints found.'),
    forms: json().describe('HTML forms found.'),
    diagnostics: json().describe(
      'Diagnostics of the probe, among them `observations` and `issues`. Null if not reported.',
    ),
  }),
})
