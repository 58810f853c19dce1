import { z } from 'zod'
import { reportType, statusOutcome } from '#services/deployments/model/command-report.js'
import {
  integer,
  json,
  moment,
  nullable,
  text as reportedText,
  texts,
} from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, flag, oneOf, secret, text, whole } from '#services/deployments/model/field-schemas.js'

const result = reportType('ConfigureProxyResult', 'Result of `configure_proxy`.', {
  ...statusOutcome(),
  action: reportedText().describe('Requested action.'),
  reason: reportedText().describe('Code of the reason for skipping the route. Null if not skipped.'),
  managed: nullable().describe('Whether the agent manages the proxy. Null if not reported.'),
  proxyHostId: integer().describe('Number of the route in the proxy manager.'),
  deletedProxyHostId: integer().describe('Number of the deleted route in the proxy manager.'),
  domainNames: texts().describe('Domain names of the application.'),
  forwardHost: reportedText().describe('Host that requests are forwarded to.'),
  forwardPort: integer().describe('Port that requests are forwarded to.'),
  sslRequested: nullable().describe('Whether TLS was requested.'),
  sslEnabled: nullable().describe('Whether TLS is enabled.'),
  sslStatus: reportedText().describe('Status of the certificate.'),
  routeAdopted: nullable().describe('Whether an existing route was adopted.'),
  routeUsable: nullable().describe('Whether the route responds.'),
  unchanged: nullable().describe('Whether the route was already up to date.'),
  errorCode: reportedText().describe('Machine-readable error code.'),
  message: reportedText().describe('Message from the agent.'),
  details: json().describe('Additional data from the agent.'),
  npmResponse: json().describe('Response of the proxy manager.'),
  createdAt: moment().describe("Creation time of the route (agent's clock)."),
  deletedAt: moment().describe("Time of the deletion (agent's clock)."),
})

export const configureProxy = defineCommand({
  type: 'configure_proxy',
  summary: 'Configures the proxy route of an application.',
  parameters: z.strictObject({
    app_code: appCode(),
    domain_names: z
      .array(text(253), { error: 'is required' })
      .min(1, 'needs at least one name')
      .max(100)
      .describe('Domain names of the application.'),
    forward_host: text(253).optional().describe('Host to forward requests to. Default: the application code.'),
    forward_port: whole(1, 65_535).describe('Port to forward requests to.'),
    ssl_enabled: flag(true).describe('Whether to enable TLS.'),
    ssl_forced: flag(true).describe('Whether to redirect HTTP requests to HTTPS.'),
    http2_support: flag(true).describe('Whether to enable HTTP/2.'),
    action: oneOf('ProxyAction', 'Action for a route of the proxy.', {
      create: 'Creates the route.',
      update: 'Changes the route.',
      delete: 'Deletes the route.',
    })
      .default('create')
      .describe('Action for the route.'),
    npm_host: text(500).optional().describe("URL of the proxy manager. Default: the agent's setting."),
    npm_email: text(320).optional().describe('User name for the proxy manager.'),
    npm_password: secret(text(1000)).optional().describe('Password for the proxy manager. Only the agent can read it.'),
  }),
  result,
})
