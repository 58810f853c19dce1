import { allBenchmarks } from './all-benchmarks.js'
import { Bench } from './bench.js'
import { stopEverything } from './harness/started-processes.js'

const say = (line: string) => void process.stderr.write(`bench: ${line}\n`)

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (interrupted) return
    interrupted = true
    say('Stopping')
    void stopEverything().then(() => process.exit(130))
  })

/** Runs the named benchmarks, or all. Returns the exit code. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in allBenchmarks))
  if (unknown.length > 0) {
    say(`there is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(allBenchmarks).join(', ')}`)
    return 1
  }
  let sound = true
  for (const [name, benchmark] of Object.entries(allBenchmarks)) {
    if (names.length > 0 && !names.includes(name)) continue
    const bench = new Bench(name, say)
    try {
      await benchmark(bench)
    } finally {
      bench.holds('left running', await stopEverything(), [])
    }
    sound = bench.concludes() && sound
  }
  return sound ? 0 : 1
}

main(process.argv.slice(2)).then(
  (code) => interrupted || process.exit(code),
  (error: unknown) => {
    if (interrupted) return
    say(String((error as Error).stack ?? error))
    process.exit(1)
  },
)
