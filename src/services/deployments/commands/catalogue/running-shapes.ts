import { z } from 'zod'
import { appCode, container, flag, oneOf, redacted, secret, text, whole } from './field-shapes.js'

const runtime = () => oneOf(['runc', 'kata']).describe('How its containers are run; kata needs an agent that has it.')
const registryAuth = () =>
  z
    .strictObject({
      registry: text(500).describe('The address of the registry.'),
      username: text(500).describe('Who signs in there.'),
      password: secret(text(10_000)).describe('With what. Only the agent reads it.'),
    })
    .optional()
    .describe('How to sign in at a private registry.')

const configFile = z.strictObject({
  content: secret(z.string().max(1_000_000)).describe('What the file holds. Only the agent reads it.'),
  destination_path: text(1000).describe('Where it goes.'),
  content_type: text(100).default('text/plain').describe('What kind of file it is.'),
  file_mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'is an octal mode such as 0644')
    .default('0644')
    .describe('Its permissions.'),
  owner: text(100).optional().describe('Its owner.'),
  group: text(100).optional().describe('Its group.'),
  force_overwrite: z.boolean().optional().describe('Whether to replace what was changed on the server.'),
  drift_check: z
    .strictObject({
      enabled: z.boolean().describe('Whether to look for one.'),
      hash_source: text(100).describe('What to compare with.'),
    })
    .optional()
    .describe('Whether and against what a change on the server is noticed.'),
})

/** What the agent refuses to run, wherever it stands in the command; said here, so that nobody waits to hear it. */
const FORBIDDEN = ['rm -rf /', 'mkfs', 'dd if=', ':(){', 'shutdown', 'reboot', 'halt', 'poweroff', 'init 0', 'init 6']

/** Parameters of the commands that start, stop, install and remove. */
export const runningShapes = {
  restart: z.strictObject({
    app_code: appCode(),
    container: container(),
    force: flag(false).describe(
      'Whether to do it without waiting for the application to end by itself. Agents of this version ignore it.',
    ),
  }),
  start: z
    .strictObject({
      app_code: appCode(),
      container: container(),
      force: z
        .boolean()
        .optional()
        .describe('Accepted as for restart; there is nothing to force, so the agent is not told.'),
    })
    .transform(({ force: _force, ...rest }) => rest),
  stop: z.strictObject({
    app_code: appCode(),
    container: container(),
    timeout: whole(1, 300, 'seconds').default(30).describe('How long it may take to end by itself.'),
  }),
  deploy_app: z.strictObject({
    app_code: appCode(),
    compose_content: secret(text(1_000_000)).optional().describe('The compose file. Only the agent reads it.'),
    image: text(500).optional().describe('The image. Agents of this version ignore it.'),
    env_vars: secret(z.record(z.string().regex(/^[A-Za-z_]\w{0,200}$/), z.string()))
      .optional()
      .describe('Environment variables by name. Only the agent reads their values.'),
    config_files: z.array(configFile).max(100).optional().describe('Files to write before it starts.'),
    pull: flag(true).describe('Whether to fetch newer images first.'),
    force_recreate: flag(false).describe('Whether to make its containers anew in any case.'),
    force_config_overwrite: flag(false).describe('Whether to replace files that were changed on the server.'),
    runtime: runtime().default('runc'),
    registry_auth: registryAuth(),
  }),
  deploy_with_configs: z.strictObject({
    app_code: appCode(),
    pull: flag(true).describe('Whether to fetch newer images first.'),
    force_recreate: flag(false).describe('Whether to make its containers anew in any case.'),
    apply_configs: flag(true).describe('Whether to write its configuration first.'),
    runtime: runtime().optional(),
    registry_auth: registryAuth(),
  }),
  remove_app: z.strictObject({
    app_code: appCode(),
    delete_config: flag(true).describe('Whether to delete its configuration.'),
    remove_volumes: flag(false).describe('Whether to delete its data. It cannot be brought back.'),
    remove_image: flag(false).describe('Whether to delete its image.'),
  }),
  exec: z.strictObject({
    app_code: appCode(),
    container: container(),
    command: redacted(text(8000))
      .refine((command) => !FORBIDDEN.some((part) => command.toLowerCase().includes(part)), 'holds what no agent runs')
      .describe(`What to run. Refused when it holds one of: ${FORBIDDEN.map((part) => `\`${part}\``).join(', ')}.`),
    timeout: whole(1, 120, 'seconds').default(30).describe('How long it may take.'),
    redact_output: flag(true).describe('Whether to hide what looks like a secret in its output.'),
  }),
}
