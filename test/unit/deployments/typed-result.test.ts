import { typedResult } from '#services/deployments/commands/typed-result.js'

describe('typed view of a result', () => {
  it("maps app health: closed sets of states, mem_mb next to the agent's name, other fields unchanged", () => {
    const result = {
      type: 'health',
      app_code: 'web',
      status: 'OK',
      container_state: 'running',
      last_heartbeat_at: '2026-01-15T10:00:00Z',
      metrics: { cpu_pct: 0.12, mem_usage_mb: 256, rx_bytes: 7 },
      note: 'kept',
    }
    expect(typedResult('health', result)).toEqual({
      ...result,
      status: 'ok',
      metrics: { ...result.metrics, mem_mb: 256 },
      errors: [],
    })
    expect(typedResult('health', { status: 'fine', container_state: 'paused', metrics: { mem_mb: 5 } })).toEqual({
      status: 'unknown',
      container_state: 'unknown',
      last_heartbeat_at: null,
      metrics: { cpu_pct: null, mem_mb: 5 },
      errors: [],
    })
  })

  it('maps health of all, which can be degraded, with the containers of the server', () => {
    const all = {
      type: 'all_health',
      status: 'degraded',
      containers: [{ app_code: 'web', container_state: 'dead', status: 'x' }, 7],
    }
    expect(typedResult('health', all)).toMatchObject({
      type: 'all_health',
      status: 'degraded',
      containers: [{ app_code: 'web', container_state: 'unknown', status: 'unknown', metrics: null }, 7],
    })
    expect(typedResult('health', all)).not.toHaveProperty('container_state')
    expect(typedResult('health', { type: 'system_health', status: 'ok', system_containers: [] })).toMatchObject({
      status: 'ok',
      system_containers: [],
    })
  })

  it('maps logs: lines of any stream, with a cursor or none', () => {
    expect(
      typedResult('logs', {
        lines: [{ ts: 't', stream: 'console', message: 'm', redacted: true }, { message: 'n' }, 'plain'],
        truncated: true,
      }),
    ).toEqual({
      cursor: null,
      truncated: true,
      lines: [
        { ts: 't', stream: 'console', message: 'm', redacted: true },
        { ts: null, stream: 'stdout', message: 'n', redacted: false },
        { ts: null, stream: 'stdout', message: 'plain', redacted: false },
      ],
    })
  })

  it.each([
    ['plain text', 'password=[REDACTED]', true],
    ['a line that does not say so', { message: 'password=[REDACTED]', redacted: false }, true],
    ['what is neither', ['[REDACTED]'], true],
    ['nothing hidden', 'password reset', false],
  ])('marks a line with the mask as redacted: %s', (_what, line, redacted) => {
    expect(typedResult('logs', { lines: [line] })).toMatchObject({ lines: [{ redacted }] })
  })

  it('maps restart: ok or failed, with the state of the container', () => {
    expect(typedResult('restart', { status: 'ok', container_state: 'running' })).toEqual({
      status: 'ok',
      container_state: 'running',
      errors: [],
    })
    expect(typedResult('stop', { status: 'stopped', container_state: 'exited' })).toMatchObject({
      status: 'failed',
      container_state: 'exited',
    })
  })

  it('maps a partly successful firewall in any spelling, with its raw rules', () => {
    for (const status of ['partial_success', 'partialsuccess', 'PartialSuccess'])
      expect(typedResult('configure_firewall', { status, raw_rules: 'x', removed_count: 2 })).toEqual({
        status: 'partial_success',
        raw_rules: 'x',
        removed_count: 2,
        rules: [],
        errors: [],
      })
  })

  it('accepts any input: no result, text, a list, an unknown type', () => {
    for (const odd of ['text', 7, ['a'], true]) expect(typedResult('health', odd)).toEqual(odd)
    expect(typedResult('health', undefined)).toBeNull()
    expect(typedResult('uname', { stdout: 'Linux' })).toEqual({ stdout: 'Linux' })
    expect(typedResult('list_containers', { container_count: 0 })).toEqual({
      container_count: 0,
      containers: [],
      apps: [],
      orphan_containers: [],
    })
  })
})
