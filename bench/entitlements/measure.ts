import type pg from 'pg'
import type { Bench, Figure } from '../bench.js'
import { median, rounded, spread } from '../statistics.js'

/** One run of a side: how much it did in a second, and words about it. */
export interface Run {
  readonly perSecond: number
  readonly note: string
  /** Processor time of one request in microseconds, server and database. Undefined if it was not measured. */
  readonly microseconds?: number
}

/**
 * Brings the database to the state of one that has run for a while: earlier writes are flushed, and the WAL files exist
 * for reuse. A new database fills every WAL file with zeros first, which delays commits.
 */
export async function quiesceDatabase(client: pg.Client): Promise<void> {
  await client.query('checkpoint')
}

/** Loads two sides in turn and reports the median of the paired ratios. */
export async function alternate(
  bench: Bench,
  measure: { name: string; unit: string; peerName: string; figure: Figure; callers?: number },
  ours: (seconds: number) => Promise<Run>,
  peer: (seconds: number) => Promise<Run>,
  effort: { seconds: number; warmUpSeconds: number; rounds: number },
): Promise<void> {
  for (const side of [ours, peer]) await side(effort.warmUpSeconds)
  const pairs: { ours: number; peer: number }[] = []
  const cpuRatios: number[] = []
  const ourMicroseconds: number[] = []
  for (let round = 1; round <= effort.rounds; round += 1) {
    const our = await ours(effort.seconds)
    const theirs = await peer(effort.seconds)
    pairs.push({ ours: our.perSecond, peer: theirs.perSecond })
    if (our.microseconds !== undefined) ourMicroseconds.push(our.microseconds)
    if (our.microseconds !== undefined && theirs.microseconds !== undefined)
      cpuRatios.push(theirs.microseconds / our.microseconds)
    bench.say(
      `${measure.name} ${round}/${effort.rounds}: ours ${our.perSecond.toFixed(0)}/s (${our.note}), ${measure.peerName} ${theirs.perSecond.toFixed(0)}/s (${theirs.note})`,
    )
  }
  const ratios = pairs.map((pair) => pair.ours / pair.peer)
  const found = { ours: median(pairs.map((pair) => pair.ours)), peer: median(pairs.map((pair) => pair.peer)) }
  bench.measured(
    {
      name: measure.name,
      unit: measure.unit,
      ours: rounded(found.ours, 0),
      peer: rounded(found.peer, 0),
      peerName: measure.peerName,
      ratio: rounded(median(ratios), 3),
      ...(measure.callers === undefined ? {} : { callers: measure.callers }),
      ...(cpuRatios.length > 0 ? { cpuRatio: rounded(median(cpuRatios), 3) } : {}),
      ...(ourMicroseconds.length > 0 ? { cpuMicroseconds: rounded(median(ourMicroseconds), 0) } : {}),
      runs: ratios.length,
      spread: rounded(spread(ratios), 3),
    },
    measure.figure,
  )
}
