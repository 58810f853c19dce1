import { z } from 'zod'
import { reportType, statusOutcome } from '#services/deployments/model/command-report.js'
import { among, listOrEmpty, type Json } from '#services/deployments/model/normalize-fields.js'
import { integer, json, text as reportedText } from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { code, flag, inputType, oneOf, text, whole } from '#services/deployments/model/field-schemas.js'

const portRule = inputType('PortRuleInput', 'A firewall rule for one port.', {
  port: whole(1, 65_535).describe('Port number.'),
  protocol: oneOf('FirewallProtocol', 'Protocol of a firewall rule.', {
    tcp: 'Transmission Control Protocol.',
    udp: 'User Datagram Protocol.',
  })
    .default('tcp')
    .describe('Protocol.'),
  source: text(100).default('0.0.0.0/0').describe('Source addresses that can reach the port.'),
  comment: text(200).optional().describe('Comment for people.'),
})
const portRules = () => z.array(portRule).max(100).optional()

/** Agents spell a partial success in two ways. */
function normalizeFirewall(result: Json): Json {
  const status = among(['ok', 'partial_success', 'partialsuccess', 'failed'], result['status'], 'failed')
  return {
    ...result,
    status: status === 'partialsuccess' ? 'partial_success' : status,
    rules: listOrEmpty(result['rules']),
    errors: listOrEmpty(result['errors']),
  }
}

export const configureFirewall = defineCommand({
  type: 'configure_firewall',
  summary: 'Opens and closes ports of the server.',
  parameters: z
    .strictObject({
      app_code: code().optional().describe('Code of the application that the rules are for.'),
      action: oneOf('FirewallAction', 'Action for the rules of a firewall.', {
        add: 'Adds the rules.',
        remove: 'Removes the rules.',
        list: 'Reads the rules of the server.',
        flush: 'Removes all rules that commands added.',
      })
        .default('add')
        .describe('Action for the rules.'),
      public_ports: portRules().describe('Ports that every source can reach.'),
      private_ports: portRules().describe('Ports that only the named sources can reach.'),
      persist: flag(true).describe('Whether the rules stay after a restart of the server.'),
    })
    .refine(
      ({ action, public_ports: open = [], private_ports: closed = [] }) =>
        (action !== 'add' && action !== 'remove') || open.length + closed.length > 0,
      { path: ['public_ports'], message: 'needs at least one port here or in private_ports' },
    ),
  result: reportType('ConfigureFirewallResult', 'Result of `configure_firewall`.', {
    ...statusOutcome(),
    action: reportedText().describe('Requested action.'),
    rules: json().describe('Result per rule: a list with `port`, `protocol`, `source`, `applied` and `message`.'),
    rawRules: json().describe("The server's rules as text, for the action `list`."),
    dockerUserRules: json().describe("Docker's rules, for the action `list`."),
    removedCount: integer().describe('Number of rules removed by `flush`.'),
  }),
  normalizeResult: normalizeFirewall,
})
