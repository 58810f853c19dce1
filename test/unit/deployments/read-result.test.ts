import fc from 'fast-check'
import { COMMANDS } from '#services/deployments/commands/definitions/command-registry.js'
import { readResult } from '#services/deployments/results/read-result.js'
import { typedResult } from '#services/deployments/commands/typed-result.js'

const AT = '2026-01-15T10:00:00Z'
const DATE = new Date(AT)
const ENDED = new Date('2026-01-15T10:00:09Z')
const command = (type: string, status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED') => ({
  type,
  status,
  createdAt: DATE,
  finishedAt: ENDED,
})
const state = (containers: object) => ({ status: 'ok', last_heartbeat_at: AT, ...containers })

/** As the agent reports them, and what clients read of it. */
const READ: [type: string, result: object, view: object][] = [
  [
    'health',
    {
      type: 'health',
      app_code: 'web',
      container_state: 'running',
      ...state({ metrics: { cpu_pct: 1.5, mem_usage_mb: 64, rx_bytes: 2 ** 40 } }),
    },
    {
      __typename: 'HealthResult',
      scope: 'APP',
      appCode: 'web',
      healthStatus: 'OK',
      containerStatus: 'RUNNING',
      lastHeartbeatAt: DATE,
      metrics: { cpuPercent: 1.5, memMb: 64, rxBytes: 2 ** 40, memPercent: null },
      containerHealth: [],
    },
  ],
  [
    'health',
    {
      type: 'all_health',
      ...state({
        status: 'degraded',
        containers: [
          { app_code: 'db', container_name: 'db-1', container_state: 'exited', status: 'unhealthy' },
          'nonsense',
        ],
      }),
    },
    {
      scope: 'ALL',
      appCode: null,
      healthStatus: 'DEGRADED',
      containerStatus: 'UNKNOWN',
      containerHealth: [
        { appCode: 'db', containerName: 'db-1', containerStatus: 'EXITED', healthStatus: 'UNHEALTHY', metrics: null },
      ],
    },
  ],
  [
    'health',
    {
      type: 'system_health',
      app_code: 'all',
      ...state({ system_containers: [{ container_name: 'agent', status: 'ok' }] }),
    },
    { scope: 'SYSTEM', appCode: null, containerHealth: [{ containerName: 'agent', healthStatus: 'OK' }] },
  ],
  [
    'logs',
    {
      app_code: 'web',
      cursor: 'c2',
      truncated: true,
      lines: [{ ts: AT, stream: 'console', message: 'm', redacted: true }],
    },
    {
      __typename: 'LogsResult',
      cursor: 'c2',
      truncated: true,
      lines: [{ ts: AT, stream: 'console', message: 'm', redacted: true }],
    },
  ],
  [
    'restart',
    { app_code: 'web', status: 'ok', container_state: 'starting' },
    { __typename: 'AppActionResult', outcome: 'OK', containerStatus: 'STARTING', errors: [] },
  ],
  [
    'stop',
    { app_code: 'web', status: 'failed', container_state: 'gone', errors: ['no such container'] },
    {
      outcome: 'FAILED',
      containerStatus: 'UNKNOWN',
      errors: [{ code: 'error', message: 'no such container', details: null }],
    },
  ],
  [
    'error_summary',
    {
      hours_analyzed: 24,
      total_errors: 3,
      total_warnings: 0,
      recommendations: ['rest'],
      status: 'issues_found',
      apps: [{ app_code: 'web', error_count: 3, error_categories: { db: 3 } }],
    },
    {
      __typename: 'ErrorSummaryResult',
      hoursAnalyzed: 24,
      totalErrors: 3,
      recommendations: ['rest'],
      apps: [{ appCode: 'web', errorCount: 3, errorCategories: { db: 3 } }],
    },
  ],
  [
    'list_containers',
    {
      container_count: 1,
      listed_at: AT,
      containers: [{ name: 'web-1', image: 'nginx', restart_count: 2, labels: { a: 'b' } }],
    },
    {
      __typename: 'ListContainersResult',
      containerCount: 1,
      at: DATE,
      containers: [{ name: 'web-1', image: 'nginx', restartCount: 2, labels: { a: 'b' } }],
    },
  ],
  [
    'server_resources',
    { cpu_usage_pct: 12.5, memory_total_bytes: 2 ** 34, collected_at: AT },
    {
      __typename: 'ServerResourcesResult',
      cpuUsagePercent: 12.5,
      memoryTotalBytes: 2 ** 34,
      at: DATE,
      diskUsedPercent: null,
    },
  ],
  [
    'probe_endpoints',
    { app_code: 'web', protocols_detected: ['rest', 7], probed_at: AT },
    { __typename: 'ProbeEndpointsResult', protocolsDetected: ['rest'], at: DATE },
  ],
  [
    'deploy_app',
    { app_code: 'web', status: 'deployed', container_state: 'running', runtime: 'runc', deployed_at: AT },
    {
      __typename: 'AppActionResult',
      outcome: 'OK',
      containerStatus: 'RUNNING',
      runtime: 'runc',
      at: DATE,
    },
  ],
  [
    'remove_app',
    { app_code: 'web', status: 'removed', removed_at: AT, errors: null },
    { __typename: 'AppActionResult', outcome: 'OK', at: DATE, errors: [] },
  ],
  [
    'fetch_config',
    {
      app_code: 'web',
      config: { content_type: 'env', destination_path: '/etc/x', file_mode: '0600', content_length: 12 },
      fetched_at: AT,
    },
    {
      __typename: 'ConfigResult',
      contentType: 'env',
      destinationPath: '/etc/x',
      fileMode: '0600',
      contentLength: 12,
      applied: null,
    },
  ],
  [
    'apply_config',
    { app_code: 'web', config_applied: true, container_restarted: false, restart_error: 'busy' },
    { __typename: 'ConfigResult', applied: true, containerRestarted: false, restartError: 'busy' },
  ],
  [
    'fetch_all_configs',
    { fetched_count: 2, requested_count: 3, configs: [{ app_code: 'web' }] },
    { __typename: 'FetchAllConfigsResult', fetchedCount: 2, requestedCount: 3, fetchedConfigs: [{ app_code: 'web' }] },
  ],
  [
    'config_diff',
    {
      has_drift: true,
      summary: { total: 2, synced: 1, drifted: 1, missing: 0 },
      configs: [{ app_code: 'web', status: 'drifted', diff: '-a' }],
    },
    {
      __typename: 'ConfigDiffResult',
      hasDrift: true,
      total: 2,
      drifted: 1,
      configs: [{ appCode: 'web', driftStatus: 'DRIFTED', diff: '-a' }],
    },
  ],
  [
    'configure_proxy',
    { status: 'success', proxy_host_id: 7, domain_names: ['a.example'], ssl_enabled: true },
    {
      __typename: 'ConfigureProxyResult',
      outcome: 'OK',
      proxyHostId: 7,
      domainNames: ['a.example'],
      sslEnabled: true,
      routeUsable: null,
    },
  ],
  [
    'configure_firewall',
    {
      status: 'partialsuccess',
      rules: [{ port: 80, protocol: 'tcp', applied: false, message: 'protected' }],
      raw_rules: ['-A'],
    },
    {
      __typename: 'ConfigureFirewallResult',
      outcome: 'PARTIAL_SUCCESS',
      rules: [{ port: 80, applied: false, message: 'protected' }],
      rawRules: ['-A'],
    },
  ],
  [
    'exec',
    { command: 'ls', exit_code: 0, stdout: 'a', redacted: true, executed_at: AT },
    { __typename: 'ExecResult', exitCode: 0, stdout: 'a', redacted: true, at: DATE },
  ],
  [
    'activate_pipe',
    { pipe_instance_id: 'p1', active: true, lifecycle: { state: 'active', trigger_count: 4, activated_at: AT } },
    {
      __typename: 'PipeResult',
      pipeInstanceId: 'p1',
      status: 'ACTIVE',
      active: true,
      triggerCount: 4,
      activatedAt: DATE,
    },
  ],
  [
    'trigger_pipe',
    { pipe_instance_id: 'p1', success: false, error: 'refused', target_response: { status: 500 } },
    { status: 'UNKNOWN', success: false, error: 'refused', targetResponse: { status: 500 } },
  ],
  [
    'uname -sr',
    { stdout: 'Linux', stderr: '', exit_code: 0 },
    { __typename: 'ExecResult', stdout: 'Linux', exitCode: 0 },
  ],
  ['backup', { archive: '/tmp/a' }, { __typename: 'UntypedResult', value: { archive: '/tmp/a' } }],
]

describe('typed result', () => {
  it.each(READ)('%s %j', (type, result, view) => {
    expect(readResult(command(type), typedResult(type, result))).toMatchObject(view)
  })

  it('has a time and an outcome, from the command where the agent reported none', () => {
    const read = (status: 'SUCCEEDED' | 'FAILED', result: object) => {
      const { at, outcome, errors } = readResult(command('configure_proxy', status), result)!
      return { at, outcome, errors }
    }
    expect(read('SUCCEEDED', {})).toEqual({ at: ENDED, outcome: 'OK', errors: [] })
    expect(read('FAILED', {})).toEqual({ at: ENDED, outcome: 'FAILED', errors: [] })
    expect(read('SUCCEEDED', { status: 'skipped' })).toMatchObject({ outcome: 'SKIPPED' })
    expect(read('FAILED', { status: 'error', errors: ['busy'] })).toMatchObject({
      outcome: 'FAILED',
      errors: [{ message: 'busy' }],
    })
  })

  it('exists for every supported type', () => {
    const covered = new Set(READ.map(([type]) => type))
    const named = COMMANDS.filter(({ parameters }) => parameters).map(({ type }) => type)
    const alike = ['start', 'deploy_with_configs', 'deactivate_pipe']
    expect(named.filter((type) => !covered.has(type) && !alike.includes(type))).toEqual(['check_connections'])
    for (const type of alike) expect(readResult(command(type), {})!.__typename).not.toBe('UntypedResult')
  })

  it('accepts any report without errors, and never converts a value to another kind', () => {
    const types = COMMANDS.map(({ type }) => type)
    fc.assert(
      fc.property(fc.constantFrom(...types, 'uname'), fc.jsonValue(), (type, result) => {
        const view = readResult(command(type), typedResult(type, result))
        const isObject = typeof result === 'object' && result !== null && !Array.isArray(result)
        expect(view !== null).toBe(isObject)
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it.each(['constructor', '__proto__', 'toString'])('treats a type called %s as unknown', (type) => {
    expect(readResult(command(type), { a: 1 })).toMatchObject({ __typename: 'UntypedResult', value: { a: 1 } })
  })

  it('leaves times without a date, unsafe numbers and infinite ones to the report', () => {
    expect(
      readResult(command('server_resources'), {
        collected_at: '10:00',
        memory_total_bytes: 2 ** 60,
        cpu_usage_pct: 'x',
      }),
    ).toMatchObject({
      at: ENDED,
      memoryTotalBytes: null,
      cpuUsagePercent: null,
    })
  })
})
