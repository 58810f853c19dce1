import { z } from 'zod'
import { appCode, container, flag, oneOf, redacted, secret, text, whole } from './field-schemas.js'

const runtime = () => oneOf(['runc', 'kata']).describe('Container runtime. `kata` requires an agent that supports it.')
const registryAuth = () =>
  z
    .strictObject({
      registry: text(500).describe('Host name of the registry.'),
      username: text(500).describe('User name for the registry.'),
      password: secret(text(10_000)).describe('Password for the registry. Only the agent can read it.'),
    })
    .optional()
    .describe('Credentials for a private registry.')

const configFile = z.strictObject({
  content: secret(z.string().max(1_000_000)).describe('Content of the file. Only the agent can read it.'),
  destination_path: text(1000).describe('Path on the server to write the file to.'),
  content_type: text(100).default('text/plain').describe('Content type of the file.'),
  file_mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, 'is an octal mode such as 0644')
    .default('0644')
    .describe('Permissions of the file.'),
  owner: text(100).optional().describe('User owner of the file.'),
  group: text(100).optional().describe('Group owner of the file.'),
  force_overwrite: z.boolean().optional().describe('Whether to replace a file that was changed on the server.'),
  drift_check: z
    .strictObject({
      enabled: z.boolean().describe('Whether to check for drift.'),
      hash_source: text(100).describe('Source of the reference hash.'),
    })
    .optional()
    .describe('Settings of the drift check. Default: no check.'),
})

/** Text that the agent refuses to run anywhere in a command. Checked here, so that the caller is denied immediately. */
const FORBIDDEN = ['rm -rf /', 'mkfs', 'dd if=', ':(){', 'shutdown', 'reboot', 'halt', 'poweroff', 'init 0', 'init 6']

/** Parameters of the commands that start, stop, install and remove. */
export const lifecycleParameters = {
  restart: z.strictObject({
    app_code: appCode(),
    container: container(),
    force: flag(false).describe(
      'Whether to act without waiting for a graceful stop. Agents of this version ignore it.',
    ),
  }),
  start: z
    .strictObject({
      app_code: appCode(),
      container: container(),
      force: z
        .boolean()
        .optional()
        .describe('Accepted as for `restart`, but not passed to the agent, because a start has nothing to force.'),
    })
    .transform(({ force: _force, ...rest }) => rest),
  stop: z.strictObject({
    app_code: appCode(),
    container: container(),
    timeout: whole(1, 300, 'seconds').default(30).describe('Seconds to wait for a graceful stop.'),
  }),
  deploy_app: z.strictObject({
    app_code: appCode(),
    compose_content: secret(text(1_000_000))
      .optional()
      .describe('Compose file of the application. Only the agent can read it.'),
    image: text(500).optional().describe('Image of the application. Agents of this version ignore it.'),
    env_vars: secret(z.record(z.string().regex(/^[A-Za-z_]\w{0,200}$/), z.string()))
      .optional()
      .describe('Environment variables by name. Only the agent can read their values.'),
    config_files: z.array(configFile).max(100).optional().describe('Files to write before the application starts.'),
    pull: flag(true).describe('Whether to pull newer images first.'),
    force_recreate: flag(false).describe('Recreate the containers even if nothing changed.'),
    force_config_overwrite: flag(false).describe('Whether to replace files that were changed on the server.'),
    runtime: runtime().default('runc'),
    registry_auth: registryAuth(),
  }),
  deploy_with_configs: z.strictObject({
    app_code: appCode(),
    pull: flag(true).describe('Whether to pull newer images first.'),
    force_recreate: flag(false).describe('Recreate the containers even if nothing changed.'),
    apply_configs: flag(true).describe('Whether to write the configuration first.'),
    runtime: runtime().optional(),
    registry_auth: registryAuth(),
  }),
  remove_app: z.strictObject({
    app_code: appCode(),
    delete_config: flag(true).describe('Whether to delete the configuration.'),
    remove_volumes: flag(false).describe('Whether to delete the data. This cannot be reversed.'),
    remove_image: flag(false).describe('Whether to delete the image.'),
  }),
  exec: z.strictObject({
    app_code: appCode(),
    container: container(),
    command: redacted(text(8000))
      .refine((command) => !FORBIDDEN.some((part) => command.toLowerCase().includes(part)), 'holds what no agent runs')
      .describe(
        `Command line to run. Rejected if it contains one of: ${FORBIDDEN.map((part) => `\`${part}\``).join(', ')}.`,
      ),
    timeout: whole(1, 120, 'seconds').default(30).describe('Timeout in seconds.'),
    redact_output: flag(true).describe('Whether to remove secrets from the output.'),
  }),
}
