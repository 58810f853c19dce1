// Verifies tokens in the runtime of edge functions, and writes the times of single calls in milliseconds as JSON.
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { EdgeRuntime } from 'edge-runtime'

const { code, url, tokens, keys, rounds } = JSON.parse(readFileSync(0, 'utf8'))
const script = code.replace(/export\s*\{([^}]*)\};?\s*$/, (_, names) => {
  const members = names.split(',').map((name) => name.trim().split(/\s+as\s+/))
  return `;globalThis.edge = { ${members.map(([local, exported = local]) => `${exported}: ${local}`).join(', ')} }`
})
const runtime = new EdgeRuntime({ initialCode: script })
runtime.context.keys = keys
runtime.context.url = url
runtime.context.clock = () => performance.now()
/** Processor time of the process with its threads, in milliseconds. */
runtime.context.processor = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
const times = runtime.evaluate(`(async () => {
  const fetch = async () => new Response(JSON.stringify(keys), { headers: { 'content-type': 'application/json' } })
  const verifier = edge.createEntitlementsVerifier({ url, fetch })
  const times = []
  const processorTimes = []
  const tokens = ${JSON.stringify(tokens)}
  for (let round = 0; round < ${Number(rounds)}; round++) {
    const token = tokens[round % tokens.length]
    const before = processor()
    const since = clock()
    const verified = await verifier.verify(token)
    if (verified.allows('exports')) throw new Error('not granted')
    times.push(clock() - since)
    processorTimes.push(processor() - before)
  }
  let refused = 'accepted'
  try {
    await verifier.verify(tokens[0].slice(0, -8) + 'AAAAAAAA')
  } catch (error) {
    refused = error.code
  }
  return JSON.stringify({ times, processorTimes, refused, hasProcess: typeof process, hasBuffer: typeof Buffer })
})()`)
process.stdout.write(await times)
