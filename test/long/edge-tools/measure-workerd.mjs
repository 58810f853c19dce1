// Verifies tokens in workerd, and writes the times of single requests in milliseconds as JSON. The clock of a worker stands still while it
// computes, so that the time of a request with one verification is compared with that of a request without.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

const { code, url, tokens, keys, rounds, port } = JSON.parse(readFileSync(0, 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'workerd-'))
const worker = `
import { createEntitlementsVerifier } from 'edge'
const tokens = ${JSON.stringify(tokens)}
const keys = ${JSON.stringify(JSON.stringify(keys))}
const verifier = createEntitlementsVerifier({ url: ${JSON.stringify(url)}, fetch: async () => new Response(keys) })
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/globals') return Response.json({ hasProcess: typeof process, hasBuffer: typeof Buffer })
    if (pathname === '/forged')
      return new Response(await verifier.verify(tokens[0].slice(0, -8) + 'AAAAAAAA').then(() => 'accepted', ({ code }) => code))
    let granted = 0
    for (let count = 0; count < Number(searchParams.get('count')); count++)
      if ((await verifier.verify(tokens[count % tokens.length])).allows('exports')) granted++
    return new Response(String(granted))
  },
}`
// Since later dates, workerd has globals of Node.
const config = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js"), (name = "edge", esModule = embed "edge.js")],
  compatibilityDate = "2024-01-01",
);`
for (const [name, text] of Object.entries({ 'worker.js': worker, 'edge.js': code, 'config.capnp': config }))
  writeFileSync(join(folder, name), text)

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const request = (path) =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => resolve(text)).on('error', reject)
    }).on('error', reject)
  })

/** Times of requests in turn with this number of verifications. */
async function timesOf(count, requests) {
  const times = []
  for (let round = 0; round < requests; round++) {
    const since = performance.now()
    const text = await request(`/?count=${count}`)
    times.push(performance.now() - since)
    if (text !== '0') throw new Error(text)
  }
  return times
}

const packages = createRequire(import.meta.url)
const workerd = packages.resolve(`@cloudflare/workerd-linux-${process.arch === 'arm64' ? 'arm64' : '64'}/bin/workerd`)
const child = spawn(workerd, ['serve', join(folder, 'config.capnp')], { stdio: ['ignore', 'inherit', 'inherit'] })
try {
  for (let waits = 0; (await request('/globals').catch(() => null)) === null; waits++) {
    if (waits > 100) throw new Error('workerd does not respond.')
    await delay(100)
  }
  const globals = JSON.parse(await request('/globals'))
  const refused = await request('/forged')
  await timesOf(1, 500)
  const withOne = await timesOf(1, rounds)
  const without = await timesOf(0, rounds)
  const [thousand] = (await timesOf(1_000, 10)).toSorted((one, other) => one - other)
  process.stdout.write(JSON.stringify({ withOne, without, average: thousand / 1_000, refused, ...globals }))
} finally {
  child.kill()
  agent.destroy()
  rmSync(folder, { recursive: true })
}
