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
  { bytes, bytesPerSecond }: SlowReport,
): Promise<SlowAnswer & { readonly command: string }> {
  const deployment = await deploymentWithAgent(server)
  const agent = new TestAgent(base, deployment.agent.identity)
  const { id } = await enqueue(server, deployment)
  await agent.wait(5)
  const head = `{"command_id":"${id}","deployment_hash":"${deployment.hash}","status":"success","result":{"output":"`
  const text = `${head}${'x'.repeat(bytes - head.length - 3)}"}}`
  const answer = await sendSlowly({
    url: `${base}/api/v1/agent/commands/report`,
    headers: agent.headers(text),
    body: Buffer.from(text),
    bytesPerSecond,
  })
  return { ...answer, command: (await readCommand(server, deployment.owner, id)).status }
}
