import { deploymentWithAgent, enqueue, readCommand } from './deployments.js'
import { sendSlowly, type SlowAnswer } from './slow-sender.js'
import { TestAgent } from './test-agent.js'
import type { TestServer } from './test-server.js'

/** A report of a size that arrives at a rate. */
export interface SlowReport {
  readonly bytes: number
  readonly bytesPerSecond: number
}

/** Sends the report of a new agent, through a proxy or directly. Returns the response and the status of the command. */
export async function reportSlowly(
  server: TestServer,
  base: string,
  report: SlowReport,
): Promise<SlowAnswer & { readonly command: string }> {
  const { answers, command } = await reportAtOnce(server, base, report, 1)
  return { ...answers[0]!, command }
}

/** Sends the same report of a new agent over several connections at the same time. */
export async function reportAtOnce(
  server: TestServer,
  base: string,
  { bytes, bytesPerSecond }: SlowReport,
  connections: number,
): Promise<{ readonly answers: readonly SlowAnswer[]; readonly command: string }> {
  const deployment = await deploymentWithAgent(server)
  const agent = new TestAgent(base, deployment.agent.identity)
  const { id } = await enqueue(server, deployment)
  await agent.wait(5)
  const head = `{"command_id":"${id}","deployment_hash":"${deployment.hash}","status":"success","result":{"output":"`
  const text = `${head}${'x'.repeat(bytes - head.length - 3)}"}}`
  const request = { url: `${base}/api/v1/agent/commands/report`, body: Buffer.from(text), bytesPerSecond }
  const answers = await Promise.all(
    Array.from({ length: connections }, () => sendSlowly({ ...request, headers: agent.headers(text) })),
  )
  return { answers, command: (await readCommand(server, deployment.owner, id)).status }
}
