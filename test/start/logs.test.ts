import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'
import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { runCommand } from '#test/support/run-command.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

/** `stackgate logs` against a server and an agent that reports a log with a cursor. */
describe('stackgate logs', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  let env: Record<string, string>
  let log: string[]
  const end = new AbortController()
  let agent: Promise<void>
  /** Requested parameters of each reading. */
  const readings: Record<string, unknown>[] = []

  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server, { capabilities: ['docker', 'logs'] })
    const key = await server.serviceKey(['commands:write'])
    env = { STACKGATE_URL: server.url, STACKGATE_TOKEN: key }
    agent = answer()
  })
  beforeEach(() => {
    log = ['started', 'listening']
    readings.length = 0
  })
  afterAll(async () => {
    end.abort()
    await agent
    await server.close()
  })

  async function answer(): Promise<void> {
    while (!end.signal.aborted) {
      const { item } = (await served.agent.wait(1)).body
      if (!item) continue
      readings.push(item.parameters)
      const from = Number(item.parameters['cursor'] ?? 0)
      const lines = log.slice(from).map((message) => ({ ts: '2026-11-20T10:00:00Z', stream: 'stdout', message }))
      const result = {
        type: 'logs',
        app_code: item.parameters['app_code'],
        lines,
        cursor: `${log.length}`,
        truncated: false,
      }
      const failed = log.includes('gone') && { status: 'failed', error: 'no such container', result: null }
      await served.agent.report({ command_id: item.command_id, status: 'success', result, ...failed })
    }
  }

  it('prints the lines as text and as JSON', async () => {
    const text = await runCommand('logs', [served.hash, '--app', 'web'], env)
    expect(text).toEqual({
      code: 0,
      stderr: '',
      stdout: '2026-11-20T10:00:00Z stdout started\n2026-11-20T10:00:00Z stdout listening\n',
    })
    const args = [served.id, '--app', 'web', '--stream', 'stderr', '--lines', '7', '--json']
    const json = await runCommand('logs', args, env)
    expect(JSON.parse(json.stdout)).toMatchObject({ lines: [{ message: 'started' }, { message: 'listening' }] })
    expect(readings[1]).toMatchObject({ app_code: 'web', limit: 7, streams: ['stderr'] })
  })

  it('follows the log from cursor to cursor, and ends with 0 when it is interrupted', async () => {
    const args = ['logs', served.hash, '--app', 'web', '--follow', '--interval', '1', '--json']
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/cli/stackgate.js'), ...args], {
      env: { ...childEnvironment, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await eventually(
      () => Promise.resolve(printed),
      (text) => text.includes('listening'),
    )
    log.push('third')
    await eventually(
      () => Promise.resolve(printed),
      (text) => text.includes('third'),
    )
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    const messages = printed
      .trim()
      .split('\n')
      .map((each) => (JSON.parse(each) as { message: string }).message)
    expect(messages).toEqual(['started', 'listening', 'third'])
    expect(readings[1]).toMatchObject({ cursor: '2' })
  })

  it.each([
    [() => ['no-such-hash'], 'deployment no-such-hash not found'],
    [() => [served.hash, '--app', 'no-such-app'], 'application no-such-app not found; the applications are '],
    [() => [served.hash, '--app', 'web', '--lines', '0'], 'must be a number of lines between 1 and 1000'],
  ])('refuses a wrong target with exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await runCommand('logs', args(), env)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)])
  })

  it('says why the agent or the server did not read the log', async () => {
    log = ['gone']
    const failed = await runCommand('logs', [served.hash, '--app', 'web'], env)
    expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('the agent could not read the log')])
    const noScope = { ...env, STACKGATE_TOKEN: await server.serviceKey(['entitlements:read']) }
    const denied = await runCommand('logs', [served.hash, '--app', 'web'], noScope)
    expect([denied.code, denied.stderr]).toEqual([2, expect.stringMatching(/commands:write|not found/)])
    const away = await runCommand('logs', [served.hash], { ...env, STACKGATE_URL: 'http://127.0.0.1:9' })
    expect([away.code, away.stderr]).toEqual([
      2,
      expect.stringContaining('http://127.0.0.1:9/graphql cannot be reached'),
    ])
    const withoutToken = await runCommand('logs', [served.hash], { STACKGATE_URL: server.url })
    expect([withoutToken.code, withoutToken.stderr]).toEqual([2, expect.stringContaining('STACKGATE_TOKEN: missing')])
  })
})
