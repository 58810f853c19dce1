import { z } from 'zod'
import { appCode, code, codes, flag, oneOf, secret, text, whole } from './field-shapes.js'

const portRule = z.strictObject({
  port: whole(1, 65_535).describe('The port.'),
  protocol: oneOf(['tcp', 'udp']).default('tcp').describe('Its protocol.'),
  source: text(100).default('0.0.0.0/0').describe('From where it may be reached.'),
  comment: text(200).optional().describe('Why, for people.'),
})
const portRules = () => z.array(portRule).max(100).optional()

/** Parameters of the commands that change how things are set up. */
export const configuringShapes = {
  fetch_config: z.strictObject({
    app_code: appCode(),
    apply: flag(false).describe('Whether to write it to the server as well.'),
  }),
  apply_config: z
    .strictObject({
      app_code: appCode(),
      config_content: secret(z.string().max(1_000_000)).optional().describe('What to write. Only the agent reads it.'),
      destination_path: text(1000).optional().describe('Where; required with config_content.'),
      restart_after: flag(true).describe('Whether to restart the application afterwards.'),
    })
    .refine((given) => given.config_content === undefined || given.destination_path !== undefined, {
      path: ['destination_path'],
      message: 'is required with config_content',
    }),
  fetch_all_configs: z.strictObject({
    app_codes: codes().describe("The applications. Left out: all of the deployment's."),
    apply: flag(false).describe('Whether to write them to the server as well.'),
    archive: flag(false).describe('Whether to pack them.'),
  }),
  configure_proxy: z.strictObject({
    app_code: appCode(),
    domain_names: z
      .array(text(253), { error: 'is required' })
      .min(1, 'needs at least one name')
      .max(100)
      .describe('Under which names it is reached.'),
    forward_host: text(253).optional().describe("Where to send what comes. Left out: the application's code."),
    forward_port: whole(1, 65_535).describe('To which port.'),
    ssl_enabled: flag(true).describe('Whether to serve it over TLS.'),
    ssl_forced: flag(true).describe('Whether to send plain requests there.'),
    http2_support: flag(true).describe('Whether to speak HTTP/2.'),
    action: oneOf(['create', 'update', 'delete']).default('create').describe('What to do with the route.'),
    npm_host: text(500).optional().describe('The address of the proxy manager, when it is not the usual one.'),
    npm_email: text(320).optional().describe('Who signs in there.'),
    npm_password: secret(text(1000)).optional().describe('With what. Only the agent reads it.'),
  }),
  configure_firewall: z
    .strictObject({
      app_code: code().optional().describe('The application that it is for.'),
      action: oneOf(['add', 'remove', 'list', 'flush']).default('add').describe('What to do.'),
      public_ports: portRules().describe('Ports for everybody.'),
      private_ports: portRules().describe('Ports for named sources.'),
      persist: flag(true).describe('Whether it outlives a restart of the server.'),
    })
    .refine(
      ({ action, public_ports: open = [], private_ports: closed = [] }) =>
        (action !== 'add' && action !== 'remove') || open.length + closed.length > 0,
      { path: ['public_ports'], message: 'needs at least one port here or in private_ports' },
    ),
}
