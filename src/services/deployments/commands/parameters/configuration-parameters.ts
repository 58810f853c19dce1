import { z } from 'zod'
import { appCode, code, codes, flag, oneOf, secret, text, whole } from './field-schemas.js'

const portRule = z.strictObject({
  port: whole(1, 65_535).describe('Port number.'),
  protocol: oneOf(['tcp', 'udp']).default('tcp').describe('Protocol.'),
  source: text(100).default('0.0.0.0/0').describe('Source addresses that can reach the port.'),
  comment: text(200).optional().describe('Comment for people.'),
})
const portRules = () => z.array(portRule).max(100).optional()

/** Parameters of the commands that change how things are set up. */
export const configurationParameters = {
  fetch_config: z.strictObject({
    app_code: appCode(),
    apply: flag(false).describe('Whether to write the configuration to the server as well.'),
  }),
  apply_config: z
    .strictObject({
      app_code: appCode(),
      config_content: secret(z.string().max(1_000_000))
        .optional()
        .describe('Content to write. Only the agent can read it.'),
      destination_path: text(1000).optional().describe('Path to write to. Required with `config_content`.'),
      restart_after: flag(true).describe('Whether to restart the application afterwards.'),
    })
    .refine((given) => given.config_content === undefined || given.destination_path !== undefined, {
      path: ['destination_path'],
      message: 'is required with config_content',
    }),
  fetch_all_configs: z.strictObject({
    app_codes: codes().describe('Application codes. Default: all applications.'),
    apply: flag(false).describe('Whether to write the configurations to the server as well.'),
    archive: flag(false).describe('Whether to create an archive.'),
  }),
  configure_proxy: z.strictObject({
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
    action: oneOf(['create', 'update', 'delete']).default('create').describe('Action for the route.'),
    npm_host: text(500).optional().describe("URL of the proxy manager. Default: the agent's setting."),
    npm_email: text(320).optional().describe('User name for the proxy manager.'),
    npm_password: secret(text(1000)).optional().describe('Password for the proxy manager. Only the agent can read it.'),
  }),
  configure_firewall: z
    .strictObject({
      app_code: code().optional().describe('Code of the application that the rules are for.'),
      action: oneOf(['add', 'remove', 'list', 'flush']).default('add').describe('Action for the rules.'),
      public_ports: portRules().describe('Ports that every source can reach.'),
      private_ports: portRules().describe('Ports that only the named sources can reach.'),
      persist: flag(true).describe('Whether the rules stay after a restart of the server.'),
    })
    .refine(
      ({ action, public_ports: open = [], private_ports: closed = [] }) =>
        (action !== 'add' && action !== 'remove') || open.length + closed.length > 0,
      { path: ['public_ports'], message: 'needs at least one port here or in private_ports' },
    ),
}
