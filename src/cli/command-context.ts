import type { ExitCode } from './exit-code.js'

/** The process, as commands use it. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv
  /** Sets the exit code of a command that ran. */
  readonly setExitCode: (code: ExitCode) => void
}

export const JSON_OPTION = ['--json', 'prints the result as JSON'] as const

/** Writes a result to stdout: as JSON, or as lines of text. */
export const printResult = (result: unknown, lines: readonly string[], asJson = false): void =>
  void process.stdout.write(asJson ? `${JSON.stringify(result)}\n` : lines.map((line) => `${line}\n`).join(''))

/** Writes a line of progress to stderr. */
export const printProgress = (line: string): void => void process.stderr.write(`${line}\n`)
