import { isReadOnly } from '#services/deployments/commands/definitions/command-registry.js'
import { namedCommand, toCommandRequest, type CommandInput } from '#services/deployments/commands/command-request.js'
import { isPostgresSafe, toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'

describe('command as the agent reads it', () => {
  it.each<[CommandInput, string, object]>([
    [{ health: {} }, 'health', { app_code: 'all', include_metrics: true, include_system: false }],
    [
      { health: { appCode: 'web', includeMetrics: false, includeSystem: true } },
      'health',
      { app_code: 'web', include_metrics: false, include_system: true },
    ],
    [
      { health: { appCode: null, includeMetrics: null } },
      'health',
      { app_code: 'all', include_metrics: true, include_system: false },
    ],
    [
      { logs: { appCode: 'web' } },
      'logs',
      { app_code: 'web', limit: 400, streams: ['stdout', 'stderr'], redact: true },
    ],
    [
      { logs: { appCode: 'web', container: 'c', cursor: 'x', limit: 1000, streams: [], redact: false } },
      'logs',
      { app_code: 'web', container: 'c', cursor: 'x', limit: 1000, streams: ['stdout', 'stderr'], redact: false },
    ],
    [{ restart: { appCode: 'web' } }, 'restart', { app_code: 'web', force: false }],
    [{ restart: { appCode: 'web', force: true } }, 'restart', { app_code: 'web', force: true }],
    [{ start: { appCode: 'web' } }, 'start', { app_code: 'web' }],
    [{ stop: { appCode: 'web' } }, 'stop', { app_code: 'web', timeout: 30 }],
    [{ stop: { appCode: 'web', timeoutSeconds: 300 } }, 'stop', { app_code: 'web', timeout: 300 }],
    [
      { other: { type: 'server_resources', parameters: null } },
      'server_resources',
      { include_disk: true, include_network: true },
    ],
    [
      { other: { type: ' Stacker.EXEC ', parameters: { app_code: 'web', command: 'ls' } } },
      'exec',
      { app_code: 'web', command: 'ls', timeout: 30, redact_output: true },
    ],
  ])('%j', (input, type, parameters) => {
    expect(toCommandRequest(input)).toEqual({
      type,
      appCode: (parameters as { app_code?: string }).app_code ?? null,
      parameters,
    })
  })

  it.each<[CommandInput, string, string]>([
    [{}, 'INVALID_PARAMETERS', 'command'],
    [{ restart: null }, 'INVALID_PARAMETERS', 'command'],
    [{ logs: { appCode: 'web', limit: 0 } }, 'INVALID_PARAMETERS', 'command.logs.limit'],
    [{ logs: { appCode: 'web', limit: 1001 } }, 'INVALID_PARAMETERS', 'command.logs.limit'],
    [{ logs: { appCode: 'web', streams: ['stdin'] } }, 'INVALID_PARAMETERS', 'command.logs.streams.0'],
    [{ other: { type: 'exec', parameters: {} } }, 'INVALID_PARAMETERS', 'parameters.app_code'],
    [{ logs: { appCode: 'web', cursor: 'a\u0000' } }, 'INVALID_PARAMETERS', 'command.logs'],
    [{ stop: { appCode: 'web', timeoutSeconds: 0 } }, 'INVALID_PARAMETERS', 'command.stop.timeoutSeconds'],
    [{ stop: { appCode: 'web', timeoutSeconds: 301 } }, 'INVALID_PARAMETERS', 'command.stop.timeoutSeconds'],
    [{ restart: { appCode: '' } }, 'INVALID_PARAMETERS', 'command.restart.appCode'],
    [{ restart: { appCode: 'a b' } }, 'INVALID_PARAMETERS', 'command.restart.appCode'],
    [{ start: { appCode: '../etc' } }, 'INVALID_PARAMETERS', 'command.start.appCode'],
    [{ stop: { appCode: 'x'.repeat(101) } }, 'INVALID_PARAMETERS', 'command.stop.appCode'],
    [{ other: { type: 'shell', parameters: {} } }, 'UNKNOWN_COMMAND', 'type'],
    [{ other: { type: 'uname -sr', parameters: {} } }, 'UNKNOWN_COMMAND', 'type'],
    [{ other: { type: 'stacker.stacker.exec', parameters: {} } }, 'UNKNOWN_COMMAND', 'type'],
    [{ other: { type: 'pause', parameters: {} } }, 'COMMAND_NOT_SUPPORTED', 'type'],
    [{ other: { type: 'rebuild', parameters: {} } }, 'COMMAND_NOT_SUPPORTED', 'type'],
    [{ other: { type: 'backup', parameters: {} } }, 'COMMAND_NOT_SUPPORTED', 'type'],
    [{ other: { type: 'health', parameters: 'all' } }, 'INVALID_PARAMETERS', 'parameters'],
    [{ other: { type: 'health', parameters: ['all'] } }, 'INVALID_PARAMETERS', 'parameters'],
    [{ other: { type: 'health', parameters: { note: '\ud800' } } }, 'INVALID_PARAMETERS', 'parameters'],
  ])('%j: is rejected with %s at %s', (input, code, field) => {
    expect(toCommandRequest(input)).toMatchObject({ __typename: 'Refused', code, field })
  })

  it('ignores a deployment in the parameters, and accepts `params` for all of them, as the agent does', () => {
    expect(namedCommand('health', { app_code: 'a', deployment_hash: 'other' })).toMatchObject({
      parameters: { app_code: 'a' },
    })
    const nested = namedCommand('fetch_config', {
      app_code: 'a',
      params: { app_code: 'b', apply: true, deployment_hash: 'x' },
    })
    expect(nested).toEqual({ type: 'fetch_config', appCode: 'b', parameters: { app_code: 'b', apply: true } })
  })

  it('allows repeated delivery of read-only commands, and not of others', () => {
    const twice = [
      'health',
      'logs',
      'list_containers',
      'server_resources',
      'config_diff',
      'probe_endpoints',
      'error_summary',
      'fetch_config',
    ]
    expect(twice.every((type) => isReadOnly(type, {}))).toBe(true)
    const once = [
      'restart',
      'start',
      'stop',
      'exec',
      'deploy_app',
      'remove_app',
      'apply_config',
      'fetch_all_configs',
      'configure_proxy',
      'trigger_pipe',
      'nothing',
    ]
    expect(once.some((type) => isReadOnly(type, {}))).toBe(false)
    expect(isReadOnly('fetch_config', { apply: true })).toBe(false)
    expect(isReadOnly('fetch_config', { apply: false })).toBe(true)
  })
})

describe('JSON for the database', () => {
  it('is the same object if it is valid', () => {
    for (const value of [null, 'text', 'C:\\u0000', 'a \\ud800', '😀', { 'a\\u0000': ['\n\t"'] }, 7, [true]]) {
      expect(toPostgresSafe(value)).toEqual(value)
      expect(isPostgresSafe(value)).toBe(true)
    }
    const report = { command_id: 'cmd_1' }
    expect(toPostgresSafe(report)).toBe(report)
  })

  it('is cleaned in values and in names otherwise', () => {
    const odd = { 'na\u0000me': ['a\u0000', { deep: '\udc00x\ud83d' }], ok: '😀' }
    expect(isPostgresSafe(odd)).toBe(false)
    expect(toPostgresSafe(odd)).toEqual({ 'na\ufffdme': ['a\ufffd', { deep: '\ufffdx\ufffd' }], ok: '😀' })
  })
})
