import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startServerChildProcess } from '../support/server-child-process.js'
import { patientNow } from '../support/patience.js'
import {
  enqueue,
  newDeployment,
  readCommand,
  deploymentWithAgent,
  type TestDeployment,
} from '../support/deployments.js'
import { eventually, freePort, startTestServer, type TestServer } from '../support/test-server.js'
import { openTcpProxy } from '../support/tcp-proxy.js'

const AGENT = join(process.cwd(), 'examples/agent/main.ts')

describe('kill -9', () => {
  let harness: TestServer
  const folders: string[] = []
  const running: ChildProcess[] = []
  beforeAll(async () => {
    harness = await startTestServer({ env: { ALLOWED_COMMANDS: 'echo,uname,date' } })
  })
  afterAll(async () => {
    for (const child of running) if (child.exitCode === null) child.kill('SIGKILL')
    await harness.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  /** The reference agent, as its README says to start it. */
  function agent(args: string[], folder: string, env: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', AGENT, ...args], {
      env: {
        PATH: process.env['PATH'],
        AGENT_DIR: folder,
        POLLING_TIMEOUT_SECS: '2',
        POLLING_BACKOFF_SECS: '1',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    running.push(child)
    return child
  }
  const ended = (child: ChildProcess) =>
    child.exitCode === null && child.signalCode === null
      ? new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
      : Promise.resolve(child.exitCode)

  async function enrolledAgent(own: TestDeployment, url = harness.url): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-agent-'))
    folders.push(folder)
    expect(await ended(agent(['register', url, own.hash, own.enrolmentToken], folder))).toBe(0)
    return folder
  }
  const completed = (own: TestDeployment, id: string, timeoutMs = 20_000) =>
    eventually(
      () => readCommand(harness, own.owner, id),
      ({ status }) => !['QUEUED', 'LEASED', 'RUNNING'].includes(status),
      timeoutMs,
    )
  const shell = (type: string) => ({ command: { other: { type, parameters: {} } } })

  it('runs allowed commands with the reference agent, denies others, and reports its own health', async () => {
    const own = await newDeployment(harness)
    const folder = await enrolledAgent(own)
    const child = agent([], folder)
    const echo = await enqueue(harness, own, shell('echo hello'))
    const health = await enqueue(harness, own, { command: { health: {} } })
    const restart = await enqueue(harness, own)
    expect(await completed(own, echo.id)).toMatchObject({
      status: 'SUCCEEDED',
      result: { stdout: 'hello\n', exit_code: 0 },
    })
    expect(await completed(own, health.id)).toMatchObject({
      status: 'SUCCEEDED',
      result: { type: 'health', status: 'ok' },
    })
    expect(await completed(own, restart.id)).toMatchObject({
      status: 'FAILED',
      error: { message: expect.stringContaining('is not allowed') },
    })
    child.kill('SIGKILL')
    await ended(child)
  })

  it.each([7, 42])(
    'during agent work, repeated with seed %s: loses no command, runs none twice, and reports interrupted ones',
    async (seed) => {
      const own = await newDeployment(harness)
      const folder = await enrolledAgent(own)
      const ids: string[] = []
      for (let number = 0; number < 12; number++) ids.push((await enqueue(harness, own, shell(`echo ${number}`))).id)
      let state = seed
      const next = () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31
      for (let life = 0; life < 3; life++) {
        const child = agent([], folder)
        await pause(150 + next() * 500)
        child.kill('SIGKILL')
        await ended(child)
      }
      const last = agent([], folder)
      for (const id of ids) {
        const { status, attempt, error } = await completed(own, id, 30_000)
        // Killed between the journal and the program: said so, and not run again.
        const published = status === 'SUCCEEDED' || error?.code === 'interrupted' || status === 'LOST'
        expect([seed, id, attempt, published]).toEqual([seed, id, expect.any(Number), true])
        const leases = await harness.query(
          `select 1 from stream_event where subject_id = $1 and type = 'command.running'`,
          [id],
        )
        expect(leases.length).toBeLessThanOrEqual(1)
      }
      const journal = readdirSync(join(folder, 'journal')).filter((name) => name.endsWith('.json'))
      expect(journal.length).toBeLessThanOrEqual(ids.length)
      last.kill('SIGKILL')
      await ended(last)
    },
  )

  it('after a lost response: repeats the report from the journal without running the command again', async () => {
    const own = await newDeployment(harness)
    const { port } = new URL(harness.url)
    const proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(port) })
    const folder = await enrolledAgent(own, proxy.through(harness.url))
    const child = agent([], folder)
    await pause(800)
    await proxy.cut()
    const { id } = await enqueue(harness, own, shell('date'))
    await pause(500)
    await proxy.mend()
    expect((await completed(own, id, 30_000)).status).toBe('SUCCEEDED')
    child.kill('SIGKILL')
    await ended(child)
    // Repeats the report, as after a lost response: it is stored, and nothing changes.
    const before = await readCommand(harness, own.owner, id)
    const again = agent([], folder)
    await pause(1500)
    expect(await readCommand(harness, own.owner, id)).toEqual(before)
    again.kill('SIGKILL')
    await ended(again)
    await proxy.close()
  })

  it('during polls, commands and reports of the server: loses nothing', async () => {
    const own = await newDeployment(harness)
    const port = await freePort()
    let server = await startServerChildProcess(harness, port)
    const folder = await enrolledAgent(own, server.url)
    const child = agent([], folder)
    const ids: string[] = []
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 4; number++) ids.push((await enqueue(harness, own, shell(`echo ${round}`))).id)
      await pause(100 + round * 150)
      await server.kill()
      ids.push((await enqueue(harness, own, shell('uname'))).id)
      server = await startServerChildProcess(harness, port)
    }
    for (const id of ids) {
      const { status, error } = await completed(own, id, 40_000)
      expect([id, status === 'SUCCEEDED' || (status === 'LOST' && error?.code === 'LOST')]).toEqual([id, true])
    }
    child.kill('SIGKILL')
    await ended(child)
    await server.kill()
  })

  it('during polls at any time: requeues a command, or marks a delivered one as lost', async () => {
    const served = await deploymentWithAgent(harness)
    const { identity } = served.agent
    const ids: string[] = []
    for (let number = 0; number < 20; number++)
      ids.push((await enqueue(harness, served, { command: { health: {} } })).id)
    const { hostname, port } = new URL(harness.url)
    for (let cut = 0; cut < 40; cut++) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      await new Promise((ready) => socket.once('connect', ready))
      socket.write(
        `GET /api/v1/agent/commands/wait/${identity.hash}?timeout=5 HTTP/1.1\r\nHost: x\r\nX-Agent-Id: ${identity.id}\r\n` +
          `X-Timestamp: ${Math.floor(Date.now() / 1000)}\r\nX-Request-Id: ${randomUUID()}\r\nAuthorization: Bearer ${identity.token}\r\n` +
          `X-Agent-Signature: ${createHmac('sha256', identity.token).update('').digest('base64')}\r\n\r\n`,
      )
      await pause(cut % 12)
      socket.destroy()
    }
    // Every one is found again: in the queue, or out with an agent that is gone, which the next poll says.
    await harness.query(
      `update command set superseded_at = now() - interval '6 seconds' where deployment_id = $1 and status in ('LEASED', 'RUNNING')`,
      [served.id],
    )
    const left = new Set(ids)
    for (const deadline = patientNow() + 120_000; left.size > 0 && patientNow() < deadline;) {
      const { item } = (await served.agent.wait(1)).body
      if (!item) continue
      await served.agent.report({ command_id: item.command_id, status: 'success', result: { status: 'ok' } })
      left.delete(item.command_id)
    }
    expect([...left]).toEqual([])
  })
})
