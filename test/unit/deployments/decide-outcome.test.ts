import { decideOutcome, type Report } from '#services/deployments/commands/decide-outcome.js'

const outcome = (report: Omit<Report, 'command_id'>) => decideOutcome({ command_id: 'cmd_1', ...report })

describe('command results from reports', () => {
  it.each<[string, Omit<Report, 'command_id'>, 'SUCCEEDED' | 'FAILED']>([
    ['success', { status: 'success' }, 'SUCCEEDED'],
    ['success in other letters', { status: 'SUCCESS' }, 'SUCCEEDED'],
    ['completed', { command_status: 'completed' }, 'SUCCEEDED'],
    ['command_status over status', { status: 'success', command_status: 'failed' }, 'FAILED'],
    ['failed', { status: 'failed' }, 'FAILED'],
    ['D19: error', { status: 'error' }, 'FAILED'],
    ['D19: timeout', { status: 'timeout' }, 'FAILED'],
    ['D19: killed', { status: 'killed' }, 'FAILED'],
    ['a status that nobody knows', { status: 'maybe' }, 'FAILED'],
    ['D19: no status and no errors', {}, 'FAILED'],
    ['D19: no status, though the result sounds well', { result: { status: 'ok' } }, 'FAILED'],
    ['no status but errors', { errors: [{ code: 'x', message: 'y' }] }, 'FAILED'],
    ['D20: success with errors', { status: 'success', errors: [{ code: 'x', message: 'y' }] }, 'SUCCEEDED'],
    ['D21: a shell that exited with 1', { status: 'success', result: { exit_code: 1 } }, 'FAILED'],
    ['a shell that exited with 0', { status: 'success', result: { exit_code: 0 } }, 'SUCCEEDED'],
    [
      'D10: all_health, degraded',
      { status: 'success', result: { type: 'all_health', status: 'degraded' } },
      'SUCCEEDED',
    ],
    ['a flat health, unhealthy', { type: 'health', status: 'unhealthy' }, 'SUCCEEDED'],
    ['a flat health, unknown', { type: 'health', status: 'unknown' }, 'SUCCEEDED'],
    ['a flat restart, ok', { type: 'restart', status: 'ok' }, 'SUCCEEDED'],
    ['a flat restart, failed', { type: 'restart', status: 'failed' }, 'FAILED'],
    ['flat logs, which have no status', { type: 'logs', lines: [], truncated: false }, 'SUCCEEDED'],
    ['flat logs with errors', { type: 'logs', lines: [], errors: [{ code: 'log_fetch_failed' }] }, 'FAILED'],
    ['unhealthy beside a result is no status of a command', { status: 'unhealthy', result: {} }, 'FAILED'],
    ['proxy skipped', { status: 'skipped' }, 'SUCCEEDED'],
    ['D14: partial_success in the result', { status: 'success', result: { status: 'partial_success' } }, 'SUCCEEDED'],
    ['a status that is no text', { status: 7 }, 'FAILED'],
    ['D21: a shell that was killed', { status: 'success', result: { exit_code: null } }, 'FAILED'],
  ])('%s: %j → %s', (_what, report, to) => {
    expect(outcome(report).to).toBe(to)
  })

  it('keep warnings of 32,000 characters, and count the others, so that a list of commands stays small', () => {
    const errors = Array.from({ length: 100 }, () => ({
      code: 'e',
      message: 'x'.repeat(20_000),
      details: 'y'.repeat(5_000),
    }))
    const { warnings } = outcome({ status: 'success', errors, result: { warnings: errors } })
    expect(JSON.stringify(warnings).length).toBeLessThan(33_000)
    expect(warnings.at(-1)).toEqual({
      code: 'warnings_omitted',
      message: '198 more warnings are in the report.',
      details: null,
    })
    const few = errors.slice(0, 2)
    expect(outcome({ status: 'success', errors: few }).warnings).toHaveLength(2)
  })

  it('use the first error as reason and the others as warnings; with success all are warnings', () => {
    const errors = [{ code: 'a', message: 'first', details: 'd' }, 'second', { message: 'third' }, null]
    const [first, ...rest] = [
      { code: 'a', message: 'first', details: 'd' },
      { code: 'error', message: 'second', details: null },
      { code: 'error', message: 'third', details: null },
      { code: 'error', message: '', details: null },
    ]
    expect(outcome({ status: 'failed', errors })).toMatchObject({ error: first, warnings: rest })
    expect(outcome({ status: 'success', errors })).toMatchObject({ error: null, warnings: [first, ...rest] })
  })

  it('use the status or the exit code with the free text as reason without errors', () => {
    expect(outcome({ status: 'timeout', error: 'after 300 s' }).error).toEqual({
      code: 'timeout',
      message: 'after 300 s',
      details: null,
    })
    expect(outcome({ status: 'completed', result: { exit_code: 2 } }).error).toMatchObject({ code: 'exit_code' })
    expect(outcome({ status: 'failed' }).error!.message).not.toBe('')
    expect(outcome({}).error).toMatchObject({
      code: 'missing_status',
      message: expect.stringContaining('no result status'),
    })
  })

  it('keep the result unchanged; a flat report is its own result, without the envelope', () => {
    expect(outcome({ status: 'success', result: [1] }).result).toEqual([1])
    expect(outcome({ status: 'success' }).result).toBeNull()
    expect(
      outcome({ type: 'restart', status: 'ok', container_state: 'running', errors: [], error: null }).result,
    ).toEqual({
      type: 'restart',
      status: 'ok',
      container_state: 'running',
    })
  })
})
