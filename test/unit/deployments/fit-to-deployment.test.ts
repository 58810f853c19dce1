import { toHealth } from '#services/deployments/commands/check-app-health.js'
import { namedCommand, type CommandRequest } from '#services/deployments/commands/command-request.js'
import { validateForDeployment } from '#services/deployments/commands/validate-for-deployment.js'
import { toComposeCall, toPullCommand } from '#services/deployments/compose/compose-operation.js'
import { composeFallbackReason } from '#services/deployments/model/compose-availability.js'
import { validateAgentUrl } from '#services/deployments/compose/register-compose-agent.js'
import type { CommandStatus } from '#entities/deployments/command-state.js'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'

const apps = [
  { code: 'web', name: 'Web', containerName: 'shop-web-1' },
  { code: 'db', name: 'Database', containerName: null },
]
const fit = (type: string, parameters: object, of = apps) =>
  validateForDeployment(namedCommand(type, parameters) as CommandRequest, { apps: of })

describe('applications and containers of a deployment', () => {
  it.each([
    ['logs', { app_code: 'nope' }],
    ['restart', { app_code: 'shop-web-1' }],
    ['config_diff', { app_codes: ['web', 'nope'] }],
    ['configure_firewall', { app_code: 'nope', action: 'list' }],
  ])('reject an unknown application: %s %j', (type, parameters) => {
    expect(fit(type, parameters)).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'command.appCode' })
  })

  it('name the container if it is known and the command accepts one', () => {
    expect(fit('restart', { app_code: 'web' })).toMatchObject({ parameters: { container: 'shop-web-1' } })
    expect(fit('restart', { app_code: 'web', container: 'other' })).toMatchObject({
      parameters: { container: 'other' },
    })
    expect(fit('restart', { app_code: 'db' })).toMatchObject({ parameters: { app_code: 'db', force: false } })
    expect((fit('restart', { app_code: 'db' }) as CommandRequest).parameters).not.toHaveProperty('container')
    expect((fit('remove_app', { app_code: 'web' }) as CommandRequest).parameters).not.toHaveProperty('container')
  })

  it('expand all configurations to a list of codes, because agents cannot list them', () => {
    expect(fit('fetch_all_configs', {})).toMatchObject({ parameters: { app_codes: ['web', 'db'] } })
    expect(fit('config_diff', { app_codes: ['db'] })).toMatchObject({ parameters: { app_codes: ['db'] } })
  })

  it('allow a new app for install commands, none for commands on all, and any without a list', () => {
    expect(fit('deploy_app', { app_code: 'new' })).toMatchObject({ appCode: 'new' })
    expect(fit('health', {})).toMatchObject({ appCode: 'all' })
    expect(fit('health', { app_code: 'system', include_system: true })).toMatchObject({ appCode: 'system' })
    expect(fit('logs', { app_code: 'anything' }, [])).toMatchObject({ appCode: 'anything' })
  })
})

describe('health of one application', () => {
  const command = { id: 'cmd_1', status: 'SUCCEEDED' as CommandStatus, result: null, error: null, warnings: [] }
  it('is taken from the report, or unknown', () => {
    const result = {
      status: 'unhealthy',
      container_state: 'exited',
      last_heartbeat_at: 't',
      metrics: { cpu_pct: 1, mem_mb: 2 },
      errors: [{ code: 'a' }],
    }
    expect(toHealth({ ...command, result })).toEqual({
      status: 'unhealthy',
      containerState: 'exited',
      lastHeartbeatAt: 't',
      metrics: { cpu_pct: 1, mem_mb: 2 },
      errors: [{ code: 'a' }],
      commandId: 'cmd_1',
    })
    const error = { code: 'timeout', message: 'm', details: null }
    expect(toHealth({ ...command, status: 'FAILED', error })).toMatchObject({
      status: 'unknown',
      containerState: 'unknown',
      errors: [error],
    })
    expect(toHealth({ ...command, status: 'QUEUED' })).toMatchObject({ status: 'unknown', errors: [] })
  })
})

describe('compose agent', () => {
  const now = new Date('2026-01-15T10:00:00Z')
  const agent = (changed: Partial<ComposeAgentRow>) =>
    ({ healthy: true, tokenFailedAt: null, lastHeartbeatAt: now, ...changed }) as ComposeAgentRow
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)

  it.each<[string, ComposeAgentRow | null, string | null]>([
    ['none', null, 'MISSING_REGISTRATION'],
    ['one that is heard of', agent({}), null],
    ['one that is silent for 90 s', agent({ lastHeartbeatAt: ago(90) }), null],
    ['one that is silent for longer', agent({ lastHeartbeatAt: ago(91) }), 'UNHEALTHY_HEARTBEAT'],
    ['one that says it is unwell', agent({ healthy: false }), 'UNHEALTHY_HEARTBEAT'],
    ['one without its token', agent({ tokenFailedAt: now }), 'TOKEN_FETCH_FAILURE'],
    [
      'one that is silent and without its token',
      agent({ tokenFailedAt: now, lastHeartbeatAt: ago(91) }),
      'UNHEALTHY_HEARTBEAT',
    ],
  ])('%s: %j → %s', (_what, row, reason) => {
    expect(composeFallbackReason(row, now.getTime())).toBe(reason)
  })

  it.each([
    ['https://agent.example.com:8443/base', null],
    ['http://203.0.113.9', null],
    ['http://10.1.2.3:9000', null],
    ['http://127.0.0.1', 'INVALID_URL'],
    ['http://127.1', 'INVALID_URL'],
    ['http://0x7f000001', 'INVALID_URL'],
    ['http://[::1]:80', 'INVALID_URL'],
    ['http://[::ffff:127.0.0.1]', 'INVALID_URL'],
    ['http://169.254.169.254/latest', 'INVALID_URL'],
    ['http://localhost:9000', 'INVALID_URL'],
    ['http://user:pass@agent.example.com', 'INVALID_URL'],
    ['https://agent.example.com/?token=a', 'INVALID_URL'],
    ['ftp://agent.example.com', 'INVALID_URL'],
    ['javascript:alert(1)', 'INVALID_URL'],
    ['//evil', 'INVALID_URL'],
    ['', 'INVALID_URL'],
  ])('has the URL %s: %s', (url, code) => {
    const allows = (host: string) => host === '203.0.113.9' || host === '10.1.2.3'
    expect(validateAgentUrl(url, allows)?.code ?? null).toBe(code)
  })

  it('uses its own names, and the polling agent uses others', () => {
    const request = { appCode: 'web', cursor: 'c', limit: 10, force: true } as const
    expect(toComposeCall({ ...request, operation: 'logs' })).toEqual({
      method: 'GET',
      path: 'api/v1/logs',
      query: { app_code: 'web', cursor: 'c', limit: '10' },
      retries: 2,
    })
    expect(toComposeCall({ ...request, operation: 'restart' })).toMatchObject({
      method: 'POST',
      body: { app_code: 'web', force: true },
      retries: 0,
    })
    expect(toComposeCall({ ...request, operation: 'status', appCode: null })).toMatchObject({ query: {} })
    expect(toPullCommand({ ...request, operation: 'logs' })).toMatchObject({
      type: 'logs',
      parameters: { app_code: 'web', cursor: 'c', limit: 10 },
    })
    expect(toPullCommand({ ...request, operation: 'restart' })).toMatchObject({
      type: 'restart',
      parameters: { force: true },
    })
    expect(toPullCommand({ ...request, operation: 'status', appCode: null })).toMatchObject({
      type: 'health',
      parameters: { app_code: 'all', include_metrics: false },
    })
    expect(toPullCommand({ ...request, operation: 'metrics' })).toMatchObject({
      type: 'health',
      parameters: { include_metrics: true },
    })
    expect(toPullCommand({ ...request, operation: 'logs', appCode: null })).toMatchObject({
      code: 'INVALID_PARAMETERS',
    })
  })
})
