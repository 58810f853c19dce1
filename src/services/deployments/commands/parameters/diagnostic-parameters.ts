import { z } from 'zod'
import { appCode, code, codes, container, flag, oneOf, text, whole } from './field-schemas.js'

const containerMap = z.strictObject({
  app_code: code().describe('Code of the application.'),
  container_map: z
    .array(
      z.strictObject({
        container_name_pattern: text(200).describe('Pattern of the container names.'),
        container_role: text(100).describe('Role of the matching containers.'),
        maps_to_app_code: code().optional().describe('Code of another application that the containers belong to.'),
        display_name: text(200).optional().describe('Display name of the containers.'),
      }),
    )
    .max(200)
    .describe('Roles of the containers.'),
})

/** Parameters of read-only commands. */
export const diagnosticParameters = {
  health: z.strictObject({
    app_code: code()
      .default('all')
      .describe('Application code; `all` for all applications, `system` for the server with `include_system`.'),
    container: container(),
    include_metrics: flag(true).describe('Whether to measure the containers.'),
    include_system: flag(false).describe('Whether to check the server itself.'),
  }),
  logs: z.strictObject({
    app_code: appCode(),
    container: container(),
    cursor: text(2000).optional().describe('Cursor of the previous result. Default: the newest lines.'),
    limit: whole(1, 1000).default(400).describe('Maximum number of lines.'),
    streams: z
      .array(oneOf(['stdout', 'stderr']), { error: 'are stdout and stderr' })
      .default(['stdout', 'stderr'])
      .transform((given) => (given.length ? given : ['stdout', 'stderr']))
      .describe('Streams to return. Default: both, as for an empty list.'),
    redact: flag(true).describe('Whether the agent removes secrets. The server always removes them.'),
  }),
  list_containers: z.strictObject({
    include_health: flag(true).describe('Whether to measure the containers.'),
    include_logs: flag(false).describe('Whether to return the last log lines.'),
    log_lines: whole(1, 100).default(10).describe('Log lines per container. Requires `include_logs`.'),
    app_container_map: z.array(containerMap).max(200).optional().describe('Containers per application.'),
  }),
  error_summary: z.strictObject({
    app_code: code().optional().describe('Application code. Default: all applications.'),
    hours: whole(1, 168, 'hours').default(24).describe('Hours to look back.'),
    redact: flag(true).describe('Whether to remove secrets from the result.'),
  }),
  server_resources: z.strictObject({
    include_disk: flag(true).describe('Whether to measure the disks.'),
    include_network: flag(true).describe('Whether to measure the network.'),
  }),
  probe_endpoints: z.strictObject({
    app_code: appCode(),
    container: container(),
    protocols: z
      .array(oneOf(['openapi', 'html_forms', 'rest', 'graphql', 'mcp']))
      .default(['openapi', 'html_forms', 'rest'])
      .describe('Protocols to probe.'),
    probe_timeout: whole(1, 30, 'seconds').default(5).describe('Timeout per request in seconds.'),
    capture_samples: flag(false).describe('Whether to capture sample responses.'),
  }),
  config_diff: z.strictObject({
    app_codes: codes().describe('Application codes. Default: all applications.'),
    include_diff: flag(false).describe('Whether to return the lines that differ.'),
  }),
  check_connections: z.strictObject({
    ports: z
      .array(whole(1, 65_535))
      .max(100)
      .optional()
      .describe('Ports to check. Default: 80, 443, 8080, 3000 and 8443.'),
  }),
}
