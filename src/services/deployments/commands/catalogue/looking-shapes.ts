import { z } from 'zod'
import { appCode, code, codes, container, flag, oneOf, text, whole } from './field-shapes.js'

const containerMap = z.strictObject({
  app_code: code().describe('The application.'),
  container_map: z
    .array(
      z.strictObject({
        container_name_pattern: text(200).describe('Which containers are meant.'),
        container_role: text(100).describe('What they are for.'),
        maps_to_app_code: code().optional().describe('Another application that they count for.'),
        display_name: text(200).optional().describe('The name for people.'),
      }),
    )
    .max(200)
    .describe('Which of its containers is what.'),
})

/** Parameters of the commands that only look. */
export const lookingShapes = {
  health: z.strictObject({
    app_code: code()
      .default('all')
      .describe('The application; `all` for every one, `system` for the server with include_system.'),
    container: container(),
    include_metrics: flag(true).describe('Whether to measure the containers.'),
    include_system: flag(false).describe('Whether to look at the server itself.'),
  }),
  logs: z.strictObject({
    app_code: appCode(),
    container: container(),
    cursor: text(2000).optional().describe('Where the last answer ended. Left out: the newest lines.'),
    limit: whole(1, 1000).default(400).describe('How many lines at most.'),
    streams: z
      .array(oneOf(['stdout', 'stderr']), { error: 'are stdout and stderr' })
      .default(['stdout', 'stderr'])
      .transform((given) => (given.length ? given : ['stdout', 'stderr']))
      .describe('Which streams; an empty list means both.'),
    redact: flag(true).describe('Whether the agent hides what looks like a secret. Here it is hidden in any case.'),
  }),
  list_containers: z.strictObject({
    include_health: flag(true).describe('Whether to measure them.'),
    include_logs: flag(false).describe('Whether to add the last lines of their logs.'),
    log_lines: whole(1, 100).default(10).describe('How many lines each, with include_logs.'),
    app_container_map: z
      .array(containerMap)
      .max(200)
      .optional()
      .describe('Which container belongs to which application.'),
  }),
  error_summary: z.strictObject({
    app_code: code().optional().describe('The application. Left out: all of them.'),
    hours: whole(1, 168, 'hours').default(24).describe('How far to look back.'),
    redact: flag(true).describe('Whether to hide what looks like a secret.'),
  }),
  server_resources: z.strictObject({
    include_disk: flag(true).describe('Whether to measure disks.'),
    include_network: flag(true).describe('Whether to look at the network.'),
  }),
  probe_endpoints: z.strictObject({
    app_code: appCode(),
    container: container(),
    protocols: z
      .array(oneOf(['openapi', 'html_forms', 'rest', 'graphql', 'mcp']))
      .default(['openapi', 'html_forms', 'rest'])
      .describe('What to look for.'),
    probe_timeout: whole(1, 30, 'seconds').default(5).describe('How long to wait for each answer.'),
    capture_samples: flag(false).describe('Whether to keep samples of the answers.'),
  }),
  config_diff: z.strictObject({
    app_codes: codes().describe("The applications. Left out: all of the deployment's."),
    include_diff: flag(false).describe('Whether to show the lines that differ.'),
  }),
  check_connections: z.strictObject({
    ports: z.array(whole(1, 65_535)).max(100).optional().describe('The ports. Left out: 80, 443, 8080, 3000, 8443.'),
  }),
}
