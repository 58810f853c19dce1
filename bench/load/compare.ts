import type { Bench, Figure } from '../bench.js'
import { median, rounded, spread } from '../statistics.js'
import type { ProcessorMeter } from '../harness/processor-meter.js'
import { load, type LoadPlan } from './load.js'

/** Server under load, and its requests. */
export interface Side {
  readonly name: string
  readonly meter: ProcessorMeter
  readonly plan: Pick<LoadPlan, 'url' | 'body' | 'expectedBody'>
}

/** Requests per second of each side under alternating loads. The ratio is the median of the paired ratios. */
export async function compareThroughput(
  bench: Bench,
  measure: { name: string; figure: Figure; ours: Side; peer: Side },
  effort: { connections: number; seconds: number; warmUpSeconds: number; rounds: number },
): Promise<void> {
  const { ours, peer } = measure
  const under = async (side: Side, seconds: number) => {
    const result = await load({ ...side.plan, connections: effort.connections, seconds }, side.meter)
    bench.holds(`${side.name}: wrong answers`, result.wrong, 0)
    return result
  }
  for (const side of [ours, peer]) await under(side, effort.warmUpSeconds)
  const pairs: { ours: number; peer: number }[] = []
  const cpuRatios: number[] = []
  const ourMicroseconds: number[] = []
  for (let round = 1; round <= effort.rounds; round += 1) {
    const [our, theirs] = [await under(ours, effort.seconds), await under(peer, effort.seconds)]
    pairs.push({ ours: our.requestsPerSecond, peer: theirs.requestsPerSecond })
    ourMicroseconds.push(our.microseconds)
    cpuRatios.push(theirs.microseconds / our.microseconds)
    const shown = (side: Side, { requestsPerSecond, p50, p99, microseconds }: typeof our) =>
      `${side.name} ${requestsPerSecond.toFixed(0)}/s (p50 ${p50} ms, p99 ${p99} ms, ${microseconds.toFixed(0)} µs of processor each)`
    bench.say(`${measure.name} ${round}/${effort.rounds}: ${shown(ours, our)}, ${shown(peer, theirs)}`)
  }
  const ratios = pairs.map((pair) => pair.ours / pair.peer)
  bench.measured(
    {
      name: measure.name,
      unit: 'requests/s',
      ours: rounded(median(pairs.map((pair) => pair.ours)), 0),
      peer: rounded(median(pairs.map((pair) => pair.peer)), 0),
      peerName: peer.name,
      ratio: rounded(median(ratios), 3),
      callers: effort.connections,
      cpuRatio: rounded(median(cpuRatios), 3),
      cpuMicroseconds: rounded(median(ourMicroseconds), 0),
      runs: ratios.length,
      spread: rounded(spread(ratios), 3),
    },
    measure.figure,
  )
}
