import 'reflect-metadata'
import { isInputObjectType } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { COMMANDS, commandSpec } from '#services/deployments/commands/definitions/command-registry.js'
import { namedCommand, toCommandRequest, type CommandRequest } from '#services/deployments/commands/command-request.js'
import { openParameters, sealParameters, visibleParameters } from '#services/deployments/commands/secret-parameters.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import { createSecretBox } from '#services/kernel/secrets/secret-box.js'

const web = { app_code: 'web' }
const port = { port: 443, protocol: 'tcp', source: '0.0.0.0/0' }
const pipe = { pipe_instance_id: 'pipe-1' }
const ends = { source_endpoint: '/', source_method: 'GET', target_endpoint: '/', target_method: 'POST' }

/** Every type of section 3.3: the minimal input, and the parameters that the agent receives. */
const LEAST: Record<string, readonly [given: object, sent: object]> = {
  health: [{}, { app_code: 'all', include_metrics: true, include_system: false }],
  logs: [web, { ...web, limit: 400, streams: ['stdout', 'stderr'], redact: true }],
  list_containers: [{}, { include_health: true, include_logs: false, log_lines: 10 }],
  restart: [web, { ...web, force: false }],
  start: [web, web],
  stop: [web, { ...web, timeout: 30 }],
  error_summary: [{}, { hours: 24, redact: true }],
  deploy_app: [web, { ...web, pull: true, force_recreate: false, force_config_overwrite: false, runtime: 'runc' }],
  deploy_with_configs: [web, { ...web, pull: true, force_recreate: false, apply_configs: true }],
  remove_app: [web, { ...web, delete_config: true, remove_volumes: false, remove_image: false }],
  fetch_config: [web, { ...web, apply: false }],
  apply_config: [web, { ...web, restart_after: true }],
  fetch_all_configs: [{}, { app_codes: [], apply: false, archive: false }],
  config_diff: [{}, { app_codes: [], include_diff: false }],
  configure_proxy: [
    { ...web, domain_names: ['a.example'], forward_port: 80 },
    {
      ...web,
      domain_names: ['a.example'],
      forward_port: 80,
      ssl_enabled: true,
      ssl_forced: true,
      http2_support: true,
      action: 'create',
    },
  ],
  configure_firewall: [{ public_ports: [{ port: 443 }] }, { action: 'add', public_ports: [port], persist: true }],
  exec: [
    { ...web, command: 'ls' },
    { ...web, command: 'ls', timeout: 30, redact_output: true },
  ],
  server_resources: [{}, { include_disk: true, include_network: true }],
  probe_endpoints: [
    web,
    { ...web, protocols: ['openapi', 'html_forms', 'rest'], probe_timeout: 5, capture_samples: false },
  ],
  activate_pipe: [
    { ...pipe, target_url: 'https://a.example/in' },
    { ...pipe, ...ends, target_url: 'https://a.example/in', trigger_type: 'webhook', poll_interval_secs: 300 },
  ],
  deactivate_pipe: [pipe, pipe],
  trigger_pipe: [pipe, { ...pipe, trigger_type: 'manual' }],
}

const REFUSED: readonly (readonly [type: string, given: object, field: string])[] = [
  ['logs', {}, 'app_code'],
  ['logs', { ...web, limit: 0 }, 'limit'],
  ['logs', { ...web, limit: 1001 }, 'limit'],
  ['logs', { ...web, limit: '400' }, 'limit'],
  ['list_containers', { log_lines: 101 }, 'log_lines'],
  ['list_containers', { app_container_map: [{ app_code: 'web' }] }, 'app_container_map.0.container_map'],
  ['restart', { app_code: ' ' }, 'app_code'],
  ['stop', { ...web, timeout: 301 }, 'timeout'],
  ['error_summary', { hours: 169 }, 'hours'],
  ['deploy_app', { ...web, runtime: 'docker' }, 'runtime'],
  ['deploy_app', { ...web, env_vars: { A: 1 } }, 'env_vars.A'],
  ['deploy_app', { ...web, registry_auth: { registry: 'r', username: 'u' } }, 'registry_auth.password'],
  ['deploy_app', { ...web, config_files: [{ content: 'a' }] }, 'config_files.0.destination_path'],
  ['apply_config', { ...web, config_content: 'a' }, 'destination_path'],
  ['config_diff', { app_codes: ['../etc'] }, 'app_codes.0'],
  ['configure_proxy', { ...web, domain_names: [], forward_port: 80 }, 'domain_names'],
  ['configure_proxy', { ...web, domain_names: ['a'], forward_port: 0 }, 'forward_port'],
  ['configure_proxy', { ...web, domain_names: ['a'], forward_port: 65_536 }, 'forward_port'],
  ['configure_proxy', { ...web, action: 'delete' }, 'domain_names'],
  ['configure_proxy', { ...web, domain_names: ['a'], forward_port: 80, action: 'move' }, 'action'],
  ['configure_firewall', {}, 'public_ports'],
  ['configure_firewall', { action: 'remove', public_ports: [] }, 'public_ports'],
  ['configure_firewall', { public_ports: [{ port: 70_000 }] }, 'public_ports.0.port'],
  ['configure_firewall', { public_ports: [{ port: 1, protocol: 'icmp' }] }, 'public_ports.0.protocol'],
  ['exec', web, 'command'],
  ['exec', { ...web, command: 'ls', timeout: 121 }, 'timeout'],
  ['exec', { ...web, command: 'echo a; rm -rf /' }, 'command'],
  ['exec', { ...web, command: 'SHUTDOWN now' }, 'command'],
  ['probe_endpoints', { ...web, probe_timeout: 31 }, 'probe_timeout'],
  ['probe_endpoints', { ...web, protocols: ['soap'] }, 'protocols.0'],
  ['activate_pipe', pipe, 'target_container'],
  ['activate_pipe', { ...pipe, target_url: 'a', target_container: 'b' }, 'target_container'],
  ['activate_pipe', { ...pipe, target_url: 'a', trigger_type: 'amqp' }, 'source_broker_url'],
  ['activate_pipe', { ...pipe, target_url: 'a', poll_interval_secs: 9 }, 'poll_interval_secs'],
  ['trigger_pipe', { ...pipe, source_broker_url: 'amqp://b' }, 'source_broker_url'],
  ['health', { color: 'red' }, 'color'],
]

const SUPPORTED = COMMANDS.filter(({ supported }) => supported)

describe('command registry', () => {
  it('has every type of the protocol, and marks those that no agent supports', () => {
    expect(SUPPORTED.map(({ type }) => type).toSorted()).toEqual(Object.keys(LEAST).toSorted())
    const notRun = COMMANDS.filter(({ supported }) => !supported).map(({ type }) => type)
    expect(notRun.toSorted()).toEqual(['backup', 'check_connections', 'pause', 'rebuild'])
  })

  it.each(Object.entries(LEAST))('%s: is delivered with its defaults, as an object', (type, [given, published]) => {
    expect(namedCommand(type, given)).toMatchObject({ type, parameters: published })
    expect((namedCommand(type, given) as CommandRequest).parameters).toEqual(published)
    const withNulls = Object.fromEntries(Object.keys(published).map((name) => [name, null]))
    expect(namedCommand(type, { ...withNulls, ...given })).toMatchObject({ parameters: published })
  })

  it.each(REFUSED)('%s with %j: is rejected at %s', (type, given, field) => {
    expect(namedCommand(type, given)).toMatchObject({ code: 'INVALID_PARAMETERS', field: `parameters.${field}` })
  })

  it('passes on passwords and hosts of the proxy manager', () => {
    const given = { ...LEAST['configure_proxy']![0], npm_host: 'http://npm:81', npm_email: 'a@b.c', npm_password: 'p' }
    expect((namedCommand('configure_proxy', given) as CommandRequest).parameters).toMatchObject(given)
  })

  it('lets only an operator allow unknown and unsupported types', () => {
    const codeOf = (answer: CommandRequest | Refused) => ('code' in answer ? answer.code : answer.type)
    expect(codeOf(namedCommand('uname -sr', {}))).toBe('UNKNOWN_COMMAND')
    expect(codeOf(namedCommand('backup', {}))).toBe('COMMAND_NOT_SUPPORTED')
    const allowed = ['uname', 'backup', 'apply snapshot']
    expect(codeOf(namedCommand('uname -sr', {}, allowed))).toBe('uname -sr')
    expect(codeOf(namedCommand('Stacker.Backup', { any: 1 }, allowed))).toBe('backup')
    expect(codeOf(namedCommand('apply snapshot', {}, allowed))).toBe('apply snapshot')
    expect(codeOf(namedCommand('apply other', {}, allowed))).toBe('UNKNOWN_COMMAND')
    expect(codeOf(namedCommand('unamex', {}, allowed))).toBe('UNKNOWN_COMMAND')
    expect(codeOf(toCommandRequest({ other: { type: 'uname -a', parameters: {} } }, allowed))).toBe('uname -a')
    // Commands of the registry keep their rules.
    expect(codeOf(namedCommand('check_connections', { ports: [0] }, ['check_connections']))).toBe('INVALID_PARAMETERS')
  })
})

describe('typed inputs', () => {
  const schema = buildGraphQLSchema(allResolvers)
  const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  it('have a field for every supported type, and `other`', () => {
    const input = schema.getType('CommandInput')
    const fields = isInputObjectType(input) ? input.getFields() : {}
    expect(Object.keys(fields).toSorted()).toEqual(
      [...SUPPORTED.map(({ type }) => camelCase(type)), 'other'].toSorted(),
    )
  })

  it("are sent under the agent's names at any depth; names of the caller stay unchanged", () => {
    const request = toCommandRequest({
      deployApp: {
        appCode: 'web',
        envVars: { camelCase: 'a', SNAKE_CASE: 'b' },
        configFiles: [
          {
            content: '',
            destinationPath: '/etc/a',
            contentType: 'text/plain',
            driftCheck: { enabled: true, hashSource: 'vault' },
          },
        ],
        registryAuth: { registry: 'r', username: 'u', password: 'p' },
        image: null,
      },
    })
    expect(request).toMatchObject({
      type: 'deploy_app',
      parameters: {
        env_vars: { camelCase: 'a', SNAKE_CASE: 'b' },
        config_files: [
          {
            content: '',
            destination_path: '/etc/a',
            file_mode: '0644',
            drift_check: { enabled: true, hash_source: 'vault' },
          },
        ],
        registry_auth: { registry: 'r', username: 'u', password: 'p' },
      },
    })
    expect(toCommandRequest({ configureFirewall: { publicPorts: [{ port: 0 }] } })).toMatchObject({
      field: 'command.configureFirewall.publicPorts.0.port',
    })
  })
})

describe('secrets in parameters', () => {
  const box = createSecretBox(['a key for this test'])
  const request = (type: string, parameters: object) => namedCommand(type, parameters, ['custom']) as CommandRequest

  it.each<[string, object, readonly string[]]>([
    ['deploy_app', { ...web, env_vars: { A: 'zz1', B: 'zz2' } }, ['zz1', 'zz2']],
    ['deploy_app', { ...web, registry_auth: { registry: 'r', username: 'u', password: 'zz1' } }, ['zz1']],
    ['deploy_app', { ...web, compose_content: 'services: {a: {environment: {K: zz1}}}' }, ['zz1']],
    ['deploy_app', { ...web, config_files: [{ content: 'zz1', destination_path: '/a' }] }, ['zz1']],
    ['deploy_with_configs', { ...web, registry_auth: { registry: 'r', username: 'u', password: 'zz1' } }, ['zz1']],
    ['apply_config', { ...web, config_content: 'zz1', destination_path: '/a' }, ['zz1']],
    ['configure_proxy', { ...web, domain_names: ['a'], forward_port: 80, npm_password: 'zz1' }, ['zz1']],
    [
      'activate_pipe',
      {
        ...pipe,
        target_url: 'https://u:zz1@a/',
        source_broker_url: 'amqp://u:zz2@b',
        source_queue: 'q',
        trigger_type: 'amqp',
      },
      ['zz1', 'zz2'],
    ],
    [
      'activate_pipe',
      { ...pipe, target_adapter: { code: 'slack', config: { hook: 'zz1', deep: [{ x: 'zz2' }] } } },
      ['zz1', 'zz2'],
    ],
    ['trigger_pipe', { ...pipe, input_data: { user: { password: 'zz1' } } }, ['zz1']],
    ['exec', { ...web, command: 'login --password=zz1' }, ['zz1']],
    ['custom', { api_key: 'zz1', note: 'token=zz2' }, ['zz1', 'zz2']],
  ])('%s %j: is hidden from users and sent to the agent', (type, parameters, secrets) => {
    const command = request(type, parameters)
    const { shown, sealed } = sealParameters(box, 'cmd_1', command)
    for (const secret of secrets) {
      expect(JSON.stringify(command.parameters)).toContain(secret)
      expect(JSON.stringify(shown)).not.toContain(secret)
      expect(sealed).not.toContain(secret)
    }
    expect(openParameters(box, { id: 'cmd_1', parameters: shown, parametersSealed: sealed })).toEqual(
      command.parameters,
    )
    expect(() => openParameters(box, { id: 'cmd_2', parameters: shown, parametersSealed: sealed })).toThrow(/sealed/)
  })

  it('keep names, so that users see which were set', () => {
    const { parameters } = request('deploy_app', { ...web, env_vars: { A: 'zz1', B: 'zz2' } })
    expect(visibleParameters('deploy_app', parameters)).toMatchObject({
      app_code: 'web',
      env_vars: { A: '***', B: '***' },
    })
  })

  it('seal nothing if nothing is secret', () => {
    for (const spec of SUPPORTED) {
      if (['fetch_config', 'health', 'restart', 'logs'].includes(spec.type)) {
        const { parameters } = request(spec.type, LEAST[spec.type]![0])
        expect(sealParameters(box, 'cmd_1', { type: spec.type, appCode: null, parameters }).sealed).toBeNull()
      }
    }
    expect(commandSpec('health')!.readOnly).toBe(true)
  })
})
