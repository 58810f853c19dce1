import { isDeepStrictEqual } from 'node:util'

/** Result of one measurement, printed as one JSON line. */
export interface Measure {
  /** `benchmark/measure`; printed once in a run. */
  readonly name: string
  readonly unit: string
  /** The number held against the figure: a median, or the worst of several where the figure is a limit. */
  readonly ours: number
  /** The peer's median; null without a peer. */
  readonly peer: number | null
  readonly peerName: string | null
  /** Ratio of our result to the peer's. Above 1 means that ours is better. Null without a peer. */
  readonly ratio: number | null
  /** Number of concurrent callers. */
  readonly callers?: number
  /** Processor time of the peer divided by ours, for one request, server and database together. Above 1 is better for us. */
  readonly cpuRatio?: number
  /** Processor time of one of our requests in microseconds, server and database together: the median of the rounds. */
  readonly cpuMicroseconds?: number
  /** Number of pairs, or of our runs without a peer. */
  readonly runs: number
  /** (max - min) / median of the paired ratios, or of our runs: the noise of the machine. */
  readonly spread: number
  /** Milliseconds; only where a latency is measured. */
  readonly p50?: number
  readonly p99?: number
}

/** A benchmark: measures, reports through `bench`, and leaves nothing running. */
export type Benchmark = (bench: Bench) => Promise<void>

/** Target of a measurement. */
export interface Figure {
  readonly min?: number
  readonly max?: number
  readonly cpuRatioAtLeast?: number
}

/** Text for a figure. Empty without a figure. */
function conclude(value: number | undefined, sign: '>=' | '<=', figure: number | undefined, name = ''): string {
  if (figure === undefined) return ''
  const isMet = value !== undefined && (sign === '>=' ? value >= figure : value <= figure)
  return `${name}${name && value !== undefined ? `${value}, ` : ''}figure ${sign} ${figure}: ${isMet ? 'met' : 'NOT MET'}`
}

/** Output of a benchmark: measurements to stdout, everything else to stderr. */
export class Bench {
  private readonly printed = new Set<string>()
  private readonly broken: string[] = []
  private checks = 0

  constructor(
    private readonly name: string,
    private readonly write: (line: string) => void,
  ) {}

  /** Progress, for people. */
  say(line: string): void {
    this.write(`${this.name}: ${line}`)
  }

  /** Prints a measure. Throws when its name was printed before. */
  measured(measure: Measure, figure: Figure): void {
    if (this.printed.has(measure.name)) throw new Error(`${measure.name} was measured twice`)
    this.printed.add(measure.name)
    process.stdout.write(`${JSON.stringify(measure)}\n`)
    const held = measure.ratio ?? measure.ours
    const conclusions = [
      conclude(held, '>=', figure.min),
      conclude(held, '<=', figure.max),
      conclude(measure.cpuRatio, '>=', figure.cpuRatioAtLeast, 'cpuRatio '),
    ].filter(Boolean)
    this.say(`${measure.name}: ${held} (${conclusions.join(', ') || 'no figure'}), spread ${measure.spread}`)
  }

  /** Notes whether something that must hold in any run does. */
  holds(what: string, actual: unknown, expected: unknown): void {
    this.checks += 1
    if (isDeepStrictEqual(actual, expected)) return
    const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 300)
    this.broken.push(`${what}: ${shown(actual)} is not ${shown(expected)}`)
  }

  /** Prints the broken invariants. Returns true if all hold. */
  concludes(): boolean {
    for (const broken of this.broken) this.say(`INVARIANT BROKEN: ${broken}`)
    if (this.broken.length === 0) this.say(`all ${this.checks} invariants held`)
    return this.broken.length === 0
  }
}
